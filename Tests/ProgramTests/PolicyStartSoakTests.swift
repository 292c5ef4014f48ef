import ClusterTesting
import ControlStoreClient
import Glibc
import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import PolicyEnforcer
import Testing
import TrafficTesting

/// Pods that start under a policy that denies everything, through the real weftd and the real weft-cni, while clients on
/// their own node and on another one send to their addresses all the time.
///
/// `WEFT_SOAK_PODS` makes it longer (`make soak-policy`: 1,000 pods). Every address is used many times.
@Suite(.serialized)
struct PolicyStartSoakTests {
    private static let podCount = unsafe getenv("WEFT_SOAK_PODS").flatMap { Int(unsafe String(cString: $0)) } ?? 40
    /// How many pods are there at once.
    private static let waveSize = 12
    private static let addresses = (10..<34).compactMap { IPAddress("10.244.0.\($0)") }

    @Test func notOnePacketComesThroughBeforeTheRules() async throws {
        let layout = ClusterLayout(name: "testpolicystart", nodeCount: 2)
        let programs = try Programs.besideThisOne()
        let cluster = try ThrowawayCluster(layout, programs: programs)
        do {
            try await run(cluster, programs)
        } catch {
            try await cluster.remove()
            throw error
        }
        try await cluster.remove()
        #expect(try Leftovers.find(of: layout).isEmpty)
    }

    private func run(_ cluster: ThrowawayCluster, _ programs: Programs) async throws {
        try await cluster.makeUnderlay()
        try await cluster.startStore()
        try await cluster.registerNodes()
        let nodes = await cluster.nodes
        for node in nodes { try await cluster.startDaemon(on: node) }
        try await cluster.createPolicy(
            "deny",
            spec: ["podSelector": ["matchLabels": ["app": "target"]], "policyTypes": ["Ingress", "Egress"]]
        )
        for (name, node) in zip(["near", "far"], nodes) {
            try await cluster.startPod(name, on: node, labels: ["app": "hammer"])
        }
        let hosts = await cluster.pods
        try Self.fixNeighbours(of: hosts[0])
        let hammers = try hosts.map { try SteadyHammer($0.namespace, Self.addresses) }
        defer { for hammer in hammers { hammer.stop() } }
        let kubelet = SoakKubelet(cluster: cluster, plugin: programs.weftCNI, node: nodes[0])
        let backend = try cluster.run(on: nodes[0]) { try NFTablesPolicyBackend(.ipv4) }
        var (started, isolated) = (0, 0)
        while started < Self.podCount {
            let wave = (started..<min(started + Self.waveSize, Self.podCount)).map { SoakPod(number: $0) }
            try await Self.forEach(wave) { try await kubelet.start($0) }
            try await Self.eventually("all pods are let go") {
                try cluster.run(on: nodes[0]) { try backend.held() }.isEmpty
            }
            for hammer in hammers { try await hammer.rounds(20) }
            for pod in wave {
                let count = try kubelet.datagrams(pod)
                // Whoever no policy selects shows that there was something to be let in.
                #expect(pod.isTarget ? count == 0 : count > 0, "\(pod.name): \(count) datagrams")
            }
            started += wave.count
            isolated += wave.count { $0.isTarget }
            if started == Self.podCount { try await allow(cluster, kubelet, wave) }
            try await Self.forEach(wave) { try await kubelet.stop($0) }
        }
        #expect(isolated >= Self.podCount * 3 / 4)
    }

    /// The client on the pods' bridge need not ask who has an address: its frames go to all, so that they are there at the
    /// very moment at which a pod gets its interface.
    private static func fixNeighbours(of pod: ClusterPod) throws {
        for address in addresses {
            let arguments = ["neigh", "replace", "\(address)", "lladdr", "ff:ff:ff:ff:ff:ff", "dev", "eth0"]
            try Witness.run("ip", arguments + ["nud", "permanent"], in: .open(named: pod.namespace))
        }
    }

    /// The same datagrams arrive as soon as a policy lets them in: from both clients.
    private func allow(_ cluster: ThrowawayCluster, _ kubelet: SoakKubelet, _ pods: [SoakPod]) async throws {
        try await cluster.createPolicy(
            "allow",
            spec: [
                "podSelector": ["matchLabels": ["app": "target"]], "policyTypes": ["Ingress"],
                "ingress": [["from": [["podSelector": ["matchLabels": ["app": "hammer"]]]]]],
            ]
        )
        for pod in pods {
            try await Self.eventually("\(pod.name) gets datagrams") { try kubelet.datagrams(pod) > 0 }
        }
    }

