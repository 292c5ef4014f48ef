import JSONTree
import LinuxSystemTesting
import NetworkTypes
import ServicePlan
import ServiceProxy
import ServiceProxyTesting
import Testing
import TrafficTesting

/// Real packets through the proxy's rules: from a pod, from the node, and from a client outside.
@Suite(.enabled(if: KernelFeature.nft.isAvailable && KernelFeature.veth.isAvailable))
struct ServiceProxyTrafficTests {
    /// A network, and Services programmed in its node.
    private func withServices(
        _ mode: ServiceProxyMode,
        _ family: IPFamily,
        _ label: String = #function,
        prepare: (inout ServiceProxyObjects) -> Void,
        _ body: (ServiceProxyNetwork, inout ServiceProxyObjects) throws -> Void
    ) throws {
        try ServiceProxyNetwork.with(label) { network in
            var objects = try network.node.run { try ServiceProxyObjects(family, mode) }
            prepare(&objects)
            try network.node.run { _ = try objects.start() }
            _ = objects.planner.takeDirty()
            try body(network, &objects)
        }
    }

    private func endpoint(_ address: String, _ port: Port) throws -> IPEndpoint {
        IPEndpoint(address: try #require(IPAddress(address)), port: port)
    }

    private func clusterIP(_ number: Int, _ family: IPFamily, _ port: Port = 80) throws -> IPEndpoint {
        try endpoint(ServiceProxyObjects.clusterIP(number, family), port)
    }

    private func nodePort(_ port: Port, _ family: IPFamily) throws -> IPEndpoint {
        try endpoint(ServiceProxyNetwork.nodeAddress(family), port)
    }

    private func seen(_ answers: [Probe.Answer]) -> Set<String> { Set(answers.map(\.clientSeen.address.description)) }

    @Test(arguments: ServiceProxyMode.allCases, IPFamily.allCases)
    func aClusterIPReachesAllEndpointsAndKeepsAPodsSource(mode: ServiceProxyMode, family: IPFamily) throws {
        try withServices(mode, family) { objects in
            objects.addService("web", 1)
            objects.setEndpoints("web", [1, 2])
        } _: { network, _ in
            for (transport, port) in [(InternetSocket.Transport.tcp, Port(rawValue: 80)), (.udp, 53)] {
                let answers = try network.ask(
                    from: network.pods[0],
                    try clusterIP(1, family, port),
                    transport,
                    times: 40
                )
                let counts = Dictionary(grouping: answers, by: \.server).mapValues(\.count)
                #expect(Set(counts.keys) == ["pod1", "pod2"])
                // To another pod with the pod's own address; back to itself by the node's.
                #expect(
                    seen(answers.filter { $0.server == "pod2" }) == [ServiceProxyNetwork.podAddress(1, family)]
                )
                #expect(seen(answers.filter { $0.server == "pod1" }) != [ServiceProxyNetwork.podAddress(1, family)])
            }
        }
    }

    @Test(arguments: ServiceProxyMode.allCases, IPFamily.allCases)
    func theNodeAndOutsidersAreMasqueraded(mode: ServiceProxyMode, family: IPFamily) throws {
        try withServices(mode, family) { objects in
            objects.addService("web", 1, nodePort: 30080)
            objects.setEndpoints("web", [1, 2])
        } _: { network, _ in
            let client = ServiceProxyNetwork.clientAddress(family)
            let pods = Set([1, 2].map { ServiceProxyNetwork.podAddress($0, family) })
            for target in [try clusterIP(1, family), try nodePort(30080, family)] {
                for namespace in [network.node, network.client] {
                    let answers = try network.ask(from: namespace, target, times: 20)
                    #expect(Set(answers.map(\.server)) == ["pod1", "pod2"])
                    #expect(seen(answers).isDisjoint(with: pods.union([client])))
                }
            }
            let udp = try network.ask(from: network.client, try nodePort(30080, family), .udp, times: 10)
            #expect(!seen(udp).contains(client))
        }
    }

