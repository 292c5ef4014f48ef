import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import NodePlan
import ServiceProxyTesting
import Testing
import TrafficTesting

@testable import NodeNetwork

/// Packets between pods through the tunnel.
@Suite(.enabled(if: KernelFeature.vxlan.isAvailable), .timeLimit(.minutes(15)))
struct NodeNetworkVXLANTrafficTests {
    private static let all = IPFamily.allCases

    @Test func podsOfAllNodesReachEachOther() throws {
        try VXLANCluster.with { cluster in
            try cluster.settle()
            // Whoever is asked counts what came in by the tunnel's port.
            try cluster.nodes[1].witness(
                "nft",
                """
                table inet seen {
                  chain in {
                    type filter hook input priority 0
                    meta nfproto ipv4 udp dport 8472 counter comment "IPv4"
                    meta nfproto ipv6 udp dport 8472 counter comment "IPv6"
                  }
                }
                """
            )
            try withServer(named: "pod2", in: cluster.pods[1], families: Self.all) {
                for family in Self.all {
                    for transport in [InternetSocket.Transport.tcp, .udp] {
                        for from in [1, 3] {
                            // Not translated on the way.
                            let seen = try cluster.ask(from, 2, transport, family)
                            #expect(seen == VXLANCluster.podAddress(from, family), "\(transport) from pod\(from)")
                        }
                    }
                }
            }
            let counters = try cluster.nodes[1].witness("nft", "list", "table", "inet", "seen")
            #expect(counters.components(of: "counter packets 0").isEmpty, "\(counters)")
            for family in Self.all {
                let link = try cluster.nodes[1].witness("ip", "-s", "-o", "link", "show", VXLANDevice.name(family))
                #expect(link.contains("mtu \(family == .ipv4 ? 1450 : 1430)"), "\(link)")
            }
        }
    }

    /// The node itself reaches pods elsewhere, from the address of its end of the tunnel.
    @Test(arguments: IPFamily.allCases)
    func theNodeReachesPodsElsewhere(family: IPFamily) throws {
        try VXLANCluster.with { cluster in
            try cluster.settle()
            try withServer(named: "pod2", in: cluster.pods[1], families: Self.all) {
                let target = try #require(IPAddress(VXLANCluster.podAddress(2, family)))
                let endpoint = IPEndpoint(address: target, port: Port(rawValue: 8080))
                let answer = try cluster.nodes[0].run { try Probe(.tcp, endpoint, timeout: 3000).ask() }
                let own = try #require(IPPrefix(VXLANCluster.podRange(1, family)))
                #expect(own.contains(answer.clientSeen.address), "seen as \(answer.clientSeen)")
            }
        }
    }

    /// A packet of the pods' MTU passes whole; one byte more is cut up in the pod already.
    @Test(arguments: [(IPFamily.ipv4, UInt32(1450), 28), (.ipv6, 1430, 48)])
    func packetsOfTheWholeSizePass(family: IPFamily, mtu: UInt32, headers: Int) throws {
        try VXLANCluster.with(families: [family]) { cluster in
            try cluster.settle()
            #expect(try cluster.sync(1).podMTU == mtu)
            for pod in cluster.pods { try cluster.ip(pod, "link set eth0 mtu \(mtu)") }
            // The first packets may meet neighbours that are being asked for.
            var tries = 0
            while try cluster.pass(100, 1, 2, family) != 100 {
                tries += 1
                try #require(tries < 10, "nothing arrives")
            }
            #expect(try cluster.pass(Int(mtu) - headers, 1, 2, family) == Int(mtu) - headers)
            for namespace in cluster.nodes + cluster.pods {
                #expect(try Self.fragments(namespace, family) == 0, "\(namespace.name)")
            }
            #expect(try cluster.pass(Int(mtu) - headers + 1, 1, 2, family) == Int(mtu) - headers + 1)
            #expect(try Self.fragments(cluster.pods[0], family) == 2)
            #expect(try Self.fragments(cluster.nodes[0], family) == 0)
        }
    }

    /// How many fragments a namespace has made.
    private static func fragments(_ namespace: TestNamespace, _ family: IPFamily) throws -> Int {
        try namespace.run {
            let name = family == .ipv4 ? "snmp" : "snmp6"
            let lines = try File.readText("/proc/thread-self/net/\(name)").split(separator: "\n")
            if family == .ipv6 {
                let line = try #require(lines.first { $0.hasPrefix("Ip6FragCreates") })
                return try #require(line.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) })
            }
            let table = lines.filter { $0.hasPrefix("Ip:") }.map { $0.split(separator: " ") }
            let column = try #require(table.first?.firstIndex(of: "FragCreates"))
            return try #require(Int(table[1][column]))
        }
    }

    /// Forwarding needs nobody: this is what a stopped daemon leaves.
    @Test func trafficGoesOnWithoutUsAndARestartChangesNothing() throws {
        try VXLANCluster.with { cluster in
            try cluster.settle()
            let before = try cluster.picture(1)
            #expect(before.count == 2 * (1 + 2 + 2 + 2 + 1), "\(before.joined(separator: "\n"))")
            try withServer(named: "pod2", in: cluster.pods[1], families: Self.all) {
                #expect(try cluster.ask(1, 2, .tcp, .ipv4) == VXLANCluster.podAddress(1, .ipv4))
                let outcome = try cluster.sync(1)
                #expect(!outcome.isChange && outcome.failures.isEmpty, "\(outcome)")
                #expect(outcome.unchanged == 2 * 2 * 3)
                #expect(try cluster.picture(1) == before)
            }
        }
    }
}

extension String {
    /// The lines that contain a text.
    fileprivate func components(of text: String) -> [Substring] { split(separator: "\n").filter { $0.contains(text) } }
}