    /// Several at once, as a kubelet works.
    private static func forEach(
        _ pods: [SoakPod],
        _ body: @escaping @Sendable (SoakPod) async throws -> Void
    ) async throws {
        let lanes = 4
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<lanes {
                group.addTask {
                    for index in stride(from: lane, to: pods.count, by: lanes) { try await body(pods[index]) }
                }
            }
            try await group.waitForAll()
        }
    }

    private static func eventually(_ what: String, _ isSo: () throws -> Bool) async throws {
        let deadline = Deadline.after(Patience.duration(.seconds(30)))
        while try !isSo() {
            if deadline.hasPassed { throw ClusterError("not in time: \(what)") }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

/// One of many pods.
private struct SoakPod: Sendable {
    let number: Int

    var name: String { "soak-\(number)" }
    /// Whether the policy selects it: all but every eighth.
    var isTarget: Bool { !number.isMultiple(of: 8) }
}

/// Starts and stops pods as a kubelet does, without a server in them.
private struct SoakKubelet: Sendable {
    let cluster: ThrowawayCluster
    let plugin: String
    let node: ClusterNode
    private static let path = "/api/v1/namespaces/default/pods"

    func start(_ pod: SoakPod) async throws {
        let labels = ["app": pod.isTarget ? "target" : "open"]
        let created = try await cluster.api.send(
            APIRequest(.post, Self.path, body: ClusterObjects.pod(pod.name, node: node.name, labels: labels))
        )
        let uid = created[path: "metadata", "uid"]?.stringValue ?? ""
        _ = try NetworkNamespace.create(named: namespace(pod))
        let result = try call("ADD", pod, uid)
        guard let text = result["ips"]?[0]?["address"]?.stringValue, let prefix = IPPrefix(String(text)) else {
            throw ClusterError("\(pod.name): no address in \(result)")
        }
        let status = ClusterObjects.runningStatus(address: prefix.address, hostAddress: node.address)
        var request = APIRequest(.patch, "\(Self.path)/\(pod.name)/status", body: ["status": status])
        request.contentType = "application/merge-patch+json"
        try await cluster.api.send(request)
    }

    func stop(_ pod: SoakPod) async throws {
        _ = try call("DEL", pod, "")
        try await cluster.api.send(
            APIRequest(.delete, "\(Self.path)/\(pod.name)", query: [("gracePeriodSeconds", "0")])
        )
        try NetworkNamespace.remove(named: namespace(pod))
    }

    /// The datagrams that arrived in the pod since it was made.
    func datagrams(_ pod: SoakPod) throws -> Int {
        let text = try withNetworkNamespace(.open(named: namespace(pod))) {
            try File.readText("/proc/thread-self/net/snmp")
        }
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("Udp:") }.map { $0.split(separator: " ") }
        guard lines.count == 2 else { throw ClusterError("\(pod.name): /proc/net/snmp can't be read") }
        let values = Dictionary(zip(lines[0], lines[1])) { first, _ in first }
        guard let heard = Int(values["InDatagrams"] ?? ""), let unheard = Int(values["NoPorts"] ?? "") else {
            throw ClusterError("\(pod.name): /proc/net/snmp can't be read")
        }
        return heard + unheard
    }

    private func namespace(_ pod: SoakPod) -> String { cluster.layout.namespace(ofPod: pod.name) }

    private func call(_ command: String, _ pod: SoakPod, _ uid: String) throws -> JSONValue {
        let configuration: JSONValue = [
            "cniVersion": "1.0.0", "name": "weft", "type": "weft-cni", "bridge": "cni0", "isGateway": true,
            "isDefaultGateway": true, "hairpinMode": true, "ipMasq": false,
            "ipam": [
                "type": "host-local", "dataDir": .string(cluster.layout.reservations(ofNode: node.name)),
                "ranges": [
                    [
                        [
                            "subnet": .string("\(node.podCIDR)"), "rangeStart": "10.244.0.10",
                            "rangeEnd": "10.244.0.33",
                        ]
                    ]
                ],
            ],
        ]
        let output = try ChildProcess.run(
            ProcessCommand(
                plugin,
                environment: [
                    "CNI_COMMAND": command, "CNI_CONTAINERID": pod.name, "CNI_IFNAME": "eth0",
                    "CNI_NETNS": NetworkNamespace.path(named: namespace(pod)),
                    "CNI_PATH": File.parent(of: plugin),
                    "CNI_ARGS":
                        "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=\(pod.name);K8S_POD_UID=\(uid)",
                ],
                networkNamespace: .open(named: node.namespace),
                standardInput: .bytes(configuration.bytes()),
                standardOutput: .captured,
                standardError: .captured
            ),
            until: .after(Patience.duration(.seconds(30)))
        )
        guard output.status.isSuccess else { throw ClusterError("\(command) \(pod.name): \(output.text)") }
        return output.text.isEmpty ? [:] : try JSONValue(parsing: output.standardOutput)
    }
}