    @Test(arguments: ServiceProxyMode.allCases, IPFamily.allCases)
    func withoutEndpointsAndOnUnknownPortsConnectionsAreRefused(mode: ServiceProxyMode, family: IPFamily) throws {
        try withServices(mode, family) { objects in
            objects.addService("empty", 1, nodePort: 30080)
            objects.addService("web", 2)
            objects.setEndpoints("web", [1])
        } _: { network, objects in
            for namespace in [network.pods[0], network.node, network.client] {
                for target in [
                    try clusterIP(1, family), try nodePort(30080, family), try clusterIP(2, family, 81),
                ] {
                    let refusal = try network.refusal(from: namespace, target, patience: 4000)
                    #expect(
                        refusal?.code == .refused,
                        "\(namespace.name) \(target): \(refusal.map { "\($0)" } ?? "answered")"
                    )
                }
                // The node's own datagram is refused where it is sent: EPERM there.
                let datagram = try network.refusal(from: namespace, try clusterIP(1, family, 53), .udp)
                #expect(datagram?.code == (namespace.name == network.node.name ? .unreachable : .refused))
            }
            objects.setEndpoints("empty", [2])
            try network.node.run { _ = try objects.sync() }
            #expect(try network.ask(from: network.client, try nodePort(30080, family)).map(\.server) == ["pod2"])
        }
    }

    @Test(arguments: ServiceProxyMode.allCases, IPFamily.allCases)
    func anExternalPolicyLocalKeepsTheSourceAndStaysOnTheNode(mode: ServiceProxyMode, family: IPFamily) throws {
        try withServices(mode, family) { objects in
            objects.addService("web", 1, nodePort: 30080, ["externalTrafficPolicy": "Local"])
            objects.setEndpoints("web", [1])
            objects.addService("far", 2, nodePort: 30081, ["externalTrafficPolicy": "Local"])
            objects.setEndpoints("far", [3])
        } _: { network, _ in
            let target = try nodePort(30080, family)
            let outside = try network.ask(from: network.client, target, times: 5)
            #expect(seen(outside) == [ServiceProxyNetwork.clientAddress(family)])
            let pod = try network.ask(from: network.pods[1], target, times: 5)
            #expect(seen(pod) == [ServiceProxyNetwork.podAddress(2, family)])
            #expect(try network.ask(from: network.node, target).map(\.server) == ["pod1"])
            #expect(try network.refusal(from: network.client, try nodePort(30081, family))?.code == .timeout)
        }
    }

    @Test(arguments: ServiceProxyMode.allCases, IPFamily.allCases)
    func affinityLastsUntilTheEndpointGoes(mode: ServiceProxyMode, family: IPFamily) throws {
        try withServices(mode, family) { objects in
            objects.addService("sticky", 1, nodePort: 30080, ["sessionAffinity": "ClientIP"])
            objects.setEndpoints("sticky", [1, 2])
        } _: { network, objects in
            for namespace in [network.client, network.pods[0], network.node] {
                let answers = try network.ask(from: namespace, try clusterIP(1, family), times: 12)
                #expect(Set(answers.map(\.server)).count == 1)
                // Shared by all frontends of the port.
                let other = try network.ask(from: namespace, try nodePort(30080, family), times: 4)
                #expect(namespace.name == network.node.name || Set(other.map(\.server)) == Set(answers.map(\.server)))
            }
            let held = try network.ask(from: network.client, try clusterIP(1, family))[0].server
            objects.setEndpoints("sticky", [held == "pod1" ? 2 : 1])
            try network.node.run { _ = try objects.sync() }
            let moved = try network.ask(from: network.client, try clusterIP(1, family), times: 5)
            #expect(Set(moved.map(\.server)) == [held == "pod1" ? "pod2" : "pod1"])
            let seenNow = seen(moved)
            #expect(!seenNow.contains(ServiceProxyNetwork.clientAddress(family)))
        }
    }

    @Test(arguments: ServiceProxyMode.allCases, IPFamily.allCases)
    func aLoadBalancerLetsInItsSourceRangesOnly(mode: ServiceProxyMode, family: IPFamily) throws {
        let virtual = family == .ipv4 ? "203.0.113.9" : "2001:db8:9::9"
        func prepare(_ objects: inout ServiceProxyObjects, _ range: String) {
            objects.addService(
                "web",
                1,
                nodePort: 30080,
                [
                    "type": "LoadBalancer", "loadBalancerSourceRanges": [.string(range)],
                    "status": ["loadBalancer": ["ingress": [["ip": .string(virtual)]]]],
                ]
            )
            objects.setEndpoints("web", [1, 2])
        }
        let length = family == .ipv4 ? 32 : 128
        try withServices(mode, family) { objects in
            prepare(&objects, "\(ServiceProxyNetwork.clientAddress(family))/\(length)")
        } _: { network, objects in
            let target = try endpoint(virtual, 80)
            #expect(try network.ask(from: network.client, target, times: 3).count == 3)
            #expect(try network.refusal(from: network.pods[0], target)?.code == .timeout)
            prepare(&objects, "\(ServiceProxyNetwork.podAddress(1, family))/\(length)")
            try network.node.run { _ = try objects.sync() }
            #expect(try network.refusal(from: network.client, target)?.code == .timeout)
            #expect(try network.ask(from: network.pods[0], target, times: 3).count == 3)
            #expect(try network.ask(from: network.client, try nodePort(30080, family)).count == 1)
        }
    }

    @Test(arguments: ServiceProxyMode.allCases, IPFamily.allCases)
    func aLargeServiceReachesItsEndpoints(mode: ServiceProxyMode, family: IPFamily) throws {
        try withServices(mode, family) { objects in
            objects.addService("large", 1, nodePort: 30080)
            objects.addService("sticky", 2, ["sessionAffinity": "ClientIP"])
            for name in ["large", "sticky"] { objects.setEndpoints(name, 255..<455) }
        } _: { network, objects in
            // The first pod holds all two hundred addresses.
            let range = family == .ipv4 ? "10.244.1.0/24" : "fd44::100/120"
            let flag = family == .ipv4 ? "-4" : "-6"
            try network.pods[0].witness("ip", flag, "route", "add", "local", range, "dev", "lo")
            try network.node.witness(
                "ip",
                flag,
                "route",
                "add",
                range,
                "via",
                ServiceProxyNetwork.podAddress(1, family),
                "dev",
                "veth1",
                "onlink"
            )
            for target in [try clusterIP(1, family), try nodePort(30080, family), try clusterIP(2, family)] {
                let answers = try network.ask(from: network.client, target, times: 30)
                #expect(answers.map(\.server) == Array(repeating: "pod1", count: 30))
            }
            objects.setEndpoints("large", 255..<454)
            let report = try network.node.run { try objects.sync() }
            // For two ports: one endpoint, three classes and two frontends with them, out and in; or the chances of
            // all endpoints.
            #expect(report.elementCount < (mode == .nftables ? 30 : 405))
            #expect(try network.ask(from: network.client, try clusterIP(1, family), times: 5).count == 5)
        }
    }
}
