import NFTables
import ServicePlan

extension LayoutRules {
    /// The chains that a class needs, each behind those that it goes to.
    func chains(for wanted: ServiceClass) -> [LayoutChain] {
        switch wanted.treatment {
        case .discard: [LayoutChain(name: wanted.chain, lines: [Line([.drop])])]
        case .externalLocal: externalLocal(wanted)
        case .balance, .masquerade, .masqueradeOutside:
            wanted.affinitySeconds == nil ? plain(wanted) : affinity(wanted)
        }
    }

    /// The maps that a class needs beside the fixed ones.
    func sets(for wanted: ServiceClass) -> [LayoutSet] {
        guard case .slots(let count) = wanted.shape else { return [] }
        let slots = (0..<count).map { LayoutSet.slot($0) }
        return wanted.affinitySeconds == nil ? slots : slots + (0..<count).map { LayoutSet.affinitySlot($0) }
    }

    private func plain(_ wanted: ServiceClass) -> [LayoutChain] {
        let core = core(wanted.core)
        let goto = Statement.goto(wanted.core.chain)
        let lines: [Line]
        switch wanted.treatment {
        case .masquerade: lines = [Line([markForMasquerade, goto])]
        case .masqueradeOutside:
            lines = (isLocalPod(not: true).map { [Line([$0, markForMasquerade])] } ?? []) + [Line([goto])]
        default: return core
        }
        return core + [made(wanted.chain, for: wanted, lines, targets: [wanted.core.chain])]
    }

    /// The choice of an endpoint, without affinity.
    private func core(_ wanted: ServiceClass) -> [LayoutChain] {
        switch wanted.shape {
        case .slots(let count):
            let slots = (0..<count).map { slot($0, isInside: wanted.isInside) }
            return slots + [made(wanted.chain, for: wanted, [choice(slots.map(\.name))])]
        case .range(let first, let count):
            let count = UInt32(truncatingIfNeeded: count)
            let number = Operand.selector(.number(.random, modulus: count, offset: first))
            let lines = [
                Line([.set(.meta(.priority), number)] + translate(.endpoints)),
                // While the range changes, a packet may see its new size and its old endpoints.
                Line(
                    [.set(.meta(.priority), .constant(LayoutKey.number(first), [.classID]))] + translate(.endpoints)
                ),
            ]
            return [made(wanted.chain, for: wanted, lines)]
        }
    }

    /// Leads to the endpoint in a slot of the frontend's group.
    private func slot(_ number: Int, isInside: Bool) -> LayoutChain {
        let prefix = isInside ? "inside-" : ""
        let lines = groupLookups(isInside: isInside).map { Line($0 + translate(.slot(number))) }
        // While a Service shrinks, a packet may see its old count and its new endpoints.
        let otherwise = number == 0 ? [] : [Line([.goto("\(prefix)s0")])]
        return LayoutChain(name: "\(prefix)s\(number)", lines: lines + otherwise)
    }

    /// The ways to the group of the frontend that a packet is for: by address, and by node port.
    func groupLookups(isInside: Bool) -> [[Statement]] {
        let inside = isInside ? [look([.priority], up: .insideGroups)] : []
        return [[look(frontend, up: .groups)] + inside, [look(nodePort, up: .nodePortGroups)] + inside]
    }

    /// Goes to one of some chains, each as likely as the others.
    func choice(_ chains: [String]) -> Line {
        guard chains.count > 1 else { return Line(chains.map { .goto($0) }) }
        let elements = chains.enumerated().map { index, chain in
            SetElement(LayoutKey.number(UInt32(truncatingIfNeeded: index)), verdict: .goto(chain))
        }
        let number = Selector.number(.random, modulus: UInt32(truncatingIfNeeded: chains.count))
        return Line([.verdictMap([number], .anonymous(elements))])
    }

    func made(_ name: String, for wanted: ServiceClass, _ lines: [Line], targets: [String] = []) -> LayoutChain {
        LayoutChain(name: name, lines: lines, targets: targets, isLasting: wanted.isLasting)
    }

    private func externalLocal(_ wanted: ServiceClass) -> [LayoutChain] {
        let inside = LayoutChain(
            name: "inside",
            lines: [frontend, nodePort].map { key in
                let map: LayoutSet = key == frontend ? .groups : .nodePortGroups
                return Line([look(key, up: map), look([.priority], up: .insideClass), dispatch(.insideClasses)])
            },
            isLasting: false
        )
        var lines = isLocalPod().map { [Line([$0, .goto(inside.name)])] } ?? []
        lines.append(Line([.isLocal(.source), .goto(inside.name)]))
        guard wanted.count > 0 else {
            lines.append(Line([.drop], "no endpoint on this node"))
            return [inside, made(wanted.chain, for: wanted, lines, targets: [inside.name])]
        }
        lines.append(Line([.goto(wanted.core.chain)]))
        return chains(for: wanted.core) + [
            inside, made(wanted.chain, for: wanted, lines, targets: [inside.name, wanted.core.chain]),
        ]
    }
}
