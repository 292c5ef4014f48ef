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

    /// Some peers' traffic is limited, and others' is not: told by the packets that pass the limiter and the class.
    @Test(.enabled(if: KernelFeature.ifb.isAvailable), arguments: [true, false])
    func subnetsAreToldApart(_ areLimited: Bool) throws {
        try withRuntime(pods: 1) { runtime, pods in
            // Of the addresses that the host gets below, two of each family are named.
            let (named, others) = (["198.51.100.1", "2001:db8:1::1"], ["203.0.113.1", "2001:db8:2::1"])
            var bandwidth = Self.bandwidth
            bandwidth[areLimited ? "shapedSubnets" : "unshapedSubnets"] = ["198.51.100.0/24", "2001:db8:1::/52"]
            let network = runtime.configuration(["bandwidth": bandwidth])
            let answer = try runtime.add("c1", to: pods[0], network)
            let interfaces = try #require(answer.document?["interfaces"]?.arrayValue)
            let end = try #require(interfaces[1]["name"]?.stringValue)
            let limiter = try #require(interfaces[3]["name"]?.stringValue)
            for address in named + others {
                let length = address.contains(":") ? 128 : 32
                try runtime.host.witness("ip", "address", "add", "\(address)/\(length)", "dev", "lo", "nodad")
            }
            func sent() throws -> (from: Int, to: Int) {
                let link = try runtime.host.ip("-s", "link", "show", "dev", limiter).first
                // "Sent 1960 bytes 20 pkt (dropped 0, ..."
                let text = try Witness.run("tc", ["-s", "class", "show", "dev", end], in: runtime.host.namespace)
                let words = text.split { $0 == " " || $0 == "\n" }
                let place = try #require(words.firstIndex(of: "pkt"), "\(text)")
                return (
                    try #require(link?[path: "stats64", "tx", "packets"]?.intValue),
                    try #require(Int(words[place - 1]))
                )
            }
            try withServer(named: "host", in: runtime.host, families: IPFamily.allCases) {
                for address in named + others {
                    let endpoint = IPEndpoint(address: try #require(IPAddress(address)), port: Port(rawValue: 8080))
                    let before = try sent()
                    for _ in 0..<5 { #expect(try pods[0].run { try Probe(.tcp, endpoint).ask() }.server == "host") }
                    let after = try sent()
                    let isLimited = named.contains(address) == areLimited
                    // Five connections are twenty packets each way at least; what neighbours ask each other meanwhile,
                    // which is limited or not as the rest is, a few.
                    #expect((after.from - before.from >= 15) == isLimited, "\(address): \(before) \(after)")
                    #expect((after.to - before.to >= 15) == isLimited, "\(address): \(before) \(after)")
                }
            }
            var checked = network
            checked["prevResult"] = answer.document
            #expect(try runtime.call("CHECK", "c1", pods[0].path, checked).exit == .exited(0))
            try runtime.host.witness("tc", "qdisc", "del", "dev", end, "root")
            let error = try runtime.call("CHECK", "c1", pods[0].path, checked).error
            #expect(error.contains("is not limited to 8000000 bits/s"), "\(error)")
            try runtime.delete("c1", network)
            #expect(try !runtime.host.linkNames().contains(limiter))
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
