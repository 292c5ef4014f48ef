import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import ServiceProxyTesting
import Testing
import TrafficTesting

/// What the reference's bridge plugin can do with a port.
@Suite(.enabled(if: KernelFeature.bridge.isAvailable && KernelFeature.veth.isAvailable))
struct CNIPortTests {
    private func answers(_ runtime: CNIRuntime, _ server: CNIRuntime.Answer, _ client: TestNamespace) throws -> Bool {
        let address = try #require(server.addresses.first?.address)
        let probe = Probe(.tcp, IPEndpoint(address: address, port: Port(rawValue: 8080)), timeout: 500)
        return (try? client.run { try probe.ask() }) != nil
    }

    @Test func isolatedPortsReachTheHostOnly() throws {
        try withRuntime(pods: 2) { runtime, pods in
            let network = runtime.configuration(["portIsolation": true])
            let server = try runtime.add("server", to: pods[0], network)
            try withServer(named: "server", in: pods[0], families: [.ipv4]) {
                _ = try runtime.add("client", to: pods[1], network)
                #expect(try answers(runtime, server, runtime.host))
                #expect(try !answers(runtime, server, pods[1]))
            }
        }
    }

    @Test(.enabled(if: KernelFeature.nft.isAvailable))
    func falseSendersAreDropped() throws {
        try withRuntime(pods: 2) { runtime, pods in
            let network = runtime.configuration(["macspoofchk": true])
            let server = try runtime.add("server", to: pods[0], network)
            try withServer(named: "server", in: pods[0], families: [.ipv4]) {
                let client = try runtime.add("client", to: pods[1], network)
                #expect(try answers(runtime, server, pods[1]))
                var checked = network
                checked["prevResult"] = client.document
                let check = try runtime.call("CHECK", "client", pods[1].path, checked)
                #expect(check.exit == .exited(0), "\(check.text)")
                try pods[1].witness("ip", "link", "set", "eth0", "address", "02:00:00:00:00:99")
                #expect(try !answers(runtime, server, pods[1]))
            }
            try runtime.delete("client", network)
            let rules = try Witness.run(
                "nft",
                ["list", "table", "bridge", "weft-senders-weft"],
                in: runtime.host.namespace
            )
            #expect(rules.contains("server:eth0") && !rules.contains("client:eth0"))
            try runtime.delete("server", network)
            #expect(try Witness.run("nft", ["list", "tables"], in: runtime.host.namespace).isEmpty)
        }
    }

    @Test func searchForDuplicatesIsWaitedForAndFindsThem() throws {
        try withRuntime(pods: 2) { runtime, pods in
            let network = runtime.configuration(["enabledad": true], ranges: [[["subnet": "fd00:1::/64"]]])
            _ = try runtime.add("c1", to: pods[0], network)
            let tentative = try pods[0].ip("address", "show", "dev", "eth0", "scope", "global", "tentative")
            #expect(tentative.allSatisfy { $0["addr_info"]?.arrayValue?.isEmpty != false })
            // Another host on the bridge that has the next address.
            try pods[0].witness("ip", "address", "add", "fd00:1::3/64", "dev", "eth0", "nodad")
            let answer = try runtime.call("ADD", "c2", pods[1].path, network)
            #expect(answer.error.contains("use address fd00:1::3/64"), "\(answer.text)")
            #expect(try pods[1].linkNames() == ["lo"])
            #expect(try runtime.reserved() == ["fd00:1::2"])
        }
    }

    @Test func containersEndMayStayDown() throws {
        try withRuntime(pods: 1) { runtime, pods in
            var network = runtime.configuration(["disableContainerInterface": true])
            network["ipam"] = nil
            let answer = try runtime.add("c1", to: pods[0], network)
            #expect(try pods[0].ip("link", "show", "dev", "eth0").first?["operstate"] == "DOWN")
            network["prevResult"] = answer.document
            let check = try runtime.call("CHECK", "c1", pods[0].path, network)
            #expect(check.exit == .exited(0), "\(check.text)")
        }
    }

    /// Tagged and untagged VLANs, and the gateway in the container's: as `bridge vlan` and packets show.
    @Test(.enabled(if: KernelFeature.vlanFiltering.isAvailable))
    func vlansSeparateContainers() throws {
        try withRuntime(pods: 3) { runtime, pods in
            func network(_ vlan: Int, _ trunk: JSONValue = []) -> JSONObject {
                runtime.configuration([
                    "vlan": JSONValue(vlan), "vlanTrunk": trunk, "preserveDefaultVlan": false, "hairpinMode": false,
                ])
            }
            let server = try runtime.add("server", to: pods[0], network(7))
            try withServer(named: "server", in: pods[0], families: [.ipv4]) {
                _ = try runtime.add("same", to: pods[1], network(7, [["minID": 20, "maxID": 22]]))
                #expect(try answers(runtime, server, pods[1]))
                #expect(try answers(runtime, server, runtime.host))
                var other = network(8)
                other["ipam"]?["ranges"] = [
                    [["subnet": "10.244.1.0/24", "rangeStart": "10.244.1.99", "gateway": "10.244.1.98"]]
                ]
                other["isDefaultGateway"] = false
                other["isGateway"] = false
                _ = try runtime.add("other", to: pods[2], other)
                #expect(try !answers(runtime, server, pods[2]))
            }
            #expect(try runtime.host.addresses() == ["cni0.7 10.244.1.1/24", "cni0.7 fd00:1::1/64"])
            let id = "vlan_filtering"
            #expect(
                try runtime.host.ip("-d", "link", "show", "dev", "cni0").first?[path: "linkinfo", "info_data", id] == 1
            )
            try runtime.delete("server", network(7))
            try runtime.delete("same", network(7))
        }
    }
}
