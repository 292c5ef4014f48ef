import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import ServiceProxyTesting
import Testing
import TrafficTesting

@Suite(.enabled(if: KernelFeature.bridge.isAvailable && KernelFeature.veth.isAvailable))
struct CNIBridgeTests {
    @Test func addMakesWhatTheResultSays() throws {
        try withRuntime(pods: 1) { runtime, pods in
            let answer = try runtime.add("c1", to: pods[0], runtime.configuration())
            let interfaces = try #require(answer.document?["interfaces"]?.arrayValue)
            #expect(interfaces.count == 3)
            #expect(interfaces[0]["name"] == "cni0")
            #expect(interfaces[2]["name"] == "eth0")
            #expect(interfaces[2]["sandbox"] == .string(pods[0].path))
            #expect(answer.addresses.map(\.description) == ["10.244.1.2/24", "fd00:1::2/64"])
            #expect(try pods[0].addresses() == ["eth0 10.244.1.2/24", "eth0 fd00:1::2/64"])
            #expect(try pods[0].routes() == ["default via 10.244.1.1 dev eth0", "default via fd00:1::1 dev eth0"])
            #expect(try runtime.host.addresses() == ["cni0 10.244.1.1/24", "cni0 fd00:1::1/64"])
            let link = try #require(try pods[0].ip("link", "show", "dev", "eth0").first)
            #expect(link["address"] == interfaces[2]["mac"])
            #expect(link["mtu"] == 1400)
            #expect(link["operstate"] == "UP")
            #expect(try pods[0].ip("link", "show", "dev", "lo").first?["operstate"] == "UNKNOWN")
            let name = try #require(interfaces[1]["name"]?.stringValue)
            let port = try #require(try runtime.host.ip("-d", "link", "show", "dev", name).first)
            #expect(port["master"] == "cni0")
            #expect(port["ifalias"] == "weft:weft:c1:eth0")
            #expect(port["operstate"] == "UP")
            #expect(port[path: "linkinfo", "info_slave_data", "hairpin"] == true)
            #expect(port[path: "linkinfo", "info_slave_data", "state"] == "forwarding")
            #expect(port["address"] == interfaces[1]["mac"])
            let bridge = try #require(try runtime.host.ip("link", "show", "dev", "cni0").first)
            #expect(bridge["address"] == interfaces[0]["mac"])
            #expect(try runtime.host.run { try Sysctl.read("net.ipv4.ip_forward") } == "1")
            #expect(try runtime.host.run { try Sysctl.read("net.ipv6.conf.all.forwarding") } == "1")
            #expect(try runtime.host.run { try Sysctl.read("net.ipv6.conf.cni0.accept_ra") } == "0")
        }
    }

    /// Every address is usable the moment that ADD returns: no duplicate detection, no missing carrier.
    @Test(arguments: IPFamily.allCases)
    func podsAndHostReachEachOtherAtOnce(_ family: IPFamily) throws {
        try withRuntime(pods: 2) { runtime, pods in
            let server = try runtime.add("server", to: pods[0], runtime.configuration())
            try withServer(named: "server", in: pods[0], families: IPFamily.allCases) {
                let client = try runtime.add("client", to: pods[1], runtime.configuration())
                let address = try #require(server.addresses.first { $0.family == family }?.address)
                let own = try #require(client.addresses.first { $0.family == family }?.address)
                let probe = Probe(.tcp, IPEndpoint(address: address, port: Port(rawValue: 8080)))
                let answer = try pods[1].run { try probe.ask() }
                #expect(answer.server == "server")
                #expect(answer.clientSeen.address == own)
                #expect(try runtime.host.run { try probe.ask() }.server == "server")
            }
        }
    }

    @Test func theBridgesLinkAddressStaysAsPortsCome() throws {
        try withRuntime(pods: 4) { runtime, pods in
            var addresses: Set<String> = []
            for (index, pod) in pods.enumerated() {
                _ = try runtime.add("c\(index)", to: pod, runtime.configuration())
                addresses.insert(
                    try runtime.host.ip("link", "show", "dev", "cni0").first?["address"]?.stringValue ?? ""
                )
            }
            #expect(addresses.count == 1)
        }
    }

