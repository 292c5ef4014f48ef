import NFTables
import NetworkTypes

extension LayoutRules {
    typealias Line = LayoutChain.Line

    /// The chains that are there whatever the Services are: those that the kernel calls, and what they share.
    var fixedChains: [LayoutChain] {
        [prerouting, output, postrouting, filterInput, filterForward, filterOutput, services, unserved]
    }

    private var prerouting: LayoutChain {
        LayoutChain(
            name: "prerouting",
            base: BaseChain(.nat, .prerouting, priority: .destinationNAT),
            lines: [Line([.jump("services")])]
        )
    }

    private var output: LayoutChain {
        LayoutChain(
            name: "output",
            base: BaseChain(.nat, .output, priority: .destinationNAT),
            lines: [Line([.jump("services")])]
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

    /// Only new connections are judged: established ones outlive their endpoints.
    private func filter(_ name: String, _ hook: Hook, _ more: [Line] = []) -> LayoutChain {
        LayoutChain(
            name: name,
            base: BaseChain(.filter, hook, priority: .filter),
            lines: [Line([.connectionState(.new), .jump("unserved")])] + more
        )
    }

    private var filterInput: LayoutChain {
        let nodePorts = Line(
            [.connectionState(.new)] + isNodePortAddress + [isMember(nodePort, of: .noEndpointNodePorts), reject]
        )
        return filter("filter-input", .input, [nodePorts])
    }

    private var filterForward: LayoutChain { filter("filter-forward", .forward) }
    private var filterOutput: LayoutChain { filter("filter-output", .output) }

    private var reject: Statement { .reject(.icmp(code: family == .ipv4 ? 3 : 4)) }

    private var services: LayoutChain {
        LayoutChain(
            name: "services",
            lines: [
                Line(
                    [
                        isMember(frontend, of: .restricted),
                        isMember(frontend + [source], of: .sourceRanges, not: true), .drop,
                    ],
                    "loadBalancerSourceRanges"
                ),
                Line([look(frontend, up: .services), dispatch(.classes)]),
                Line(isNodePortAddress + [look(nodePort, up: .nodePorts), dispatch(.classes)]),
            ]
        )
    }

    /// Matches packets to an address that takes node ports.
    ///
    /// Loopback is left out: its answers would never leave it.
    private var isNodePortAddress: [Statement] {
        if options.nodePortAddresses != nil { return [isMember([destination], of: .nodePortAddresses)] }
        let loopback = IPPrefix(address: .loopback(family), length: family == .ipv4 ? 8 : 128)?.masked
        return [.isLocal(.destination)] + (loopback.map { [.prefix(destination, $0, isInverted: true)] } ?? [])
    }

    private var unserved: LayoutChain {
        LayoutChain(
            name: "unserved",
            lines: [
                Line([isMember(frontend, of: .noEndpoints), reject]),
                Line([isMember([destination], of: .clusterIPs), reject], "a port that the Service does not have"),
            ]
        )
    }
}
