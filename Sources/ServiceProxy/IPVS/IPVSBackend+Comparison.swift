import IPVS
import NFTables
import NetworkTypes
public import ServicePlan

extension IPVSBackend {
    /// Compares the kernel's table, virtual servers and routes with what they should be; nothing is written.
    ///
    /// - Parameters:
    ///   - specs: all Service ports of the family, ordered by identity.
    ///   - node: the node's circumstances.
    /// - Returns: what differs; real servers that drain are as they should be.
    /// - Throws: why the kernel could not be asked.
    public func comparison(with specs: [ServicePortSpec], node: NodeContext) throws -> KernelComparison {
        let options = options(node)
        var comparison = KernelComparison(state: .absent, table: "\(options.table)")
        comparison.mode = mode
        guard let present = try access.present(options.table) else { return comparison }
        var layout = BalancedLayout(options, range: range, scheduler: configuration.ipvsScheduler)
        var known: [String: Bool] = [:]
        _ = try learnSchedulers(specs, &layout, &known)
        let (changes, _, isRebuilt) = layout.start(specs, present)
        guard !isRebuilt else {
            comparison.state = .foreign(comment: present.comment)
            return comparison
        }
        comparison.state = .present
        let elements = layout.ports.map { identity, port in (identity, port.elements(identity)) }
        comparison.take(changes.table, elements, layout.rules)
        let routes = try access.localRoutes(family)
        let servers = Dictionary(uniqueKeysWithValues: try access.virtualServers(family).map { ($0.id, $0) })
        for (identity, port) in layout.ports {
            for address in port.virtualAddresses where routes[address] == nil {
                comparison.add(identity, isMissing: true, "local routes", "\(address)")
            }
            for wanted in port.servers.values {
                try compare(wanted, servers[wanted.id], identity, &comparison)
            }
        }
        return comparison
    }

    private func compare(
        _ wanted: CanonicalServer,
        _ present: VirtualServer?,
        _ identity: ServicePortIdentity,
        _ comparison: inout KernelComparison
    ) throws {
        guard let present else {
            return comparison.add(identity, isMissing: true, "virtual servers", "\(wanted.id)")
        }
        let name = "virtual server \(wanted.id)"
        if present != wanted.server {
            let persistence = wanted.server.persistence.map { ", persistent for \($0.timeout) s" } ?? ""
            comparison.add(identity, isMissing: true, name, "scheduler \(wanted.server.scheduler)\(persistence)")
        }
        var there: [IPEndpoint: UInt32] = [:]
        for status in try access.realServers(of: wanted.id) { there[status.server.endpoint] = status.server.weight }
        for server in wanted.realServers where there.removeValue(forKey: server.endpoint) != server.weight {
            comparison.add(identity, isMissing: true, name, "\(server.endpoint) with weight \(server.weight)")
        }
        for (endpoint, weight) in there.sorted(by: { $0.key < $1.key }) where weight != 0 {
            comparison.add(identity, isMissing: false, name, "\(endpoint) with weight \(weight)")
        }
    }
}
