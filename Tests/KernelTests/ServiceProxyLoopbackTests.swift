import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import ServicePlan
import ServiceProxy
import ServiceProxyTesting
import Testing
import TrafficTesting

/// Node ports on 127.0.0.1, for programs of the node itself and for nobody else.
@Suite(.enabled(if: KernelFeature.nft.isAvailable && KernelFeature.veth.isAvailable))
struct ServiceProxyLoopbackTests {
    private static let modes: [ServiceProxyMode] = [.nftables, .iptables]

    private func loopback(_ port: Port) -> IPEndpoint { IPEndpoint(address: .loopback(.ipv4), port: port) }

    private func objects(_ mode: ServiceProxyMode, isOn: Bool) throws -> ServiceProxyObjects {
        let configuration = ProxyConfiguration(takesNodePortsOnLoopback: isOn)
        var objects = try ServiceProxyObjects(.ipv4, mode, configuration)
        objects.addService("web", 1, nodePort: 30080)
        objects.setEndpoints("web", [1, 2])
        objects.addService("local", 2, nodePort: 30081, ["externalTrafficPolicy": "Local"])
        objects.setEndpoints("local", [1])
        objects.addService("empty", 3, nodePort: 30082)
        return objects
    }

    @Test(arguments: modes)
    func theNodeReachesNodePortsOnLoopback(mode: ServiceProxyMode) throws {
        try ServiceProxyNetwork.with { network in
            try network.node.run {
                _ = try objects(mode, isOn: true).start()
                try LoopbackRouting.allow()
            }
            for transport in InternetSocket.Transport.common {
                let answers = try network.ask(from: network.node, loopback(30080), transport, times: 20)
                #expect(Set(answers.map(\.server)) == ["pod1", "pod2"])
                #expect(!answers.contains { $0.clientSeen.address.isLoopback })
                let local = try network.ask(from: network.node, loopback(30081), transport, times: 3)
                #expect(Set(local.map(\.server)) == ["pod1"])
                let refusal = try network.refusal(from: network.node, loopback(30082), transport, patience: 3000)
                // The chains refuse a datagram of the node's where it is sent, with EPERM.
                let wanted: TrafficError.Code = mode == .iptables && transport == .udp ? .unreachable : .refused
                #expect(refusal?.code == wanted, "\(transport): \(refusal.map { "\($0)" } ?? "answered")")
            }
            if mode == .iptables {
                let configuration = ProxyConfiguration(takesNodePortsOnLoopback: true)
                let counters = try network.node.run { try IPTablesCounters.read(configuration) }
                // 23 questions in each protocol; a refused one is no way to an endpoint.
                #expect((46...60).contains(counters.loopbackAccepted ?? 0), "\(counters)")
            }
            // All others go on as before.
            let address = try #require(IPAddress(ServiceProxyNetwork.nodeAddress(.ipv4)))
            let outside = try network.ask(from: network.client, IPEndpoint(address: address, port: 30080), times: 4)
            #expect(outside.count == 4)
        }
    }

    /// Nothing listens there for anybody but the node, whatever the kernel routes.
    @Test(arguments: modes)
    func theLinkIsKeptOutOfLoopback(mode: ServiceProxyMode) throws {
        try ServiceProxyNetwork.with { network in
            // A host that sends to 127.0.0.1 over the link, as none should.
            try network.client.witness("ip", "address", "flush", "dev", "lo")
            let node = ServiceProxyNetwork.nodeAddress(.ipv4)
            try network.client.witness("ip", "route", "add", "127.0.0.1/32", "via", node)
            try network.client.run { try LoopbackRouting.allow() }
            try withServer(named: "secret", in: network.node, port: 9000, families: [.ipv4]) {
                // TCP only: a server on all addresses answers a datagram from its address on the link.
                try network.node.run {
                    _ = try objects(mode, isOn: false).start()
                    try LoopbackRouting.allow()
                }
                let open = try network.ask(from: network.client, loopback(9000))
                #expect(open.map(\.server) == ["secret"])
                try network.node.run { _ = try objects(mode, isOn: true).start() }
                #expect(try network.refusal(from: network.client, loopback(9000))?.code == .timeout)
                #expect(try network.ask(from: network.node, loopback(9000)).map(\.server) == ["secret"])
            }
        }
    }

    @Test func theKernelIsAsBeforeWhenTheTableGoes() throws {
        try ServiceProxyNetwork.with { network in
            try network.node.run {
                try LoopbackRouting.allow()
                try #expect(!LoopbackRouting.endWithTable())
                _ = try objects(.nftables, isOn: true).start()
                try #expect(LoopbackRouting.endWithTable())
                try #expect(Sysctl.read("net.ipv4.conf.all.route_localnet") == "0")
                try #expect(!LoopbackRouting.endWithTable())
            }
        }
    }
}
