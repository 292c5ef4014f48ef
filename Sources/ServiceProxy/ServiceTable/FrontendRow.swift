import NFTables
import NetworkTypes
import ServicePlan

/// One frontend of a Service port, as the modes with sets and maps write it.
protocol FrontendRow {
    var kind: Frontend.Kind { get }
    /// The address that it is taken on; nil for a node port.
    var address: IPAddress? { get }
    var port: Port { get }
    var sourceRanges: [IPPrefix] { get }
}

extension FrontendRow {
    var isNodePort: Bool { address == nil }

    func key(_ identity: ServicePortIdentity) -> ElementValue {
        address.map { LayoutKey.frontend($0, identity.transport, port) }
            ?? LayoutKey.nodePort(identity.transport, port)
    }

    /// Names Service, port and kind.
    func comment(_ identity: ServicePortIdentity) -> String { "\(identity) \(kind.name)" }

    /// What leads to the frontend's treatment; with none it is rejected, for want of endpoints.
    func treatment(_ value: ElementValue?, _ identity: ServicePortIdentity) -> PlacedElement {
        let (key, comment) = (key(identity), comment(identity))
        guard let value else {
            return PlacedElement(isNodePort ? .noEndpointNodePorts : .noEndpoints, SetElement(key, comment: comment))
        }
        return PlacedElement(isNodePort ? .nodePorts : .services, SetElement(key, value: value, comment: comment))
    }

    /// What keeps sources out that are in none of the ranges.
    func restrictions(_ identity: ServicePortIdentity) -> [PlacedElement] {
        guard let address, !sourceRanges.isEmpty else { return [] }
        let comment = comment(identity)
        let ranges = sourceRanges.map { range in
            LayoutKey.sources(range, to: address, identity.transport, port, comment: comment)
        }
        return [PlacedElement(.restricted, SetElement(key(identity), comment: comment))]
            + ranges.map { PlacedElement(.sourceRanges, $0) }
    }
}

extension Sequence where Element: FrontendRow {
    /// The ClusterIPs among the frontends.
    var clusterIPs: Set<IPAddress> { Set(lazy.filter { $0.kind == .clusterIP }.compactMap(\.address)) }
}
