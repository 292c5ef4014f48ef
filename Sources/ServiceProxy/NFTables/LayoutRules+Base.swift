import NFTables
import NetworkTypes

extension LayoutRules {
    /// The chains that are there whatever the Services are: those that the kernel calls, and what they share.
    var fixedChains: [LayoutChain] {
        [
            translating(.prerouting), translating(.output), postrouting, filterInput, filter(.forward),
            filter(.output), services, unserved,
        ] + (options.takesLoopbackNodePorts ? [loopbackGuard] : []) + (options.countsPackets ? counting : [])
    }

    /// The name of the chain that is there with node ports on loopback.
    static let loopbackGuardName = "loopback-guard"

    /// With ``LoopbackRouting``, packets from the link to 127.0.0.1 would reach what listens there for this node only.
    ///
    /// Answers to the node's own connections are let in: they have been translated back by now.
    private var loopbackGuard: LayoutChain {
        LayoutChain(
            name: Self.loopbackGuardName,
            base: BaseChain(.filter, .input, priority: .filter),
            lines: [
                Line(
                    [
                        .prefix(destination, loopback), .prefix(source, loopback, isInverted: true),
                        .connectionState([.new, .invalid, .untracked]), .drop,
                    ],
                    "from elsewhere to loopback"
                )
            ]
        )
    }

    private var postrouting: LayoutChain {
        let mark = options.masqueradeMark
        return LayoutChain(
            name: "postrouting",
            base: BaseChain(.nat, .postrouting, priority: .sourceNAT),
            lines: [
                // The scratch field must not reach a queueing discipline of the node's own packets.
                Line([
                    .connectionStatus(.destinationNAT),
                    .set(.meta(.priority), .constant(LayoutKey.number(0), [.classID])),
                ]),
                Line([.mark(has: mark), .clearMark(bits: mark), .masquerade(.fullyRandom)]),
                Line(
                    [
                        .connectionStatus(.destinationNAT), isMember([source, destination], of: .hairpin),
                        .masquerade(.fullyRandom),
                    ],
                    "a pod that reaches itself"
                ),
            ]
        )
    }

    private var services: LayoutChain {
        LayoutChain(
            name: "services",
            lines: [
                keepOutOthers,
                Line([look(frontend, up: .services), dispatch(.classes)]),
                Line(isNodePortAddress + [look(nodePort, up: .nodePorts), dispatch(.classes)]),
            ]
        )
    }
}
