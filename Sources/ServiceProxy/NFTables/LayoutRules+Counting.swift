import NFTables
import NetworkTypes

extension LayoutRules {
    /// The chains that count what goes to and comes from Services; there with counters only.
    ///
    /// Every packet of a translated connection passes one of them once: from elsewhere, in either direction, the first;
    /// from the node itself the second. What it was sent to at first is what connection tracking knows.
    var counting: [LayoutChain] {
        [(Hook.prerouting, "count-prerouting"), (.output, "count-output")].map { hook, name in
            LayoutChain(
                name: name,
                // Right behind the translation of the first packet.
                base: BaseChain(.filter, hook, priority: .destinationNAT + 1),
                lines: [
                    Line([.connectionStatus(.destinationNAT), isMember(originalFrontend, of: .counts), .return]),
                    Line([.connectionStatus(.destinationNAT), isMember(originalNodePort, of: .nodePortCounts)]),
                ]
            )
        }
    }

    private var originalFrontend: [Selector] {
        [.connection(family == .ipv4 ? .destinationIPv4 : .destinationIPv6, .original)] + originalNodePort
    }

    private var originalNodePort: [Selector] { [.transportProtocol, .connection(.destinationPort, .original)] }
}
