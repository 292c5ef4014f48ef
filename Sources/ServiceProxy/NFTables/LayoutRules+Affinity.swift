import NFTables
import ServicePlan

// Affinity is (client . group) -> number of an endpoint, with a timeout, and (number . group) -> number for as long as
// the endpoint is in the group. An endpoint that goes takes its element of the second map with it, so its clients are
// sent elsewhere at once and nothing has to be swept. The packet mark carries the number on its way; a mark that the
// packet had before is lost, for the first packet of a connection to a Service with affinity only.
extension LayoutRules {
    /// The chains of a class with affinity: find the client's endpoint or pick one, remember it, lead there.
    func affinity(_ wanted: ServiceClass) -> [LayoutChain] {
        let findGroup = findGroup(isInside: wanted.isInside)
        let check = check(findGroup)
        let new = newChains(wanted)
        let pick = pick(wanted, findGroup, check, new.last?.name ?? "")
        let without = chains(for: wanted.forgetful)
        let end = LayoutChain(
            name: wanted.chain,
            lines: [Line([.jump(pick.name)])] + leadLines(wanted) + [
                // The endpoint went while the packet was on its way here.
                Line([.setMark(0), .goto(wanted.forgetful.chain)])
            ],
            targets: [pick.name] + (wanted.forgetful.isLasting ? [] : [wanted.forgetful.chain]),
            isLasting: false
        )
        return [findGroup, check] + new + without + [pick, end]
    }

    private func findGroup(isInside: Bool) -> LayoutChain {
        let lookups = groupLookups(isInside: isInside)
        return LayoutChain(
            name: isInside ? "inside-find-group" : "find-group",
            lines: lookups.enumerated().map { Line($1 + ($0 == 0 ? [.return] : [])) },
            isLasting: false
        )
    }

    /// Keeps the remembered number in the mark if its endpoint is still in the group, or clears it.
    private func check(_ findGroup: LayoutChain) -> LayoutChain {
        LayoutChain(
            name: findGroup.name == "find-group" ? "affinity-check" : "inside-affinity-check",
            lines: [
                Line([look([.mark, .priority], up: .affinityAlive), .goto(findGroup.name)]),
                Line([.setMark(0)]),
            ],
            targets: [findGroup.name],
            isLasting: false
        )
    }

    private func pick(
        _ wanted: ServiceClass,
        _ findGroup: LayoutChain,
        _ check: LayoutChain,
        _ new: String
    ) -> LayoutChain {
        LayoutChain(
            name: part("pick", wanted),
            lines: [
                Line([.jump(findGroup.name)]),
                Line([.setMark(0)]),
                Line([
                    .set(.meta(.mark), .lookup([source, .priority], set(.affinity))), .jump(check.name),
                ]),
                Line([.mark(0), .goto(new)]),
                Line([remember(wanted)]),
            ],
            targets: [findGroup.name, check.name, new],
            isLasting: false
        )
    }

    /// The choice of an endpoint for a client that has none; the last chain is the one to go to.
    private func newChains(_ wanted: ServiceClass) -> [LayoutChain] {
        // An update refreshes the timeout of an entry that is there but not its data.
        let forget = Line([
            .update(.delete, set(.affinity), key: [source, .priority], data: .selector(.mark))
        ])
        let name = part("new", wanted)
        switch wanted.shape {
        case .slots(let count):
            let slots = (0..<count).map { number in
                LayoutChain(
                    name: "affinity-\(wanted.affinitySeconds ?? 0)s-s\(number)",
                    lines: [
                        Line([.set(.meta(.mark), .lookup([.priority], set(.affinitySlot(number)))), remember(wanted)])
                    ],
                    isLasting: false
                )
            }
            let lines = [forget, choice(slots.map(\.name))]
            return slots + [LayoutChain(name: name, lines: lines, targets: slots.map(\.name), isLasting: false)]
        case .range(let first, let count):
            let number = Selector.number(.random, modulus: UInt32(truncatingIfNeeded: count), offset: first)
            let lines = [forget, Line([.set(.meta(.mark), .selector(number)), remember(wanted)])]
            return [LayoutChain(name: name, lines: lines, isLasting: false)]
        }
    }

    private func remember(_ wanted: ServiceClass) -> Statement {
        .update(
            .update,
            set(.affinity),
            key: [source, .priority],
            timeout: UInt64(wanted.affinitySeconds ?? 0) * 1000,
            data: .selector(.mark)
        )
    }

    /// Leads to the endpoint whose number is in the mark, and leaves in the mark only the wish for masquerade.
    private func leadLines(_ wanted: ServiceClass) -> [Line] {
        func lead(_ mark: UInt32) -> [Statement] {
            [look([.mark, .priority], up: .affinityAlive), .setMark(mark)] + translate(.endpoints)
        }
        let marked = lead(options.masqueradeMark)
        switch wanted.treatment {
        case .masquerade: return [Line(marked)]
        case .masqueradeOutside:
            guard let isLocalPod = isLocalPod() else { return [Line(lead(0))] }
            return [Line([isLocalPod] + lead(0)), Line(marked)]
        default: return [Line(lead(0))]
        }
    }

    private func part(_ word: String, _ wanted: ServiceClass) -> String {
        "\(wanted.isInside ? "inside-" : "")affinity-\(wanted.affinitySeconds ?? 0)s-\(word)-\(wanted.countName)"
    }
}
