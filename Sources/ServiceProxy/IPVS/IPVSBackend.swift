import IPVS
public import NFTables
public import NetworkTypes
public import ServicePlan
import Synchronization

/// The proxy mode ipvs: the kernel's virtual servers pick the endpoint, and a table judges, marks and leads to them
/// what does not go there by itself.
///
/// Each Service port has one virtual server per scope of endpoints that is in use, at its ClusterIP if it can be, or
/// at an address of a private range (``BalancedPort``, ``VirtualAddressPool``); their addresses are local routes.
/// None of this is one transaction. What is new is made first: virtual servers, then routes, then rules; what goes
/// goes the other way round. So no packet finds rules or a route that lead nowhere. After a failure the next call of
/// ``replaceAll(with:node:)`` reads what is there and mends it.
///
/// Endpoints of TCP that go get weight 0 first, and go when nobody is connected to them: at once, or when the last
/// connection has ended.
public final class IPVSBackend: ProxyBackend {
    /// The family whose specs it takes.
    public let family: IPFamily
    /// "ipvs".
    public var mode: String { "ipvs" }

    /// The name of the tables, `ip weft-ipvs` and `ip6 weft-ipvs`.
    public static let tableName = "weft-ipvs"

    let access: any VirtualServerAccess
    let configuration: ProxyConfiguration
    private let drainInterval: Duration
    /// The real servers of so many virtual servers are asked for at one look, as each takes a question of its own.
    private static let serversPerLook = 512
    let range: IPPrefix
    private let memory = Mutex(Memory())

    private struct Memory {
        /// What the kernel holds; nil: not known.
        var state: BalancedState?
        /// Virtual servers of ours that a failed write may have left without a route to tell so.
        var suspects: Set<VirtualServerID> = []
        /// Which schedulers the kernel has, of those that Services ask for.
        var schedulers: [String: Bool] = [:]
        /// How many virtual servers' real servers were looked at.
        var lookCount = 0
    }

    /// `drainInterval`: how long to let real servers drain before their connections are counted again.
    init(
        _ family: IPFamily,
        _ configuration: ProxyConfiguration,
        access: any VirtualServerAccess,
        drainInterval: Duration = .seconds(5)
    ) {
        self.family = family
        self.configuration = configuration
        self.access = access
        self.drainInterval = drainInterval
        let configured = configuration.ipvsAddressRanges.first { $0.family == family }
        range = configured ?? VirtualAddressPool.standardRange(family)
    }

    /// Whether real servers are draining.
    public var hasUnfinishedWork: Bool { memory.withLock { $0.state?.servers.draining.isEmpty == false } }

    /// Its table; nobody tells of changes of virtual servers.
    public func watch() throws -> TableWatch? { try access.watch([TableID(TableFamily(family), Self.tableName)]) }

    /// Makes table, virtual servers and routes hold exactly this; what is there as wanted is not touched.
    public func replaceAll(with specs: [ServicePortSpec], node: NodeContext) throws -> ProxyReport {
        try memory.withLock { memory in
            memory.state = nil
            let start = ContinuousClock.now
            var remarks = try access.prepare(configuration)
            let options = options(node)
            var layout = BalancedLayout(options, range: range, scheduler: configuration.ipvsScheduler)
            remarks += try learnSchedulers(specs, &layout, &memory.schedulers)
            let (changes, transaction, isRebuilt) = layout.start(specs, try access.present(options.table))
            let routes = try access.localRoutes(family)
            let source = try node.addresses.first { try $0.family == family && access.isLocal($0) }
            let servers = ServerTable(try present(layout, routes, memory.suspects))
            var found = BalancedState(layout: layout, servers: servers, routes: Set(routes.keys), source: source)
            let misled = Set(routes.filter { $0.value != source && layout.addresses[$0.key] != nil }.keys)
            var write = found.write(
                servers: changes.servers.union(servers.entries.keys),
                addresses: Set(routes.keys).union(layout.addresses.keys)
            )
            write.newRoutes += misled.sorted()
            write.transaction = transaction
            let written = try finish(write, &found, &memory)
            return written.report(since: start, isRebuilt: isRebuilt, changes.refused, remarks)
        }
    }

    /// Takes changes over.
    public func apply(_ changes: [PlanChange]) throws -> ProxyReport {
        try memory.withLock { memory in
            guard var changed = memory.state.take() else { throw ProxyError.contentUnknown(mode: mode, family) }
            let start = ContinuousClock.now
            let remarks = try learnSchedulers(changes.compactMap(\.spec), &changed.layout, &memory.schedulers)
            let touched = changed.layout.apply(changes)
            var write = changed.write(servers: touched.servers, addresses: touched.addresses)
            touched.table.append(to: &write.transaction, changed.layout.rules)
            let written = try finish(write, &changed, &memory)
            return written.report(since: start, isRebuilt: false, touched.refused, remarks)
        }
    }

