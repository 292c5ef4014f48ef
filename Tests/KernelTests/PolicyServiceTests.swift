import ClusterModel
import JSONTree
import LinuxSystemTesting
import NetworkTypes
import PolicyEnforcer
import PolicyPlan
import PolicyTesting
import ServicePlan
import ServiceProxyTesting
import Testing
import TrafficTesting

/// Policies beside Services, in every mode of the proxy that the kernel has: mode ipvs in the virtual machine.
@Suite(.enabled(if: KernelFeature.nft.isAvailable && KernelFeature.veth.isAvailable))
struct PolicyServiceTests {
    /// In the machine only what it alone has: its processor is slow, and nothing is waited for longer than a denied packet.
    private static let modes = KernelFeature.ipvs.isAvailable ? [.ipvs] : ServiceProxyMode.allCases

    /// The Service's ports lead to the pods' 8080.
    private struct Setup {
        let network: ServiceProxyNetwork
        let family: IPFamily
        private var planner = PolicyPlanner(nodeName: "n1")
        private let backend: NFTablesPolicyBackend

        init(_ network: ServiceProxyNetwork, _ family: IPFamily) throws {
            self.network = network
            self.family = family
            planner.upsert(Namespace(name: "default"))
            for number in [1, 2] {
                var pod = Pod(namespace: "default", name: "pod\(number)")
                pod.metadata.labels = ["pod": "\(number)"]
                pod.spec.nodeName = "n1"
                pod.phase = .running
                pod.podIPs = [ServiceProxyNetwork.podAddress(number, family)]
                planner.upsert(pod)
            }
            _ = planner.takeChanges()
            let model = planner.model
            backend = try network.node.run {
                let backend = try NFTablesPolicyBackend(family)
                _ = try backend.replaceAll(with: model, releasing: [])
                return backend
            }
        }

        mutating func enforce(_ spec: JSONValue?) throws {
            planner.removePolicy(PolicyWorld.key("default/p"))
            if let spec {
                planner.upsert(
                    NetworkPolicy(unchecked: ["metadata": ["namespace": "default", "name": "p"], "spec": spec])
                )
            }
            let (changes, model) = (planner.takeChanges(), planner.model)
            try network.node.run { _ = try backend.apply(changes, of: model, releasing: []) }
        }

        /// Whether the Service answers, in TCP and in UDP.
        func reaches(_ from: TestNamespace, _ address: String, _ port: Port = 80) throws -> [Bool] {
            guard let address = IPAddress(address) else { return [] }
            return try [(InternetSocket.Transport.tcp, port), (.udp, 53)].map { transport, port in
                let target = IPEndpoint(address: address, port: port)
                return try network.refusal(from: from, target, transport) == nil
            }
        }
    }

    private func withSetup(
        _ mode: ServiceProxyMode,
        _ family: IPFamily,
        _ label: String = #function,
        _ body: (inout Setup) throws -> Void
    ) throws {
        try ServiceProxyNetwork.with(label) { network in
            var objects = try network.node.run { try ServiceProxyObjects(family, mode) }
            objects.addService("web", 1, nodePort: 30080)
            objects.setEndpoints("web", [2])
            try network.node.run { _ = try objects.start() }
            var setup = try Setup(network, family)
            #expect(try setup.reaches(network.pods[0], ServiceProxyObjects.clusterIP(1, family)) == [true, true])
            try body(&setup)
        }
    }

    @Test(arguments: modes, IPFamily.allCases)
    func whatComesInIsJudgedByItsSourceAndThePodsPort(mode: ServiceProxyMode, family: IPFamily) throws {
        try withSetup(mode, family) { setup in
            let (pod, node, client) = (setup.network.pods[0], setup.network.node, setup.network.client)
            let clusterIP = ServiceProxyObjects.clusterIP(1, family)
            let friends = PolicySpec.pods(PolicySpec.labels("pod=1"))
            try setup.enforce(
                PolicySpec.spec(
                    PolicySpec.labels("pod=2"),
                    types: ["Ingress"],
                    ingress: [PolicySpec.from([friends], [PolicySpec.port("TCP", 8080)])]
                )
            )
            #expect(try setup.reaches(pod, clusterIP) == [true, false])
            #expect(try setup.reaches(node, clusterIP) == [true, true])
            // A client outside comes by the node's port, and is seen as who it is.
            let target = IPEndpoint(
                address: try #require(IPAddress(ServiceProxyNetwork.nodeAddress(family))),
                port: 30080
            )
            #expect(try setup.network.refusal(from: client, target) != nil)
            try setup.enforce(nil)
            #expect(try setup.network.refusal(from: client, target) == nil)
            // The Service's port opens nothing.
            try setup.enforce(
                PolicySpec.spec(
                    PolicySpec.labels("pod=2"),
                    types: ["Ingress"],
                    ingress: [PolicySpec.from([friends], [PolicySpec.port("TCP", 80), PolicySpec.port("UDP", 53)])]
                )
            )
            #expect(try setup.reaches(pod, clusterIP) == [false, false])
        }
    }

    @Test(arguments: modes, IPFamily.allCases)
    func whatGoesOutIsJudgedByThePodItGoesTo(mode: ServiceProxyMode, family: IPFamily) throws {
        try withSetup(mode, family) { setup in
            let pod = setup.network.pods[0]
            let clusterIP = ServiceProxyObjects.clusterIP(1, family)
            func reaching(_ peer: JSONValue) -> JSONValue {
                PolicySpec.spec(PolicySpec.labels("pod=1"), types: ["Egress"], egress: [["to": [peer]]])
            }
            try setup.enforce(reaching(PolicySpec.block(family == .ipv4 ? "10.96.0.0/16" : "fd96::/64")))
            #expect(try setup.reaches(pod, clusterIP) == [false, false])
            try setup.enforce(reaching(PolicySpec.pods(PolicySpec.labels("pod=2"))))
            #expect(try setup.reaches(pod, clusterIP) == [true, true])
            try setup.enforce(reaching(PolicySpec.pods(PolicySpec.labels("pod=3"))))
            #expect(try setup.reaches(pod, clusterIP) == [false, false])
        }
    }
}
