import IPVS
import NFTables
import NetworkTypes
import ServicePlan

/// What mode ipvs wants in the kernel for one family, and how that changes with the Services.
struct BalancedLayout: Sendable {
    /// What a change of Services touches.
    struct Changes: Sendable {
        /// What differs in the table.
        var table = LayoutChanges()
        /// Virtual servers that may differ.
        var servers: Set<VirtualServerID> = []
        /// Addresses whose routes may differ.
        var addresses: Set<IPAddress> = []
        /// Service ports that no address is left for.
        var refused: [ServicePortIdentity] = []
    }

    let rules: LayoutRules
    /// The scheduler of all virtual servers whose Service asks for none.
    let scheduler: String
    /// Schedulers that Services ask for and the kernel lacks: ``scheduler`` serves there.
    var lackingSchedulers: Set<String> = []
    private(set) var pool: VirtualAddressPool
    private(set) var ports: [ServicePortIdentity: BalancedPort] = [:]
    /// The virtual servers that should be there.
    private(set) var servers: [VirtualServerID: CanonicalServer] = [:]
    /// The addresses that should be local, with the number of ports that need each.
    private(set) var addresses: [IPAddress: Int] = [:]
    private var hairpins: [IPAddress: Int] = [:]
    private var clusterIPs: [IPAddress: Int] = [:]

    /// A layout without Services.
    init(_ options: LayoutOptions, range: IPPrefix, scheduler: String) {
        rules = LayoutRules(options: options)
        pool = VirtualAddressPool(range)
        self.scheduler = scheduler
    }

    /// The chains of the table.
    var chains: [LayoutChain] { rules.balancedChains(pool.range) }

    /// Marks private addresses as given that the kernel's table has, before anything else is programmed.
    mutating func reserve(_ held: [(VirtualAddressPool.Holder, IPAddress)]) {
        for (holder, address) in held { pool.reserve(address, for: holder) }
    }

    /// Takes changes over and tells what they touch.
    mutating func apply(_ planned: [PlanChange]) -> Changes {
        var changes = Changes()
        var gone: [CanonicalServer] = []
        var come: [CanonicalServer] = []
        for change in planned {
            let old = ports[change.identity]
            let new = change.spec.flatMap { program($0) }
            if change.spec != nil, new == nil { changes.refused.append(change.identity) }
            for scope in EndpointScope.allCases where new?.servers[scope]?.isPrivate != true {
                pool.release(VirtualAddressPool.Holder(identity: change.identity, scope: scope))
            }
            ports[change.identity] = new
            replace(change.identity, old, new, &changes)
            gone += old.map { Array($0.servers.values) } ?? []
            come += new.map { Array($0.servers.values) } ?? []
        }
        // A virtual server may pass from one port to another: all that go go first.
        for server in gone { servers[server.id] = nil }
        for server in come { servers[server.id] = server }
        changes.servers = Set(gone.map(\.id) + come.map(\.id))
        changes.table.cancelOut()
        return changes
    }

    private mutating func program(_ spec: ServicePortSpec) -> BalancedPort? {
        guard !spec.frontends.isEmpty else { return nil }
        var servers: [EndpointScope: CanonicalServer] = [:]
        for scope in spec.balancedScopes {
            let own = spec.ownEndpoint(scope)
            guard let endpoint = own ?? privateEndpoint(spec, scope) else { return nil }
            let asked = spec.scheduler.flatMap { lackingSchedulers.contains($0) ? nil : $0 }
            servers[scope] = CanonicalServer(
                spec,
                scope,
                at: endpoint,
                isPrivate: own == nil,
                scheduler: asked ?? scheduler
            )
        }
        return BalancedPort(spec, servers)
    }

    private mutating func privateEndpoint(_ spec: ServicePortSpec, _ scope: EndpointScope) -> IPEndpoint? {
        let holder = VirtualAddressPool.Holder(identity: spec.identity, scope: scope)
        let frontend = spec.frontends.first { $0.kind != .nodePort } ?? spec.frontends.first
        guard let port = frontend?.port, let address = pool.take(for: holder) else { return nil }
        return IPEndpoint(address: address, port: port)
    }

    /// All elements that the table should hold.
    func allElements() -> [PlacedElement] {
        var elements: [PlacedElement] = []
        for (identity, port) in ports.sorted(by: { $0.key < $1.key }) { elements += port.elements(identity) }
        elements += hairpins.keys.sorted().map(Self.hairpin)
        elements += clusterIPs.keys.sorted().map(Self.clusterIP)
        elements += (rules.options.nodePortAddresses ?? []).map {
            PlacedElement(.nodePortAddresses, SetElement(LayoutKey.address($0)))
        }
        return elements
    }

    private static func hairpin(_ address: IPAddress) -> PlacedElement {
        PlacedElement(.hairpin, SetElement(LayoutKey.pair(address)))
    }

    private static func clusterIP(_ address: IPAddress) -> PlacedElement {
        PlacedElement(.clusterIPs, SetElement(LayoutKey.address(address)))
    }

    private mutating func replace(
        _ identity: ServicePortIdentity,
        _ old: BalancedPort?,
        _ new: BalancedPort?,
        _ changes: inout Changes
    ) {
        let before = old?.elements(identity) ?? []
        let after = new?.elements(identity) ?? []
        if before != after {
            // Only what is on both sides needs looking up.
            let isBoth = !before.isEmpty && !after.isEmpty
            let (removed, added) = isBoth ? (Set(before), Set(after)) : ([], [])
            for element in before where !added.contains(element) { changes.table.remove(element) }
            for element in after where !removed.contains(element) { changes.table.add(element) }
        }
        let hairpin = hairpins.count(old?.hairpins ?? [], new?.hairpins ?? [])
        let clusterIP = clusterIPs.count(old?.clusterIPs ?? [], new?.clusterIPs ?? [])
        for address in hairpin.gone { changes.table.remove(Self.hairpin(address)) }
        for address in hairpin.new { changes.table.add(Self.hairpin(address)) }
        for address in clusterIP.gone { changes.table.remove(Self.clusterIP(address)) }
        for address in clusterIP.new { changes.table.add(Self.clusterIP(address)) }
        let local = addresses.count(old?.virtualAddresses ?? [], new?.virtualAddresses ?? [])
        changes.addresses.formUnion(local.gone + local.new)
    }
}

extension [IPAddress: Int] {
    /// Counts addresses that several ports share: the first brings an address, the last takes it.
    fileprivate mutating func count(
        _ old: Set<IPAddress>,
        _ new: Set<IPAddress>
    ) -> (gone: [IPAddress], new: [IPAddress]) {
        var result: (gone: [IPAddress], new: [IPAddress]) = ([], [])
        for address in new.subtracting(old).sorted() {
            self[address, default: 0] += 1
            if self[address] == 1 { result.new.append(address) }
        }
        for address in old.subtracting(new).sorted() {
            self[address, default: 1] -= 1
            guard self[address] == 0 else { continue }
            self[address] = nil
            result.gone.append(address)
        }
        return result
    }
}