    /// Writes, and lets go whom nobody is connected to when that is written.
    private func finish(
        _ write: BalancedWrite,
        _ state: inout BalancedState,
        _ memory: inout Memory
    ) throws -> BalancedSum {
        var sum = BalancedSum()
        memory.suspects.formUnion(write.passingServers)
        try sum.add(write, write.run(access, source: state.source))
        let rest = try state.settle(write.draining, drainInterval, access)
        memory.suspects.formUnion(rest.passingServers)
        try sum.add(rest, rest.run(access, source: state.source))
        memory.state = state
        memory.suspects = []
        return sum
    }

    func options(_ node: NodeContext) -> LayoutOptions {
        LayoutOptions(
            family: family,
            localDetector: node.localDetector,
            masqueradeMark: configuration.masqueradeMark,
            nodePortAddresses: configuration.nodePortAddresses(of: node, family),
            tableName: Self.tableName
        )
    }

    /// Finds out which schedulers the kernel has before a virtual server is made with one; told once for each.
    func learnSchedulers(
        _ specs: [ServicePortSpec],
        _ layout: inout BalancedLayout,
        _ known: inout [String: Bool]
    ) throws -> [String] {
        var remarks: [String] = []
        for name in Set(specs.compactMap(\.scheduler)).sorted() where known[name] == nil {
            let isThere = try access.hasScheduler(name)
            known[name] = isThere
            guard !isThere else { continue }
            remarks.append(
                "the kernel has no scheduler \"\(name)\", which Services ask for; \(configuration.ipvsScheduler) "
                    + "serves them; load it with: modprobe ip_vs_\(name), and start weftd again"
            )
        }
        layout.lackingSchedulers = Set(known.lazy.filter { !$0.value }.map(\.key))
        return remarks
    }

    /// The virtual servers that are ours: on an address that a route of ours makes local, or where one is wanted.
    ///
    /// What else there is belongs to others.
    private func present(
        _ layout: BalancedLayout,
        _ routes: [IPAddress: IPAddress?],
        _ suspects: Set<VirtualServerID>
    ) throws -> [VirtualServerID: ServerTable.Entry] {
        var entries: [VirtualServerID: ServerTable.Entry] = [:]
        for server in try access.virtualServers(family) {
            guard let address = server.id.endpoint?.address,
                layout.servers[server.id] != nil
                    || !configuration.excludesVirtualServer(on: address)
                        && (routes[address] != nil || range.contains(address) || suspects.contains(server.id))
            else { continue }
            entries[server.id] = ServerTable.Entry(server: server, weights: try weights(of: server.id))
        }
        return entries
    }

    private func weights(of id: VirtualServerID) throws -> [IPEndpoint: UInt32] {
        var weights: [IPEndpoint: UInt32] = [:]
        for status in try access.realServers(of: id) {
            let isAsOurs = status.server == RealServer(status.server.endpoint, weight: status.server.weight)
            // One that differs in more than its weight is written anew.
            weights[status.server.endpoint] = isAsOurs ? status.server.weight : .max
        }
        return weights
    }

    // MARK: What nobody tells of

    /// Virtual servers and routes.
    public var hasUnreportedParts: Bool { true }

    /// Compares virtual servers and routes with what was written, and the real servers of some virtual servers, others
    /// at each call.
    public func unreportedChange() throws -> String? {
        try memory.withLock { memory in
            guard let state = memory.state else { return nil }
            let entries = state.servers.entries
            var present: [VirtualServerID: VirtualServer] = [:]
            for server in try access.virtualServers(family) { present[server.id] = server }
            for (id, entry) in entries where present[id] != entry.server {
                return "virtual server \(id) \(present[id] == nil ? "is gone" : "is otherwise")"
            }
            let routes = try access.localRoutes(family)
            let misled = try state.routes.first { address in
                // In IPv6 somebody else's route may stand in the way of ours, and serves as well.
                guard let source = routes[address] else { return try !access.isLocal(address) }
                return source != state.source && state.layout.addresses[address] != nil
            }
            if let misled { return "the local route to \(misled) is gone or otherwise" }
            let start = memory.lookCount % max(entries.count, 1)
            let part = entries.dropFirst(start).prefix(Self.serversPerLook)
            memory.lookCount = start + part.count
            for (id, entry) in part where try weights(of: id) != entry.weights {
                return "real servers of virtual server \(id) are otherwise"
            }
            return nil
        }
    }
}
