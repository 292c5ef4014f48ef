import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import ServiceProxyTesting
import Testing
import TrafficTesting

/// Rates, and settings of the container's namespace.
@Suite(.enabled(if: KernelFeature.bridge.isAvailable && KernelFeature.veth.isAvailable))
struct CNIShapingTests {
    private static let bandwidth: JSONValue = [
        "ingressRate": 8_000_000, "ingressBurst": 800_000, "egressRate": 40_000_000_000, "egressBurst": 1_600_000,
    ]

    private func disciplines(_ namespace: TestNamespace, _ link: String) throws -> [JSONValue] {
        try JSONValue(parsing: Witness.run("tc", ["-j", "qdisc", "show", "dev", link], in: namespace.namespace))
            .arrayValue ?? []
    }

    @Test(.enabled(if: KernelFeature.ifb.isAvailable), arguments: [false, true])
    func ratesAreTheKernels(_ isChained: Bool) throws {
        try withRuntime(pods: 1) { runtime, pods in
            var network = runtime.configuration()
            var answer: CNIRuntime.Answer
            if isChained {
                network["type"] = "bridge"
                let first = try runtime.add("c1", to: pods[0], network, as: "bridge")
                network = [
                    "cniVersion": "1.1.0", "name": "weft", "type": "bandwidth", "prevResult": first.document ?? .null,
                    "runtimeConfig": ["bandwidth": Self.bandwidth],
                ]
                answer = try runtime.add("c1", to: pods[0], network, as: "bandwidth")
            } else {
                network["bandwidth"] = Self.bandwidth
                answer = try runtime.add("c1", to: pods[0], network)
            }
            let interfaces = try #require(answer.document?["interfaces"]?.arrayValue)
            let end = try #require(interfaces[1]["name"]?.stringValue)
            let limiter = try #require(interfaces[3]["name"]?.stringValue)
            #expect(limiter.hasPrefix("bwp"))
            let incoming = try disciplines(runtime.host, end)
            #expect(incoming[0]["kind"] == "tbf")
            #expect(incoming[0][path: "options", "rate"] == 1_000_000)
            #expect(incoming[0][path: "options", "burst"]?.intValue.map { (99_000...101_000).contains($0) } == true)
            #expect(incoming[1]["kind"] == "ingress")
            #expect(try disciplines(runtime.host, limiter)[0][path: "options", "rate"] == 5_000_000_000)
            let filter = try Witness.run(
                "tc",
                ["filter", "show", "dev", end, "parent", "ffff:"],
                in: runtime.host.namespace
            )
            #expect(filter.contains("mirred (Egress Redirect to device \(limiter)) stolen"))
            let received = try runtime.host.ip("-s", "link", "show", "dev", limiter)
            #expect(received.first?["operstate"] != "DOWN")
            network["prevResult"] = answer.document
            let check = try runtime.call("CHECK", "c1", pods[0].path, network)
            #expect(check.exit == .exited(0), "\(check.text)")
            try runtime.host.witness("tc", "qdisc", "del", "dev", end, "root")
            #expect(
                try runtime.call("CHECK", "c1", pods[0].path, network).error.contains(
                    "is not limited to 8000000 bits/s"
                )
            )
            try runtime.delete("c1", network)
            #expect(try !runtime.host.linkNames().contains(limiter))
            #expect(try runtime.host.linkNames().contains(end) == isChained)
        }
    }

    /// What the container sends passes the limiter, and arrives.
    @Test(.enabled(if: KernelFeature.ifb.isAvailable))
    func packetsStillPass() throws {
        try withRuntime(pods: 1) { runtime, pods in
            let answer = try runtime.add("c1", to: pods[0], runtime.configuration(["bandwidth": Self.bandwidth]))
            try withServer(named: "host", in: runtime.host, families: [.ipv4]) {
                let gateway = IPEndpoint(address: try #require(IPAddress("10.244.1.1")), port: Port(rawValue: 8080))
                #expect(try pods[0].run { try Probe(.tcp, gateway).ask() }.server == "host")
            }
            let limiter = try #require(answer.document?["interfaces"]?[3]?["name"]?.stringValue)
            let link = try runtime.host.ip("-s", "link", "show", "dev", limiter).first
            #expect((link?[path: "stats64", "tx", "packets"]?.intValue ?? 0) > 0)
        }
    }

    @Test(arguments: [false, true])
    func settingsAreMade(_ isChained: Bool) throws {
        try withRuntime(pods: 1) { runtime, pods in
            let settings: JSONObject = [
                "sysctl": ["net.ipv4.conf.IFNAME.log_martians": "1", "net/core/somaxconn": "777"], "mtu": 1300,
                "promisc": true, "allmulti": true, "txQLen": 77, "mac": "02:00:00:00:00:55",
            ]
            var network = runtime.configuration()
            var answer: CNIRuntime.Answer
            if isChained {
                let first = try runtime.add("c1", to: pods[0], network)
                network = [
                    "cniVersion": "1.1.0", "name": "weft", "type": "tuning",
                    "dataDir": .string("\(runtime.directory)/.tuning"),
                ]
                for (key, value) in settings { network[key] = value }
                network["prevResult"] = first.document
                answer = try runtime.add("c1", to: pods[0], network, as: "tuning")
            } else {
                network["tuning"] = .object(settings)
                answer = try runtime.add("c1", to: pods[0], network)
            }
            #expect(answer.document?["interfaces"]?[2]?["mac"] == "02:00:00:00:00:55")
            #expect(answer.document?["interfaces"]?[2]?["mtu"] == 1300)
            let link = try #require(try pods[0].ip("link", "show", "dev", "eth0").first)
            #expect(link["mtu"] == 1300 && link["txqlen"] == 77 && link["address"] == "02:00:00:00:00:55")
            let flags = link["flags"]?.arrayValue ?? []
            #expect(flags.contains("PROMISC") && flags.contains("ALLMULTI"))
            #expect(try pods[0].run { try Sysctl.read("net.ipv4.conf.eth0.log_martians") } == "1")
            #expect(try pods[0].run { try Sysctl.read("net.core.somaxconn") } == "777")
            network["prevResult"] = answer.document
            let check = try runtime.call("CHECK", "c1", pods[0].path, network)
            #expect(check.exit == .exited(0), "\(check.text)")
            try pods[0].witness("ip", "link", "set", "eth0", "promisc", "off", "txqueuelen", "88")
            let error = try runtime.call("CHECK", "c1", pods[0].path, network).error
            #expect(error.contains("eth0 is not promiscuous; eth0 has the queue length 88"), "\(error)")
            guard isChained else { return }
            // The interface is not tuning's: it gets back what it had.
            #expect(try runtime.call("DEL", "c1", pods[0].path, network, as: "tuning").exit == .exited(0))
            let restored = try #require(try pods[0].ip("link", "show", "dev", "eth0").first)
            #expect(restored["mtu"] == 1400 && restored["txqlen"] == 1000 && restored["address"] != link["address"])
            #expect(restored["flags"]?.arrayValue?.contains("ALLMULTI") == false)
            #expect(try File.entries(ofDirectory: "\(runtime.directory)/.tuning").isEmpty)
            // Again, as runtimes do, and without the container.
            #expect(try runtime.call("DEL", "c1", "", network, as: "tuning").exit == .exited(0))
        }
    }
}
