import ClusterModel
import JSONTree
import NetworkTypes
import ServicePlan

/// Clusters by dice: Services of all kinds, policies and endpoint states, changed again and again.
struct RandomCluster {
    let family: IPFamily
    var planner: ServicePlanner
    private var generator: SplitMix

    /// A generator that gives the same dice for the same seed.
    struct SplitMix: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }

    init(_ family: IPFamily, seed: UInt64) {
        self.family = family
        generator = SplitMix(state: seed)
        planner = ServicePlanner(node: ClusterFixture.node(family))
    }

    private func address(_ four: String, _ six: String, _ number: Int) -> String {
        family == .ipv4 ? "\(four).\(number)" : "\(six)::\(String(number, radix: 16))"
    }

    /// Changes one thing: a Service comes, changes or goes, or its endpoints do.
    mutating func change() {
        let number = Int.random(in: 1...8, using: &generator)
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: planner.removeService(ObjectKey(namespace: "default", name: "s\(number)"))
        case 1: planner.removeSlice(ObjectKey(namespace: "default", name: "s\(number)-a"))
        case 2...4: upsertService(number)
        default: upsertSlice(number)
        }
    }

    private mutating func upsertService(_ number: Int) {
        func one<Value>(_ values: [Value]) -> Value { values.randomElement(using: &generator) ?? values[0] }
        let type = one(["ClusterIP", "NodePort", "LoadBalancer"])
        var more: JSONObject = [
            "externalTrafficPolicy": .string(one(["Cluster", "Local"])),
            "internalTrafficPolicy": .string(one(["Cluster", "Cluster", "Local"])),
            "sessionAffinity": .string(one(["None", "None", "ClientIP"])),
            "sessionAffinityConfig": ["clientIP": ["timeoutSeconds": one([10, 10, 600])]],
        ]
        if one([true, false, false]) {
            more["externalIPs"] = [.string(address("198.18.0", "2001:db8:e", number))]
        }
        if type == "LoadBalancer" {
            let virtual = address("203.0.113", "2001:db8:f", number)
            more["status"] = ["loadBalancer": ["ingress": [["ip": .string(virtual)]]]]
            if one([true, false]) {
                more["loadBalancerSourceRanges"] = [.string(family == .ipv4 ? "198.51.100.0/24" : "2001:db8:a::/64")]
            }
        }
        let nodePort = type == "ClusterIP" ? nil : 30000 + one([number, number, 1])
        let ports = [
            ClusterFixture.port("a", 80, nodePort: nodePort),
            ClusterFixture.port("b", 53, nodePort: nodePort.map { $0 + 100 }, transport: "UDP"),
        ]
        planner.upsert(
            ClusterFixture.service(
                "s\(number)",
                clusterIPs: [address("10.96.0", "fd96", number)],
                ports: ports,
                type: type,
                more
            )
        )
    }

    private mutating func upsertSlice(_ number: Int) {
        let counts = [0, 1, 1, 2, 3, 5, 70]
        let count = counts.randomElement(using: &generator) ?? 0
        let pods = (1...90).shuffled(using: &generator).prefix(count)
        var endpoints: [ClusterFixture.Endpoint] = []
        for pod in pods {
            let node = ["n1", "n2", "n2"].randomElement(using: &generator) ?? "n1"
            let state = Int.random(in: 0..<6, using: &generator)
            endpoints.append(
                ClusterFixture.Endpoint(
                    address("10.244.0", "fd44", pod),
                    node: node,
                    ready: state > 0,
                    terminating: state == 0
                )
            )
        }
        let ports = [
            ClusterFixture.port("a", 8080), ClusterFixture.port("b", 5353, transport: "UDP"),
        ]
        planner.upsert(
            ClusterFixture.slice("s\(number)-a", of: "s\(number)", ports, endpoints, isIPv6: family == .ipv6)
        )
    }
}
