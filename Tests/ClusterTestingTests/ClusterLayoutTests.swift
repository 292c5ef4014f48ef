import JSONTree
import NetworkTypes
import Testing

@testable import ClusterTesting

struct ClusterLayoutTests {
    @Test func allNamesBeginWithTheClusters() {
        let layout = ClusterLayout(name: "demo", nodeCount: 3)
        let names = [layout.underlayNamespace, layout.clientNamespace, layout.namespace(ofPod: "web-1")]
        for name in names + layout.nodeNames.map(layout.namespace(ofNode:)) {
            #expect(name.hasPrefix("weft-demo-"))
        }
        #expect(layout.nodeNames == ["node1", "node2", "node3"])
    }

    @Test func addressesAreOfTestNet1AndDiffer() {
        let layout = ClusterLayout(name: "demo", nodeCount: 80)
        let addresses = [layout.gateway, layout.clientAddress] + (1...80).map(layout.address(ofNode:))
        #expect(Set(addresses).count == 82)
        let underlay = IPPrefix("192.0.2.0/24")
        #expect(addresses.allSatisfy { underlay?.contains($0) == true })
        #expect("\(layout.address(ofNode: 1))" == "192.0.2.11")
    }

    @Test func aServiceHasATCPAndAUDPPort() {
        let service = ClusterObjects.service("web", type: "NodePort", selector: ["app": "web"])
        let ports = service[path: "spec", "ports"]?.arrayValue ?? []
        #expect(ports.map { $0["protocol"]?.stringValue } == ["TCP", "UDP"])
        #expect(Set(ports.map { $0["name"]?.stringValue }).count == 2)
        #expect(service[path: "spec", "selector", "app"]?.stringValue == "web")
    }
}
