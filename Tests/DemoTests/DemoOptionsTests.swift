import ClusterTesting
import Testing

@testable import Demo

struct DemoOptionsTests {
    private func options(_ mode: DemoOptions.Mode, _ network: DemoOptions.Network, nodes: Int = 3) -> DemoOptions {
        var options = DemoOptions()
        (options.mode, options.network, options.nodes) = (mode, network, nodes)
        return options
    }

    @Test func theCommandLineSaysWhatIsNotTheDefault() {
        #expect(options(.ipvs, .hostGateway).commandLine == "--mode ipvs")
        #expect(options(.iptables, .vxlan, nodes: 2).commandLine == "--mode iptables --network vxlan --nodes 2")
    }

    @Test(arguments: [
        (DemoOptions.Mode.nftables, "nft list ruleset"), (.iptables, "iptables-save"), (.ipvs, "ipvsadm -Ln"),
    ])
    func lookingInsideIsOfTheModeAndNetwork(mode: DemoOptions.Mode, command: String) {
        let layout = ClusterLayout(name: "demo", nodeCount: 3)
        let overlay = LookInside(options: options(mode, .vxlan), layout: layout).text
        #expect(overlay.contains("ip netns exec weft-demo-node1 \(command)"))
        #expect(overlay.contains("ip -s -d link show flannel.1"))
        #expect(overlay.hasSuffix("\n  weft demo --down"))
        #expect(!LookInside(options: options(mode, .hostGateway), layout: layout).text.contains("flannel"))
    }

    @Test func aNamedClusterIsTakenDownByItsName() {
        var options = DemoOptions()
        options.name = "other"
        let text = LookInside(options: options, layout: ClusterLayout(name: "other", nodeCount: 3)).text
        #expect(text.hasSuffix("weft demo --down --name other"))
    }
}
