import JSONTree
import LinuxSystemTesting
import NetworkTypes
import ServicePlan
import ServiceProxyTesting
import Testing
import TrafficTesting

/// SCTP associations through the proxy's rules; in the virtual machine, whose kernel has SCTP sockets.
@Suite(.enabled(if: KernelFeature.sctp.isAvailable && KernelFeature.nft.isAvailable))
struct ServiceProxySCTPTests {
    private static let ports: JSONValue = [
        ["name": "sctp", "port": 132, "protocol": "SCTP", "nodePort": 30132]
    ]

    private func ask(
        _ network: ServiceProxyNetwork,
        _ namespace: TestNamespace,
        _ address: String,
        _ port: Port
    ) throws -> [Probe.Answer] {
        let target = IPEndpoint(address: try #require(IPAddress(address)), port: port)
        return try network.ask(from: namespace, target, .sctp, times: 20)
    }

    @Test(arguments: ServiceProxyMode.allCases, IPFamily.allCases)
    func anAssociationReachesEveryEndpoint(mode: ServiceProxyMode, family: IPFamily) throws {
        try ServiceProxyNetwork.with(transports: [.sctp]) { network in
            var objects = try network.node.run { try ServiceProxyObjects(family, mode) }
            objects.addService("signals", 1, ["type": "NodePort", "ports": Self.ports])
            objects.setEndpoints("signals", [1, 2])
            try network.node.run { _ = try objects.start() }
            let clusterIP = ServiceProxyObjects.clusterIP(1, family)
            let inside = try ask(network, network.pods[0], clusterIP, 132)
            #expect(Set(inside.map(\.server)) == ["pod1", "pod2"])
            // To another pod with the pod's own address; back to itself by the node's.
            let own = ServiceProxyNetwork.podAddress(1, family)
            #expect(Set(inside.filter { $0.server == "pod2" }.map(\.clientSeen.address.description)) == [own])
            #expect(!inside.filter { $0.server == "pod1" }.map(\.clientSeen.address.description).contains(own))
            // From outside, masqueraded.
            let outside = try ask(network, network.client, ServiceProxyNetwork.nodeAddress(family), 30132)
            #expect(Set(outside.map(\.server)) == ["pod1", "pod2"])
            let client = ServiceProxyNetwork.clientAddress(family)
            #expect(!outside.map(\.clientSeen.address.description).contains(client))
            let node = try ask(network, network.node, clusterIP, 132)
            #expect(Set(node.map(\.server)) == ["pod1", "pod2"])
        }
    }

    @Test(arguments: ServiceProxyMode.allCases, IPFamily.allCases)
    func withoutEndpointsAnAssociationIsRefused(mode: ServiceProxyMode, family: IPFamily) throws {
        try ServiceProxyNetwork.with(transports: [.sctp]) { network in
            var objects = try network.node.run { try ServiceProxyObjects(family, mode) }
            objects.addService("signals", 1, ["type": "NodePort", "ports": Self.ports])
            try network.node.run { _ = try objects.start() }
            _ = objects.planner.takeDirty()
            let target = IPEndpoint(
                address: try #require(IPAddress(ServiceProxyObjects.clusterIP(1, family))),
                port: 132
            )
            #expect(try network.refusal(from: network.client, target, .sctp, patience: 4000) != nil)
            objects.setEndpoints("signals", [2])
            try network.node.run { _ = try objects.sync() }
            #expect(try network.ask(from: network.client, target, .sctp).map(\.server) == ["pod2"])
        }
    }
}
