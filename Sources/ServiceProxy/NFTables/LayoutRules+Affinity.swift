import NFTables
import NetworkTypes
import ServicePlan

// Affinity is (client . group) -> number of an endpoint, with a timeout, and (number . group) -> number for as long as
// the endpoint is in the group. An endpoint that goes takes its element of the second map with it, so its clients are
// sent elsewhere at once and nothing has to be swept. The packet mark carries the number on its way; a mark that the
// packet had before is lost, for the first packet of a connection to a Service with affinity only.
extension LayoutRules {
    /// The chains of a class with affinity: find the client's endpoint or pick one, remember it, lead there.
    func affinity(_ wanted: ServiceClass) -> [LayoutChain] {
        let findGroup = findGroup(isInside: wanted.isInside)
        let refresh = refresh(wanted, findGroup)
        let new = newChains(wanted)
        let newName = part("new", wanted)
        let held = held(wanted, refresh, newName)
        let pick = pick(wanted, findGroup, held, newName)
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
        return [findGroup, refresh] + new + without + [held, pick, end]
    }

    /// What stands for a client in a key.
    ///
    /// nft 1.0.6 can't load a map of our kind with more than 16 bytes of key, so an IPv6 address goes in as a hash of
    /// 32 bits: two clients of the same hash share their endpoint, and nothing else.
    private var client: Selector {
        family == .ipv4 ? source : .jenkinsHash([source], modulus: .max, seed: 1)
    }

    /// Looks up the number that a client is remembered with, into the mark.
    private var recall: [Statement] {
        guard family == .ipv6 else { return [.set(.meta(.mark), .lookup([source, .priority], set(.affinity)))] }
        // A hash can't be looked up as a part of a key, but what is in the mark can.
        return [
            .set(.meta(.mark), .selector(client)), .set(.meta(.mark), .lookup([.mark, .priority], set(.affinity))),
        ]
    }

    private func findGroup(isInside: Bool) -> LayoutChain {
        let lookups = groupLookups(isInside: isInside)
        return LayoutChain(
            name: isInside ? "inside-find-group" : "find-group",
            lines: lookups.enumerated().map { Line($1 + ($0 == 0 ? [.return] : [])) },
            isLasting: false
        )
    }

    private func pick(
        _ wanted: ServiceClass,
        _ findGroup: LayoutChain,
        _ held: LayoutChain,
        _ new: String
    ) -> LayoutChain {
        LayoutChain(
            name: part("pick", wanted),
            lines: [
                Line([.jump(findGroup.name)]), Line(recall + [.goto(held.name)]), Line([.goto(new)]),
            ],
            targets: [findGroup.name, held.name, new],
            isLasting: false
        )
    }

    /// For a client that is remembered: whether its endpoint is still in the group.
    private func held(_ wanted: ServiceClass, _ refresh: LayoutChain, _ new: String) -> LayoutChain {
        LayoutChain(
            name: part("held", wanted),
            lines: [
                Line([look([.mark, .priority], up: .affinityAlive), .goto(refresh.name)]), Line([.goto(new)]),
            ],
            targets: [refresh.name, new],
            isLasting: false
        )
    }

    /// Remembers a client for another while; the group has to be found again, as the look at its endpoint used the
    /// same field.
    private func refresh(_ wanted: ServiceClass, _ findGroup: LayoutChain) -> LayoutChain {
        LayoutChain(
            name: "\(wanted.isInside ? "inside-" : "")affinity-\(wanted.affinitySeconds ?? 0)s-refresh",
            lines: [Line([.jump(findGroup.name)]), Line([remember(wanted)])],
            targets: [findGroup.name],
            isLasting: false
        )
    }

    /// The choice of an endpoint for a client that has none; the last chain is the one to go to.
    private func newChains(_ wanted: ServiceClass) -> [LayoutChain] {
        // An update refreshes the timeout of an entry that is there but not its data.
        let forget = Line([
            .update(.delete, set(.affinity), key: [client, .priority], data: .selector(.mark))
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
            key: [client, .priority],
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
