import NFTables
import NetworkTypes
import ServicePlan

/// What our chains hold for a set of Service ports: the specs are kept, and rules are made of them when needed.
struct IPTablesContent: Sendable {
    /// Above so many endpoints the many rules for them go without comments (kube-proxy's large cluster mode).
    static let largeClusterEndpoints = 1000

    let top: TopRules
    private(set) var ports: [ServicePortIdentity: ServicePortSpec] = [:]
    private var endpointCount = 0
    /// How many rules that is; known once it was written.
    var tally = RuleTally()

    var options: IPTablesOptions { top.options }

    init(_ options: IPTablesOptions) { top = TopRules(options: options) }

    /// Everything, and which ports can't be rendered and are left out.
    static func building(
        _ options: IPTablesOptions,
        _ specs: [ServicePortSpec]
    ) -> (content: IPTablesContent, refused: [ServicePortIdentity]) {
        var content = IPTablesContent(options)
        var refused: [ServicePortIdentity] = []
        for spec in specs {
            guard content.rules(spec) != nil else {
                refused.append(spec.identity)
                continue
            }
            content.put(spec.identity, spec)
        }
        return (content, refused)
    }

    /// Whether rules for endpoints have comments.
    var hasComments: Bool { endpointCount <= Self.largeClusterEndpoints }

    /// The rules of a port; nil if it can't be rendered.
    func rules(_ spec: ServicePortSpec) -> PortRules? { PortRules(spec, options, hasComments: hasComments) }

    private mutating func put(_ identity: ServicePortIdentity, _ spec: ServicePortSpec?) {
        let old = ports[identity]
        ports[identity] = spec
        endpointCount += (spec?.endpointCount ?? 0) - (old?.endpointCount ?? 0)
    }

    // MARK: All of it

    /// The specs, ordered by identity.
    var specs: [ServicePortSpec] { ports.values.sorted { $0.identity < $1.identity } }

    /// The chains that are shared, with all their rules.
    func topChains(_ wanted: Set<TopChain> = Set(TopChain.allCases)) -> [(chain: TopChain, rules: [IPTablesRule])] {
        var shared = SharedRules(wanted)
        for spec in specs { if let port = rules(spec) { shared.add(port) } }
        return shared.chains(top)
    }

    // MARK: Changes

    /// Takes changes over; returns what that means for the chains, and which ports can't be rendered.
    mutating func apply(_ changes: [PlanChange]) -> (edit: IPTablesEdit, refused: [ServicePortIdentity]) {
        var edit = IPTablesEdit(options)
        edit.tally = tally
        var refused: [ServicePortIdentity] = []
        var touched: Set<TopChain> = []
        let hadComments = hasComments
        var before: [ServicePortIdentity: ServicePortSpec?] = [:]
        for change in changes {
            var spec = change.spec
            if let wanted = spec, rules(wanted) == nil {
                refused.append(change.identity)
                spec = nil
            }
            if before[change.identity] == nil { before.updateValue(ports[change.identity], forKey: change.identity) }
            put(change.identity, spec)
        }
        // With or without comments: that concerns everybody's rules.
        let compared = hasComments == hadComments ? Set(before.keys) : Set(before.keys).union(ports.keys)
        for identity in compared.sorted() {
            let (old, new) = (before[identity] ?? ports[identity], ports[identity])
            compare(
                old.flatMap { PortRules($0, options, hasComments: hadComments) },
                new.flatMap(rules),
                &edit,
                &touched
            )
        }
        for (chain, rules) in touched.isEmpty ? [] : topChains(touched) {
            edit.tally.top[chain] = rules.count
            edit.rewrite(IPTablesEdit.Place(chain), rules)
        }
        tally = edit.tally
        return (edit, refused)
    }

    private func compare(
        _ old: PortRules?,
        _ new: PortRules?,
        _ edit: inout IPTablesEdit,
        _ touched: inout Set<TopChain>
    ) {
        for chain in TopChain.allCases where old?.shared[chain] != new?.shared[chain] { touched.insert(chain) }
        // The way to the refusals says which addresses they are for.
        if old?.clusterIPs ?? [] != new?.clusterIPs ?? [] { touched.formUnion([.clusterIPs, .filterServices]) }
        var present: [String: [IPTablesRule]] = [:]
        for chain in old?.chains() ?? [] {
            present[chain.name] = chain.rules
            edit.tally.own -= chain.rules.count
        }
        for chain in new?.chains() ?? [] {
            edit.tally.own += chain.rules.count
            let place = IPTablesEdit.Place(.nat, chain.name)
            guard let rules = present.removeValue(forKey: chain.name) else {
                edit.make(place, chain.rules)
                continue
            }
            if rules != chain.rules { edit.rewrite(place, chain.rules) }
        }
        for name in present.keys.sorted() { edit.delete(IPTablesEdit.Place(.nat, name)) }
    }
}

extension ServicePortSpec {
    /// About how many endpoints the port has rules for.
    fileprivate var endpointCount: Int { max(clusterEndpoints.count, localEndpoints.count) }
}
