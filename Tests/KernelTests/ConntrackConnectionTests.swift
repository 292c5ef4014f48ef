import Conntrack
import LinuxSystem
import LinuxSystemTesting
import Netlink
import NetworkTypes
import Testing
import TrafficTesting

/// The table of the running kernel, with `conntrack` as witness.
@Suite(.enabled(if: KernelFeature.nft.isAvailable && KernelFeature.conntrack.isAvailable))
struct ConntrackConnectionTests {
    /// Has the kernel track, and translate one address.
    private static let ruleset = """
        table inet track {
            chain filter { type filter hook output priority 0; ct state new,established counter; }
            chain nat {
                type nat hook output priority -100;
                ip daddr 127.9.9.9 udp dport 53 dnat ip to 127.0.0.1:5353
                ip6 daddr fd00::9 udp dport 53 dnat ip6 to [::1]:5353
            }
        }
        """

    private func prepare(_ namespace: TestNamespace) throws {
        try Witness.run("nft", ["-f", "-"], in: namespace.namespace, input: Self.ruleset)
        try namespace.witness("ip", "-6", "address", "add", "fd00::9/128", "dev", "lo", "nodad")
    }

    private func service(_ family: IPFamily) throws -> IPEndpoint {
        try #require(IPEndpoint(family == .ipv4 ? "127.9.9.9:53" : "[fd00::9]:53"))
    }

    /// Sends one datagram from a port to an endpoint.
    private func send(from port: Port, to endpoint: IPEndpoint) throws {
        let socket = try InternetSocket(.udp, family: endpoint.family)
        try socket.bind(to: IPEndpoint(address: .any(endpoint.family), port: port))
        try socket.send([1, 2, 3], to: endpoint)
    }

    private func listed(_ namespace: TestNamespace, _ family: IPFamily) throws -> [String] {
        let text = try namespace.witness("conntrack", "-L", "-f", family == .ipv4 ? "ipv4" : "ipv6")
        return text.split(separator: "\n").filter { $0.hasPrefix("udp") }.map(String.init)
    }

    @Test(arguments: IPFamily.allCases)
    func aFlowIsSeenFoundAndRemoved(family: IPFamily) throws {
        try withTestNamespace { namespace in
            try prepare(namespace)
            let service = try service(family)
            let server = try InternetSocket(.udp, family: family)
            try server.bind(to: IPEndpoint(address: .loopback(family), port: 5353))
            try send(from: 4000, to: service)
            var connection = try ConntrackConnection.open()
            let flows = try connection.dump(FlowFilter(family: family, .udp))
            let flow = try #require(flows.first)
            #expect(flows.count == 1)
            // As the witness has it.
            let line = try #require(try listed(namespace, family).first)
            for (name, tuple) in [("original", flow.original), ("reply", flow.reply)] {
                let ports = "sport=\(tuple.sourcePort ?? 0) dport=\(tuple.destinationPort ?? 0)"
                #expect(line.contains("src=\(tuple.source) dst=\(tuple.destination) \(ports)"), "\(name)")
            }
            #expect(flow.original.destination == service.address && flow.original.destinationPort == 53)
            #expect(flow.reply.source == .loopback(family) && flow.reply.sourcePort == 5353)
            #expect(flow.status.contains([.destinationTranslated, .confirmed]) && !flow.status.contains(.seenReply))
            #expect(try connection.count() == 1)
            var found = try #require(try connection.get(flow.original))
            found.timeout = flow.timeout
            #expect(found == flow)
            // Another entry's id is not this one.
            var successor = flow
            successor.id = flow.id.map { $0 ^ 1 }
            #expect(try connection.delete(successor) == false)
            #expect(try connection.delete(flow))
            #expect(try connection.delete(flow) == false)
            #expect(try connection.get(flow.original) == nil)
            #expect(try connection.dump(FlowFilter(family: family)).isEmpty)
            #expect(try listed(namespace, family).isEmpty)
        }
    }

    @Test(arguments: IPFamily.allCases)
    func manyFlowsAreFilteredAndRemoved(family: IPFamily) throws {
        try withTestNamespace { namespace in
            try prepare(namespace)
            let service = try service(family)
            let other = IPEndpoint(address: .loopback(family), port: 5399)
            for port in 0..<300 {
                let source = Port(rawValue: UInt16(20_000 + port))
                try send(from: source, to: port.isMultiple(of: 3) ? service : other)
            }
            var connection = try ConntrackConnection.open(in: namespace.namespace)
            var filter = FlowFilter(.udp)
            filter.originalDestination = service.address
            filter.originalDestinationPort = service.port
            let flows = try connection.dump(filter)
            #expect(flows.count == 100)
            #expect(try connection.delete(flows) == 100)
            #expect(try connection.delete(flows) == 0)
            #expect(try connection.dump(filter).isEmpty)
            let rest = try connection.dump(FlowFilter(family: family, .udp))
            #expect(rest.count == 200 && rest.allSatisfy { $0.original.destinationPort == 5399 })
            #expect(try listed(namespace, family).count == 200)
            #expect(try connection.dump(FlowFilter(family: family.other)).isEmpty)
            #expect(try connection.dump(FlowFilter(family: family, .tcp)).isEmpty)
        }
    }

    @Test func marksAndZonesAreReadAndFiltered() throws {
        try withTestNamespace { namespace in
            let rules = """
                table ip track {
                    chain zones { type filter hook output priority -300; udp dport 7001 ct zone set 5; }
                    chain marks { type filter hook output priority 0; udp dport 7001 ct mark set 0x4001; ct state new; }
                }
                """
            try Witness.run("nft", ["-f", "-"], in: namespace.namespace, input: rules)
            // A listener each, or the ICMP error ends the flow's story early.
            let target = IPEndpoint(address: .loopback(.ipv4), port: 7001)
            let server = try InternetSocket(.udp, family: .ipv4)
            try server.bind(to: target)
            try send(from: 4001, to: target)
            try send(from: 4001, to: IPEndpoint(address: .loopback(.ipv4), port: 7002))
            var connection = try ConntrackConnection.open()
            var filter = FlowFilter(.udp)
            filter.mark = 0x4000
            filter.markMask = 0x4000
            let flow = try #require(try connection.dump(filter).first { $0.zone == 5 })
            #expect(flow.mark == 0x4001 && flow.original.destinationPort == 7001)
            filter.mark = 0
            #expect(try connection.dump(filter).allSatisfy { $0.mark == 0 })
            // The tuple alone, in the default zone, is not this flow.
            var elsewhere = flow
            elsewhere.zone = 0
            #expect(try connection.delete(elsewhere) == false)
            #expect(try connection.get(flow.original, zone: 5)?.id == flow.id)
            #expect(try connection.delete(flow))
        }
    }
}
