import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import ServiceProxyTesting
import Testing
import TrafficTesting

/// The interface types beside the bridge.
@Suite(.enabled(if: KernelFeature.bridge.isAvailable && KernelFeature.veth.isAvailable))
struct CNIInterfaceTests {
    private func configuration(_ runtime: CNIRuntime, _ type: String, _ members: JSONObject = [:]) -> JSONObject {
        var configuration: JSONObject = [
            "cniVersion": "1.1.0", "name": "weft", "type": .string(type),
            "ipam": [
                "type": "host-local", "dataDir": .string(runtime.directory),
                "ranges": [[["subnet": "10.244.1.0/24"]], [["subnet": "fd00:1::/64"]]],
                "routes": [["dst": "0.0.0.0/0"], ["dst": "::/0"]],
            ],
        ]
        for (key, value) in members { configuration[key] = value }
        return configuration
    }

    @Test(arguments: ["ptp", "weft-cni"])
    func routedPairReachesHostAndOtherContainers(_ program: String) throws {
        try withRuntime(pods: 2) { runtime, pods in
            let network = configuration(runtime, "ptp", ["mtu": 1400])
            let server = try runtime.add("server", to: pods[0], network, as: program)
            #expect(server.document?["interfaces"]?.arrayValue?.count == 2)
            #expect(server.document?["ips"]?[0]?["interface"] == 1)
            let link = try #require(try pods[0].ip("link", "show", "dev", "eth0").first)
            #expect(link["address"] == server.document?["interfaces"]?[1]?["mac"])
            #expect(link["mtu"] == 1400)
            #expect(
                try pods[0].routes() == [
                    "10.244.1.0/24 via 10.244.1.1 dev eth0", "10.244.1.1 dev eth0", "default via 10.244.1.1 dev eth0",
                    "default via fd00:1::1 dev eth0", "fd00:1::/64 via fd00:1::1 dev eth0", "fd00:1::1 dev eth0",
                ]
            )
            try withServer(named: "server", in: pods[0], families: IPFamily.allCases) {
                _ = try runtime.add("client", to: pods[1], network, as: program)
                for address in server.addresses.map(\.address) {
                    let probe = Probe(.tcp, IPEndpoint(address: address, port: Port(rawValue: 8080)))
                    #expect(try runtime.host.run { try probe.ask() }.server == "server")
                    #expect(try pods[1].run { try probe.ask() }.server == "server")
                }
            }
            let check = try runtime.call(
                "CHECK",
                "server",
                pods[0].path,
                configuration(runtime, "ptp", ["prevResult": try #require(server.document)])
            )
            #expect(check.exit == .exited(0), "\(check.text)")
            for container in ["server", "client"] { try runtime.delete(container, network) }
            #expect(try runtime.host.linkNames() == ["lo"])
            #expect(try runtime.host.routes() == [])
            #expect(try runtime.reserved() == [])
        }
    }

    @Test(.enabled(if: KernelFeature.macvlan.isAvailable), arguments: ["bridge", "private", "vepa"])
    func macvlanIsOnTheMaster(_ mode: String) throws {
        try withRuntime(pods: 2) { runtime, pods in
            try runtime.host.witness("ip", "link", "add", "up0", "type", "veth", "peer", "name", "up1")
            for link in ["up0", "up1"] { try runtime.host.witness("ip", "link", "set", link, "up") }
            let members: JSONObject = [
                "master": "up0", "mode": .string(mode), "mac": "02:00:00:00:00:77", "bcqueuelen": 77,
            ]
            let network = configuration(runtime, "macvlan", members)
            let answer = try runtime.add("c1", to: pods[0], network)
            #expect(answer.document?["interfaces"]?.arrayValue?.count == 1)
            let link = try #require(try pods[0].ip("-d", "link", "show", "dev", "eth0").first)
            #expect(link[path: "linkinfo", "info_data", "mode"] == .string(mode))
            #expect(link[path: "linkinfo", "info_data", "bcqueuelen"] == 77)
            #expect(link["address"] == "02:00:00:00:00:77")
            #expect(try pods[0].addresses() == ["eth0 10.244.1.2/24", "eth0 fd00:1::2/64"])
            #expect(try pods[0].routes() == ["default via 10.244.1.1 dev eth0", "default via fd00:1::1 dev eth0"])
            var checked = network
            checked["prevResult"] = answer.document
            #expect(try runtime.call("CHECK", "c1", pods[0].path, checked).exit == .exited(0))
            try runtime.delete("c1", namespace: pods[0].path, network)
            #expect(try pods[0].linkNames() == ["lo"])
            #expect(try runtime.reserved() == [])
        }
    }

    @Test(.enabled(if: KernelFeature.macvlan.isAvailable))
    func macvlanContainersReachEachOther() throws {
        try withRuntime(pods: 2) { runtime, pods in
            try runtime.host.witness("ip", "link", "add", "up0", "type", "veth", "peer", "name", "up1")
            for link in ["up0", "up1"] { try runtime.host.witness("ip", "link", "set", link, "up") }
            // Without a master: that of the default route.
            try runtime.host.witness("ip", "address", "add", "192.0.2.9/24", "dev", "up0")
            try runtime.host.witness("ip", "route", "add", "default", "via", "192.0.2.1")
            let server = try runtime.add("server", to: pods[0], configuration(runtime, "macvlan"))
            try withServer(named: "server", in: pods[0], families: IPFamily.allCases) {
                _ = try runtime.add("client", to: pods[1], configuration(runtime, "macvlan"))
                for address in server.addresses.map(\.address) {
                    let probe = Probe(.tcp, IPEndpoint(address: address, port: Port(rawValue: 8080)))
                    #expect(try pods[1].run { try probe.ask() }.server == "server")
                }
            }
        }
    }

    @Test func missingMasterIsNamedAndLeavesNothing() throws {
        try withRuntime(pods: 1) { runtime, pods in
            let network = configuration(runtime, "macvlan", ["master": "nowhere"])
            let answer = try runtime.call("ADD", "c1", pods[0].path, network)
            #expect(answer.error.contains("the host has no link nowhere; see the key \"master\""), "\(answer.error)")
            #expect(try runtime.reserved() == [])
            #expect(try pods[0].linkNames() == ["lo"])
            #expect(try runtime.call("STATUS", "", "", network).code == 51)
        }
    }

    @Test(.enabled(if: KernelFeature.ipvlan.isAvailable), arguments: ["l2", "l3", "l3s"])
    func ipvlanSharesTheMastersAddress(_ mode: String) throws {
        try withRuntime(pods: 2) { runtime, pods in
            try runtime.host.witness("ip", "link", "add", "up0", "type", "veth", "peer", "name", "up1")
            for link in ["up0", "up1"] { try runtime.host.witness("ip", "link", "set", link, "up") }
            var network = configuration(runtime, "ipvlan", ["master": "up0", "mode": .string(mode)])
            network["ipam"]?["routes"] = []
            let server = try runtime.add("server", to: pods[0], network)
            let link = try #require(try pods[0].ip("-d", "link", "show", "dev", "eth0").first)
            #expect(link[path: "linkinfo", "info_data", "mode"] == .string(mode))
            #expect(link["address"] == (try runtime.host.ip("link", "show", "dev", "up0").first?["address"]))
            try withServer(named: "server", in: pods[0], families: [.ipv4]) {
                _ = try runtime.add("client", to: pods[1], network)
                let address = try #require(server.addresses.first?.address)
                let probe = Probe(.tcp, IPEndpoint(address: address, port: Port(rawValue: 8080)))
                #expect(try pods[1].run { try probe.ask() }.server == "server")
            }
            try runtime.delete("server", namespace: pods[0].path, network)
            #expect(try pods[0].linkNames() == ["lo"])
        }
    }

    @Test func loopbackRaisesLo() throws {
        try withRuntime(pods: 1) { runtime, pods in
            let network: JSONObject = ["cniVersion": "1.0.0", "name": "cni-loopback", "type": "loopback"]
            let answer = try runtime.add("c1", to: pods[0], network, interface: "lo", as: "loopback")
            #expect(
                answer.document == [
                    "cniVersion": "1.0.0",
                    "interfaces": [["name": "lo", "mac": "00:00:00:00:00:00", "sandbox": .string(pods[0].path)]],
                    "ips": [
                        ["interface": 0, "address": "127.0.0.1/8"], ["interface": 0, "address": "::1/128"],
                    ], "dns": [:],
                ]
            )
            #expect(try pods[0].ip("link", "show", "dev", "lo").first?["operstate"] == "UNKNOWN")
            var checked = network
            checked["prevResult"] = answer.document
            #expect(
                try runtime.call("CHECK", "c1", pods[0].path, checked, interface: "lo").exit == .exited(0)
            )
            for namespace in [pods[0].path, "", "/run/netns/weft-there-is-none"] {
                #expect(try runtime.call("DEL", "c1", namespace, network, interface: "lo").exit == .exited(0))
            }
            #expect(try runtime.call("CHECK", "c1", pods[0].path, checked, interface: "lo").code == 102)
        }
    }
}
