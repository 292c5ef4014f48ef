import NFTables
import NetworkTypes
import ServicePlan

extension BalancedLayout {
    /// The version of the layout, which the table's comment carries: another one is replaced as a whole.
    static let version = 1
    /// The table's comment.
    static let comment = "weft services over IPVS, layout \(version)"

    /// Takes Services over, and tells how the table that is there becomes as wanted.
    ///
    /// - Parameters:
    ///   - specs: all Service ports.
    ///   - present: what is there under the table's name.
    /// - Returns: what is touched, and the transaction; whether the table is written anew as a whole.
    mutating func start(
        _ specs: [ServicePortSpec],
        _ present: PresentTable?
    ) -> (changes: Changes, transaction: Transaction, isRebuilt: Bool) {
        if let present, present.comment == Self.comment { reserve(held(specs, present)) }
        var changes = apply(specs.map { PlanChange(identity: $0.identity, family: $0.family, spec: $0) })
        var transaction = Transaction()
        if let present, let kept = kept(present) {
            changes.table = kept
            kept.append(to: &transaction, rules)
            return (changes, transaction, false)
        }
        var all = LayoutChanges()
        all.newChains = chains
        for element in allElements() { all.add(element) }
        changes.table = all
        let table = Table(rules.options.table, comment: Self.comment)
        transaction.add(table)
        transaction.delete(table)
        transaction.add(table)
        for set in LayoutSet.balanced { transaction.add(rules.set(set)) }
        all.append(to: &transaction, rules)
        return (changes, transaction, true)
    }

    /// What of a table that is there must change; nil if it is not as this version would have left it.
    private func kept(_ present: PresentTable) -> LayoutChanges? {
        guard present.comment == Self.comment, Set(present.sets.keys) == Set(LayoutSet.balanced.map(\.name)),
            var changes = LayoutChanges(chains: chains, present, rules), changes.newChains.isEmpty,
            changes.retiredChains.isEmpty
        else { return nil }
        changes.compare(allElements(), present.sets)
        return changes
    }

    /// Who holds which private address, as a table has it.
    private func held(
        _ specs: [ServicePortSpec],
        _ present: PresentTable
    ) -> [(VirtualAddressPool.Holder, IPAddress)] {
        var servers: [LayoutSet: [ElementValue: IPAddress]] = [:]
        let sets: [LayoutSet] = [
            .virtualServers, .nodePortVirtualServers, .localVirtualServers, .nodePortLocalVirtualServers,
        ]
        for set in sets {
            for element in present.sets[set.name] ?? [] {
                guard case .value(let value) = element.data, let server = value.endpoint(rules.family) else { continue }
                servers[set, default: [:]][element.key] = server.address
            }
        }
        return specs.flatMap { spec in
            spec.frontends.flatMap { frontend -> [(VirtualAddressPool.Holder, IPAddress)] in
                let transport = spec.identity.transport
                let key =
                    frontend.address.map { LayoutKey.frontend($0, transport, frontend.port) }
                    ?? LayoutKey.nodePort(transport, frontend.port)
                let isNodePort = frontend.address == nil
                let maps: [(EndpointScope, LayoutSet)] =
                    switch frontend.treatment {
                    case .balance(let scope, _): [(scope, isNodePort ? .nodePortVirtualServers : .virtualServers)]
                    case .externalLocal:
                        isNodePort
                            ? [(.cluster, .nodePortVirtualServers), (.local, .nodePortLocalVirtualServers)]
                            : [(.cluster, .virtualServers), (.local, .localVirtualServers)]
                    case .drop, .reject: []
                    }
                return maps.compactMap { scope, map in
                    guard spec.ownEndpoint(scope) == nil, let address = servers[map]?[key] else { return nil }
                    return (VirtualAddressPool.Holder(identity: spec.identity, scope: scope), address)
                }
            }
        }
    }
}