    @Test func deleteNeedsNoNamespaceAndMayBeRepeated() throws {
        try withRuntime(pods: 2) { runtime, pods in
            let configuration = runtime.configuration()
            try runtime.delete("never", configuration)
            _ = try runtime.add("c1", to: pods[0], configuration)
            _ = try runtime.add("c2", to: pods[1], configuration)
            try runtime.delete("c1", configuration)
            #expect(try pods[0].linkNames() == ["lo"])
            #expect(try runtime.reserved() == ["10.244.1.3", "fd00:1::3"])
            #expect(
                try runtime.host.ip("neigh", "show", "dev", "cni0").compactMap { $0["dst"]?.stringValue }.sorted()
                    == ["10.244.1.3", "fd00:1::3"]
            )
            try runtime.delete("c1", configuration)
            try runtime.delete("c2", namespace: pods[1].path, configuration)
            try runtime.delete("c2", namespace: "/run/netns/weft-there-is-none", configuration)
            #expect(try runtime.host.linkNames() == ["cni0", "lo"])
            #expect(try runtime.reserved() == [])
            #expect(try File.entries(ofDirectory: "\(runtime.directory)/.weft/weft") == ["boot"])
        }
    }

    @Test func deleteTakesConfigurationsThatAddRefuses() throws {
        try withRuntime(pods: 1) { runtime, pods in
            _ = try runtime.add("c1", to: pods[0], runtime.configuration())
            try runtime.delete("c1", runtime.configuration(["vlan": 7, "mtu": -1, "hairpinMode": "what"]))
            #expect(try runtime.host.linkNames() == ["cni0", "lo"])
            #expect(try runtime.reserved() == [])
        }
    }

    /// A container that the reference plugin attached: the end on the bridge has a random name, the store no record.
    @Test func deleteRemovesWhatTheReferenceMade() throws {
        try withRuntime(pods: 1) { runtime, pods in
            try runtime.host.addVeth("veth12345678", to: pods[0])
            try File.createDirectories("\(runtime.directory)/weft")
            try File.write("c1\r\neth0".utf8, to: "\(runtime.directory)/weft/10.244.1.77")
            try File.write("c9\r\neth0".utf8, to: "\(runtime.directory)/weft/10.244.1.78")
            try runtime.delete("c1", namespace: pods[0].path, runtime.configuration())
            #expect(try pods[0].linkNames() == ["lo"])
            #expect(try runtime.host.linkNames() == ["lo"])
            #expect(try runtime.reserved() == ["10.244.1.78"])
        }
    }

    @Test func whatOthersRememberOfAnAddressIsPutRight() throws {
        try withRuntime(pods: 2) { runtime, pods in
            let configuration = runtime.configuration()
            _ = try runtime.add("c1", to: pods[0], configuration)
            let wrong = "02:00:00:00:00:99"
            for address in ["10.244.1.3", "fd00:1::3"] {
                try runtime.host.witness("ip", "neigh", "add", address, "lladdr", wrong, "dev", "cni0", "nud", "stale")
                try pods[0].witness("ip", "neigh", "add", address, "lladdr", wrong, "dev", "eth0", "nud", "stale")
            }
            let answer = try runtime.add("c2", to: pods[1], configuration)
            #expect(answer.addresses.map(\.address.description) == ["10.244.1.3", "fd00:1::3"])
            let right = try #require(answer.document?["interfaces"]?[2]?["mac"]?.stringValue)
            func known(_ namespace: TestNamespace) throws -> [String] {
                try namespace.ip("neigh", "show").filter { $0["dst"]?.stringValue?.hasSuffix("3") == true }
                    .compactMap { $0["lladdr"]?.stringValue }
            }
            #expect(try known(runtime.host) == [right, right])
            // The other container hears of it by packet.
            let deadline = Deadline.after(.seconds(5))
            while try known(pods[0]) != [right, right], !deadline.hasPassed {}
            #expect(try known(pods[0]) == [right, right])
        }
    }

    @Test func networkWithoutAddressesIsABridgePort() throws {
        try withRuntime(pods: 1) { runtime, pods in
            var configuration = runtime.configuration(["promiscMode": true, "hairpinMode": false])
            configuration["ipam"] = nil
            let answer = try runtime.add("c1", to: pods[0], configuration)
            #expect(answer.document?["ips"] == nil)
            #expect(try pods[0].linkNames() == ["eth0", "lo"])
            #expect(try pods[0].addresses() == [])
            #expect(try runtime.host.addresses() == [])
            #expect(
                try runtime.host.ip("link", "show", "dev", "cni0").first?["flags"]?.arrayValue?.contains("PROMISC")
                    == true
            )
            try runtime.delete("c1", configuration)
            #expect(try runtime.host.linkNames() == ["cni0", "lo"])
        }
    }

    @Test func runtimesWishesAreMet() throws {
        try withRuntime(pods: 1) { runtime, pods in
            let configuration = runtime.configuration([
                "runtimeConfig": ["ips": ["10.244.1.77"], "mac": "02:00:00:00:00:42", "dns": ["servers": ["10.0.0.9"]]]
            ])
            let answer = try runtime.add("c1", to: pods[0], configuration, interface: "net1")
            #expect(answer.addresses.map(\.description) == ["10.244.1.77/24", "fd00:1::2/64"])
            #expect(answer.document?[path: "dns", "nameservers"] == ["10.0.0.9"])
            #expect(try pods[0].ip("link", "show", "dev", "net1").first?["address"] == "02:00:00:00:00:42")
        }
    }

    @Test func routesHaveTheirGatewayTableAndMetric() throws {
        try withRuntime(pods: 1) { runtime, pods in
            var configuration = runtime.configuration(["isDefaultGateway": false])
            configuration["ipam"]?["routes"] = [
                ["dst": "192.0.2.0/24"], ["dst": "198.51.100.0/24", "gw": "10.244.1.9", "priority": 77],
                ["dst": "203.0.113.0/24", "scope": 253], ["dst": "2001:db8::/32", "mtu": 1300],
                ["dst": "100.64.0.0/10", "advmss": 1234, "mtu": 1400],
            ]
            let answer = try runtime.add("c1", to: pods[0], configuration)
            #expect(
                try pods[0].routes() == [
                    "100.64.0.0/10 via 10.244.1.1 dev eth0", "192.0.2.0/24 via 10.244.1.1 dev eth0",
                    "198.51.100.0/24 via 10.244.1.9 dev eth0", "2001:db8::/32 via fd00:1::1 dev eth0",
                    "203.0.113.0/24 dev eth0",
                ]
            )
            #expect(try pods[0].ip("route", "show", "198.51.100.0/24").first?["metric"] == 77)
            #expect(answer.document?["routes"]?[0] == ["dst": "192.0.2.0/24", "gw": "10.244.1.1"])
            let metrics = try pods[0].ip("route", "show", "100.64.0.0/10").first?["metrics"]?[0]
            #expect(metrics?["advmss"] == 1234 && metrics?["mtu"] == 1400, "\(metrics ?? .null)")
            #expect(answer.document?["routes"]?[4]?["advmss"] == 1234)
        }
    }
}
