import NFTables
import NetworkTypes

/// The rules of mode ipvs: they judge and mark what comes, and lead it to a virtual server; IPVS picks the endpoint.
extension LayoutRules {
    /// The chains, which are the same whatever the Services are; only rules may lead to the private range.
    func balancedChains(_ privateRange: IPPrefix) -> [LayoutChain] {
        [
            translating(.prerouting), translating(.output), balancedPostrouting,
            filterInput, filter(.forward), filter(.output), balancedServices(privateRange),
            LayoutChain(name: "masq", lines: [Line([markForMasquerade])]),
            LayoutChain(
                name: "masq-outside",
                lines: isLocalPod(not: true).map { [Line([$0, markForMasquerade])] } ?? []
            ),
            lead("frontend", frontend, to: .virtualServers, externalLocal: "external-local"),
            lead("nodeport", nodePort, to: .nodePortVirtualServers, externalLocal: "nodeport-external-local"),
            externalLocal("external-local", frontend, .virtualServers, .localVirtualServers),
            externalLocal(
                "nodeport-external-local",
                nodePort,
                .nodePortVirtualServers,
                .nodePortLocalVirtualServers
            ),
            unserved,
        ]
    }

    private var balancedPostrouting: LayoutChain {
        let mark = options.masqueradeMark
        // What IPVS alone translated has no `ct status dnat`; its original destination is a ClusterIP.
        let original = Selector.connection(family == .ipv4 ? .destinationIPv4 : .destinationIPv6, .original)
        let isHairpin = isMember([source, destination], of: .hairpin)
        return LayoutChain(
            name: "postrouting",
            base: BaseChain(.nat, .postrouting, priority: .sourceNAT),
            lines: [
                Line([.mark(has: mark), .clearMark(bits: mark), .masquerade(.fullyRandom)]),
                Line(
                    [.connectionStatus(.destinationNAT), isHairpin, .masquerade(.fullyRandom)],
                    "a pod that reaches itself"
                ),
                Line(
                    [isMember([original], of: .clusterIPs), isHairpin, .masquerade(.fullyRandom)],
                    "a pod that reaches itself by its ClusterIP"
                ),
            ]
        )
    }

    private func balancedServices(_ privateRange: IPPrefix) -> LayoutChain {
        LayoutChain(
            name: "services",
            lines: [
                Line([.prefix(destination, privateRange), .drop], "virtual servers that only these rules lead to"),
                keepOutOthers,
                Line([look(frontend, up: .services), .goto("frontend")]),
                // ClusterIPs are local addresses, too, but take no node ports.
                Line([isMember([destination], of: .clusterIPs), .accept]),
                Line(isNodePortAddress + [look(nodePort, up: .nodePorts), .goto("nodeport")]),
            ]
        )
    }

    /// Treats a packet as the number in its priority says, and leads it to its virtual server, unless that stands where
    /// the packet goes anyway.
    private func lead(
        _ name: String,
        _ key: [Selector],
        to map: LayoutSet,
        externalLocal: String
    ) -> LayoutChain {
        let verdicts: [(ServiceClass.Treatment, Verdict)] = [
            (.masquerade, .jump("masq")), (.masqueradeOutside, .jump("masq-outside")),
            (.externalLocal, .goto(externalLocal)), (.discard, .drop),
        ]
        let elements = verdicts.map { SetElement(BalancedPort.Row.number($0), verdict: $1) }
        return LayoutChain(
            name: name,
            lines: [
                Line([.verdictMap([.priority], .anonymous(elements))]), clearPriority, Line(translate(key, by: map)),
            ]
        )
    }

    private func externalLocal(
        _ name: String,
        _ key: [Selector],
        _ cluster: LayoutSet,
        _ local: LayoutSet
    ) -> LayoutChain {
        let toAll = translate(key, by: cluster)
        let pods = isLocalPod().map { [Line([$0] + toAll)] } ?? []
        return LayoutChain(
            name: name,
            lines: [clearPriority] + pods + [
                Line([.isLocal(.source), markForMasquerade] + toAll), Line(translate(key, by: local)),
                Line([.drop], "no endpoint on this node"),
            ]
        )
    }

    /// The scratch field must not reach a queueing discipline: IPVS, unlike forwarding, does not write it anew.
    private var clearPriority: Line { Line([.set(.meta(.priority), .constant(LayoutKey.number(0), [.classID]))]) }

    private func translate(_ key: [Selector], by map: LayoutSet) -> [Statement] {
        [
            .transport(in: [.tcp, .udp, .sctp]),
            .translate(.destination, family, .operand(.lookup(key, set(map)))),
        ]
    }
}
