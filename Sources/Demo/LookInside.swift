import ClusterTesting

/// How to look inside a cluster that was kept, and how to end it.
struct LookInside {
    let options: DemoOptions
    let layout: ClusterLayout

    /// The commands, one a line, with what each of them shows.
    var text: String {
        let rows = [programmed, network, others].flatMap { $0 }
        let width = rows.map(\.command.count).max() ?? 0
        let lines = rows.map { row in
            row.shows.isEmpty
                ? row.command
                : row.command + String(repeating: " ", count: width + 2 - row.command.count) + row.shows
        }
        return (["The cluster stays. To look inside:"] + lines.map { "  " + $0 } + ["To end it:", "  " + end])
            .joined(separator: "\n")
    }

    private typealias Row = (command: String, shows: String)

    private var node: String { "ip netns exec \(layout.namespace(ofNode: "node1"))" }

    private var programmed: [Row] {
        let shows = "what weftd programmed on node1"
        return switch options.mode {
        case .nftables: [("\(node) nft list ruleset", shows)]
        case .iptables: [("\(node) iptables-save", shows)]
        case .ipvs:
            [("\(node) ipvsadm -Ln", shows), ("\(node) nft list ruleset", "the rules around the virtual servers")]
        }
    }

    private var network: [Row] {
        let routes: Row = ("\(node) ip route", "the routes to the other nodes' pods")
        return switch options.network {
        case .hostGateway: [routes]
        case .vxlan:
            [
                routes, ("\(node) ip -s -d link show flannel.1", "the overlay's link, and what it carried"),
                ("\(node) bridge fdb show dev flannel.1", "which node is behind which link address"),
            ]
        }
    }

    private var others: [Row] {
        [
            ("\(node) curl -s 127.0.0.1:10249/metrics", ""),
            ("ip netns exec \(layout.namespace(ofPod: "web-1")) ip addr", "a pod"),
            ("curl -s --unix-socket \(layout.storeSocket) http://weft/api/v1/services", ""),
            (
                "ip netns exec \(layout.underlayNamespace) kubectl --server http://127.0.0.1:8080 get nodes,pods,services",
                ""
            ),
            ("tail \(layout.directory)/*.log", ""),
        ]
    }

    private var end: String {
        "weft demo --down" + (options.name == DemoOptions().name ? "" : " --name \(options.name)")
    }
}
