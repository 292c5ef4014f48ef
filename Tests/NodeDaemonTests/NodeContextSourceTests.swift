import ClusterModel
import JSONTree
import NetworkTypes
import ServicePlan
import Testing

@testable import NodeDaemon

struct NodeContextSourceTests {
    private static func node() -> Node {
        var node = Node(name: "n")
        node.podCIDRs = ["10.244.1.0/24", "fd00:1::/64"]
        node.addresses = [
            .init(type: "InternalIP", address: "192.168.0.1"), .init(type: "Hostname", address: "n"),
            .init(type: "ExternalIP", address: "2001:db8::1"), .init(type: "InternalIP", address: "junk"),
        ]
        node.json["metadata"]?["labels"] = ["topology.kubernetes.io/zone": "z1"]
        return node
    }

    @Test func theNodesOwnRangesTellItsPods() throws {
        let context = NodeContextSource(clusterCIDRs: []).context(of: Self.node())
        #expect(context.name == "n")
        #expect(context.zone == "z1")
        #expect(context.addresses.map(\.description) == ["192.168.0.1", "2001:db8::1"])
        #expect(
            context.localDetector
                == .sourcePrefixes([try #require(IPPrefix("10.244.1.0/24")), try #require(IPPrefix("fd00:1::/64"))])
        )
    }

    @Test func theClustersRangeIsTakenWhenItIsGiven() throws {
        let cluster = try #require(IPPrefix("10.244.0.0/16"))
        #expect(
            NodeContextSource(clusterCIDRs: [cluster]).context(of: Self.node()).localDetector
                == .sourcePrefixes([cluster])
        )
    }

    @Test func otherWaysToTellPods() throws {
        let cluster = try #require(IPPrefix("10.244.0.0/16"))
        func detector(_ detection: NodeContextSource.Detection) -> LocalDetector {
            NodeContextSource(clusterCIDRs: [cluster], detection: detection).context(of: Self.node()).localDetector
        }
        let own = [try #require(IPPrefix("10.244.1.0/24")), try #require(IPPrefix("fd00:1::/64"))]
        #expect(detector(.nodeCIDR) == .sourcePrefixes(own))
        #expect(detector(.bridgeInterface("cni0")) == .interface("cni0"))
        #expect(detector(.interfaceNamePrefix("veth")) == .interfacePrefix("veth"))
        #expect(detector(.none) == LocalDetector.none)
    }

    @Test func withoutAnyRangePodsCanNotBeTold() {
        #expect(NodeContextSource(clusterCIDRs: []).context(of: Node(name: "n")).localDetector == LocalDetector.none)
    }

    @Test(arguments: [("0", [IPFamily.ipv4, .ipv6]), ("1", [.ipv4]), (nil, [.ipv4])] as [(String?, [IPFamily])])
    func ipv6IsUsedWhereItIsNotSwitchedOff(disabled: String?, families: [IPFamily]) {
        #expect(AddressFamilies.usable { _ in disabled } == families)
    }
}
