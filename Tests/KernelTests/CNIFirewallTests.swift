import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import ServiceProxyTesting
import Testing
import TrafficTesting

/// What the firewall lets through, by packets, on a host that drops what nobody lets through.
@Suite(
    .enabled(if: KernelFeature.bridge.isAvailable && KernelFeature.veth.isAvailable && KernelFeature.nft.isAvailable)
)
struct CNIFirewallTests {
    private func ask(_ namespace: TestNamespace, _ address: String) throws -> String? {
        let target = IPEndpoint(address: try #require(IPAddress(address)), port: Port(rawValue: 8080))
        return try? namespace.run { try Probe(.tcp, target, timeout: 1000).ask() }.server
    }

    private func saved(_ runtime: CNIRuntime, _ family: IPFamily = .ipv4) throws -> [String] {
        let tool = family == .ipv4 ? "iptables-nft-save" : "ip6tables-nft-save"
        return try Witness.run(tool, ["-t", "filter"], in: runtime.host.namespace)
            .split(separator: "\n").map(String.init)
    }

    /// A host that forwards nothing by itself, with another host behind it that has routes to the containers.
    private func withClosedHost(_ body: (CNIRuntime, _ outside: TestNamespace, [TestNamespace]) throws -> Void) throws {
        try withRuntime(pods: 4) { runtime, pods in
            try runtime.host.addUplink(to: pods[0])
            try pods[0].witness("ip", "route", "add", "10.0.0.0/8", "via", "192.0.2.1")
            try pods[0].witness("ip", "route", "add", "fd00::/8", "via", "2001:db8::1")
            for tool in ["iptables-nft", "ip6tables-nft"] {
                try runtime.host.witness(tool, "-P", "FORWARD", "DROP")
                try runtime.host.witness(
                    tool,
                    "-A",
                    "FORWARD",
                    "-s",
                    tool == "iptables-nft" ? "203.0.113.1" : "fc00::1",
                    "-j",
                    "ACCEPT"
                )
            }
            try body(runtime, pods[0], Array(pods.dropFirst()))
        }
    }

    @Test(arguments: [false, true])
    func containersReachOutAndNobodyIn(_ isChained: Bool) throws {
        try withClosedHost { runtime, outside, pods in
            var network = runtime.configuration()
            var answer = try runtime.add("closed", to: pods[0], network)
            let before = try saved(runtime)
            try withServer(named: "outside", in: outside, families: IPFamily.allCases) { () throws in
                #expect(try ask(pods[0], "192.0.2.2") == nil)
                if isChained {
                    answer = try runtime.add("open", to: pods[1], network)
                    network = [
                        "cniVersion": "1.0.0", "name": "weft", "type": "firewall",
                        "prevResult": answer.document ?? .null,
                    ]
                    let second = try runtime.add("open", to: pods[1], network, as: "firewall")
                    #expect(second.document?["interfaces"] == answer.document?["interfaces"].map(Self.withoutMTU))
                    answer = second
                } else {
                    network["firewall"] = [:]
                    answer = try runtime.add("open", to: pods[1], network)
                }
                for address in ["192.0.2.2", "2001:db8::2"] {
                    // The first packet may wait for a neighbour on a busy machine.
                    let answers = (0..<3).lazy.compactMap { _ in try? ask(pods[1], address) }
                    #expect(answers.first == "outside", "\(address)")
                }
            }
            try withServer(named: "inside", in: pods[1], families: IPFamily.allCases) { () throws in
                #expect(try ask(runtime.host, "10.244.1.3") == "inside")
                for address in ["10.244.1.3", "fd00:1::3"] { #expect(try ask(outside, address) == nil) }
            }
            let rules = try saved(runtime).joined(separator: "\n")
            #expect(
                rules.contains(
                    "-A WEFT-CNI-FORWARD -m comment --comment \"chain of the administrator: CNI-ADMIN\" -j CNI-ADMIN"
                ),
                "\(rules)"
            )
            #expect(
                rules.contains("-A WEFT-CNI-FORWARD -d 10.244.1.0/24 -m conntrack --ctstate RELATED,ESTABLISHED"),
                "\(rules)"
            )
            #expect(rules.contains("-A WEFT-CNI-FORWARD -s 10.244.1.0/24"), "\(rules)")
            network["prevResult"] = answer.document
            let program = isChained ? "firewall" : "weft-cni"
            let check = try runtime.call("CHECK", "open", pods[1].path, network, as: program)
            #expect(check.exit == .exited(0), "\(check.text)")
            // The administrator's word comes first.
            try runtime.host.witness("iptables-nft", "-A", "CNI-ADMIN", "-d", "192.0.2.2", "-j", "DROP")
            try withServer(named: "outside", in: outside, families: [.ipv4]) { () throws in
                #expect(try ask(pods[1], "192.0.2.2") == nil)
            }
            try runtime.host.witness("iptables-nft", "-F", "FORWARD")
            let broken = try runtime.call("CHECK", "open", pods[1].path, network, as: program)
            #expect(broken.error.contains("nothing lets packets answers to 10.244.1.0/24 through"), "\(broken.error)")
            #expect(broken.code == 102)
            network["prevResult"] = nil
            #expect(try runtime.call("DEL", "open", "", network, as: program).exit == .exited(0))
            let left = try saved(runtime)
            #expect(!left.contains { $0.contains("WEFT") })
            #expect(
                left.contains { $0.hasPrefix(":FORWARD DROP") } && before.contains { $0.hasPrefix(":FORWARD DROP") }
            )
            #expect(try !Witness.run("nft", ["list", "tables"], in: runtime.host.namespace).contains("weft-firewall"))
        }
    }

    /// The result is in version 1.0.0 there, which has no MTU.
    private static func withoutMTU(_ interfaces: JSONValue) -> JSONValue {
        .array(
            (interfaces.arrayValue ?? []).map { interface in
                guard var object = interface.objectValue else { return interface }
                object["mtu"] = nil
                return .object(object)
            }
        )
    }

    @Test func rulesAreThereOnceHoweverManyComeAtOnce() throws {
        try withRuntime(pods: 12) { runtime, pods in
            let network = runtime.configuration(["firewall": ["iptablesAdminChainName": "MINE"]])
            try ParallelWork(count: 12) { _ = try runtime.add("c\($0)", to: pods[$0], network) }.run()
            for family in IPFamily.allCases {
                let rules = try saved(runtime, family)
                #expect(rules.count { $0.hasPrefix("-A WEFT-CNI-FORWARD") } == 3, "\(rules)")
                #expect(rules.count { $0.hasPrefix("-A FORWARD") } == 1, "\(rules)")
            }
            try ParallelWork(count: 12) { try runtime.delete("c\($0)", network) }.run()
            for family in IPFamily.allCases { #expect(try !saved(runtime, family).contains { $0.contains("WEFT") }) }
        }
    }

    @Test(.enabled(if: KernelFeature.bridgeNetfilter.isAvailable), arguments: ["same-bridge", "isolated"])
    func bridgesAreKeptApart(_ policy: String) throws {
        try withRuntime(pods: 4) { runtime, pods in
            try runtime.host.witness("ip", "link", "set", "lo", "up")
            func network(_ number: Int, _ policy: String) -> JSONObject {
                runtime.configuration(
                    [
                        "name": .string("n\(number)"), "bridge": .string("cni\(number)"),
                        "firewall": ["ingressPolicy": .string(policy)],
                    ],
                    ranges: [[["subnet": .string("10.\(number).0.0/24")]]]
                )
            }
            let networks = [network(0, policy), network(0, policy), network(1, "same-bridge"), network(2, "open")]
            for (index, network) in networks.enumerated() {
                _ = try runtime.add("c\(index)", to: pods[index], network)
            }
            try withServer(named: "server", in: pods[0], families: [.ipv4]) { () throws in
                #expect(try ask(pods[1], "10.0.0.2") == (policy == "isolated" ? nil : "server"))
                #expect(try ask(pods[2], "10.0.0.2") == nil)
                #expect(try ask(pods[3], "10.0.0.2") == "server")
                #expect(try ask(runtime.host, "10.0.0.2") == "server")
            }
            for (index, network) in networks.enumerated() { try runtime.delete("c\(index)", network) }
            let tables = try Witness.run("nft", ["list", "tables"], in: runtime.host.namespace)
            #expect(!tables.contains("weft"), "\(tables)")
        }
    }
}
