import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import ServiceProxyTesting
import Testing
import TrafficTesting

/// Published ports, by packets.
@Suite(
    .enabled(if: KernelFeature.bridge.isAvailable && KernelFeature.veth.isAvailable && KernelFeature.nft.isAvailable)
)
struct CNIPublishTests {
    private static let mappings: JSONValue = [
        ["hostPort": 8888, "containerPort": 8080],
        ["hostPort": 8889, "containerPort": 8080, "protocol": "udp"],
        ["hostPort": 8890, "containerPort": 8080, "hostIP": "192.0.2.1"],
    ]

    private func ask(
        _ namespace: TestNamespace,
        _ address: String,
        _ port: UInt16,
        _ transport: InternetSocket.Transport = .tcp
    ) throws -> String? {
        let target = IPEndpoint(address: try #require(IPAddress(address)), port: Port(rawValue: port))
        return try? namespace.run { try Probe(transport, target, timeout: 1000).ask() }.server
    }

    /// A host with an underlay of both families, a client on it, and two containers.
    private func withPublished(
        _ members: JSONObject,
        as program: String = "weft-cni",
        _ body: (CNIRuntime, _ client: TestNamespace, _ containers: [TestNamespace], _ network: JSONObject) throws ->
            Void
    ) throws {
        try withRuntime(pods: 3) { runtime, pods in
            try runtime.host.addUplink(to: pods[0])
            try runtime.host.witness("ip", "address", "add", "192.0.2.3/24", "dev", "up0")
            var network = runtime.configuration(["runtimeConfig": ["portMappings": Self.mappings]])
            for (key, value) in members { network[key] = value }
            let answer = try runtime.add("server", to: pods[1], network)
            var plain = network
            plain["runtimeConfig"] = nil
            _ = try runtime.add("other", to: pods[2], plain)
            var checked = network
            checked["prevResult"] = answer.document
            try withServer(named: "server", in: pods[1], families: IPFamily.allCases) {
                let check = try runtime.call("CHECK", "server", pods[1].path, checked)
                #expect(check.exit == .exited(0), "\(check.text)")
                try body(runtime, pods[0], Array(pods.dropFirst()), network)
            }
        }
    }

    @Test func portsAreReachedFromEverywhere() throws {
        try withPublished([:]) { (runtime, client, containers, _) throws in
            // From outside, on each address of the host.
            for address in ["192.0.2.1", "192.0.2.3", "2001:db8::1"] {
                #expect(try ask(client, address, 8888) == "server", "\(address)")
                #expect(try ask(client, address, 8889, .udp) == "server", "udp \(address)")
            }
            // Only on the named one.
            #expect(try ask(client, "192.0.2.1", 8890) == "server")
            #expect(try ask(client, "192.0.2.3", 8890) == nil)
            // From the host, also by loopback and gateway.
            for address in ["127.0.0.1", "192.0.2.1", "10.244.1.1", "fd00:1::1"] {
                #expect(try ask(runtime.host, address, 8888) == "server", "host to \(address)")
            }
            // From another container, and from the server itself.
            for container in containers {
                for address in ["192.0.2.1", "10.244.1.1", "2001:db8::1", "fd00:1::1"] {
                    #expect(try ask(container, address, 8888) == "server", "\(container.name) to \(address)")
                    #expect(try ask(container, address, 8889, .udp) == "server", "\(container.name) to \(address)")
                }
            }
            // What is not published is not.
            #expect(try ask(client, "192.0.2.1", 8080) == nil)
            #expect(try ask(client, "192.0.2.1", 8889) == nil)
        }
    }

    @Test func loopbackOfTheHostStaysItsOwn() throws {
        try withPublished([:]) { runtime, _, containers, _ in
            let other = containers[1]
            try withServer(named: "host", in: runtime.host, families: [.ipv4]) {
                #expect(try ask(runtime.host, "127.0.0.1", 8080) == "host")
                try other.witness(
                    "ip",
                    "route",
                    "add",
                    "127.0.0.1/32",
                    "via",
                    "10.244.1.1",
                    "dev",
                    "eth0",
                    "table",
                    "100"
                )
                try other.witness("ip", "rule", "add", "pref", "0", "to", "127.0.0.1", "lookup", "100")
                try other.witness("ip", "rule", "del", "pref", "0", "lookup", "local")
                try other.witness("ip", "rule", "add", "pref", "10", "lookup", "local")
                try other.run { try Sysctl.write("net.ipv4.conf.eth0.route_localnet", "1") }
                #expect(try ask(other, "127.0.0.1", 8080) == nil)
            }
        }
    }

    @Test func takenPortIsRefusedByName() throws {
        try withPublished([:]) { runtime, client, _, network in
            let answer = try runtime.call("ADD", "second", client.path, network, interface: "net1")
            #expect(answer.code == 103)
            #expect(answer.error.hasPrefix("8888/tcp is published for server:eth0 already"), "\(answer.error)")
            #expect(try runtime.reserved().count == 4)
            let rules = try Witness.run("nft", ["list", "table", "ip", "weft-ports-weft"], in: runtime.host.namespace)
            #expect(rules.contains("server:eth0") && !rules.contains("second:"))
        }
    }

    /// DEL without a namespace and without the ports, as runtimes do.
    @Test func nothingIsLeft() throws {
        try withPublished(["ipMasq": true]) { runtime, client, _, network in
            var bare = network
            bare["runtimeConfig"] = nil
            try runtime.delete("server", bare)
            #expect(try ask(client, "192.0.2.1", 8888) == nil)
            let tables = try Witness.run("nft", ["list", "tables"], in: runtime.host.namespace)
            #expect(!tables.contains("weft-ports"))
            try runtime.delete("other", bare)
            #expect(try Witness.run("nft", ["list", "tables"], in: runtime.host.namespace).isEmpty)
        }
    }

    /// Connection tracking would send a datagram on to where earlier ones of its sender went.
    @Test(.enabled(if: KernelFeature.conntrack.isAvailable))
    func staleFlowsOfDatagramsAreForgotten() throws {
        try withPublished([:]) { (runtime, client, _, network) throws in
            func flows() throws -> [Substring] {
                try Witness.run("conntrack", ["-L", "-p", "udp"], in: runtime.host.namespace).split(separator: "\n")
                    .filter { $0.contains("dport=8889") }
            }
            #expect(try ask(client, "192.0.2.1", 8889, .udp) == "server")
            #expect(try ask(client, "2001:db8::1", 8889, .udp) == "server")
            #expect(try !flows().isEmpty)
            try runtime.delete("server", network)
            #expect(try flows().isEmpty)
            // To the host itself, which would refuse the next one, too; and to another host, which has nothing to do with it.
            for destination in ["192.0.2.1", "198.51.100.1"] {
                try runtime.host.witness(
                    "conntrack",
                    "-I",
                    "-p",
                    "udp",
                    "-s",
                    "192.0.2.2",
                    "-d",
                    destination,
                    "--sport",
                    "5555",
                    "--dport",
                    "8889",
                    "--timeout",
                    "100"
                )
            }
            #expect(try flows().count == 2)
            let again = try runtime.call("ADD", "again", client.path, network, interface: "net1")
            #expect(again.exit == .exited(0), "\(again.text)")
            #expect(try flows().count == 1)
            #expect(try flows().first?.contains("dst=198.51.100.1") == true)
            #expect(try runtime.call("DEL", "again", "", network, interface: "net1").exit == .exited(0))
            #expect(try client.linkNames() == ["eth0", "lo"])
        }
    }

    @Test func garbageCollectionTakesPorts() throws {
        try withPublished([:]) { (runtime, client, _, network) throws in
            var collected = network
            collected["cni.dev/valid-attachments"] = [["containerID": "server", "ifname": "eth0"]]
            #expect(try runtime.call("GC", "", "", collected).exit == .exited(0))
            #expect(try ask(client, "192.0.2.1", 8888) == "server")
            collected["cni.dev/valid-attachments"] = []
            #expect(try runtime.call("GC", "", "", collected).exit == .exited(0))
            #expect(try Witness.run("nft", ["list", "tables"], in: runtime.host.namespace).isEmpty)
        }
    }

    /// As the reference's chain: bridge, then portmap with the bridge's result.
    @Test func chainedPortmapPublishes() throws {
        try withPublished([:]) { runtime, client, _, _ in
            // A second network, whose container has the same server in it: the client asks by another port.
            var network = runtime.configuration(
                ["name": "chain", "type": "bridge", "bridge": "cni1"],
                ranges: [[["subnet": "10.77.0.0/24"]]]
            )
            network["isDefaultGateway"] = false
            let bare = try runtime.call(
                "ADD",
                "x",
                client.path,
                ["cniVersion": "1.0.0", "name": "chain", "type": "portmap"]
            )
            #expect(bare.code == 7)
            #expect(bare.error.hasPrefix("portmap must be called as chained plugin"))
            let result = try runtime.add("chained", to: client, network, interface: "net1", as: "bridge")
            let portmap: JSONObject = [
                "cniVersion": "1.1.0", "name": "chain", "type": "portmap", "snat": true,
                "capabilities": ["portMappings": true], "prevResult": try #require(result.document),
                "runtimeConfig": ["portMappings": [["hostPort": 9999, "containerPort": 9090]]],
            ]
            let answer = try runtime.add("chained", to: client, portmap, interface: "net1", as: "portmap")
            #expect(answer.document == result.document)
            let rules = try Witness.run("nft", ["list", "table", "ip", "weft-ports-chain"], in: runtime.host.namespace)
            #expect(rules.contains("tcp . 9999 comment") && rules.contains(": 10.77.0.2 . 9090"))
            #expect(
                try runtime.call("DEL", "chained", "", portmap, interface: "net1", as: "portmap").exit == .exited(0)
            )
            #expect(try client.linkNames().contains("net1"))
            let tables = try Witness.run("nft", ["list", "tables"], in: runtime.host.namespace)
            #expect(!tables.contains("weft-ports-chain") && tables.contains("weft-ports-weft"))
        }
    }
}
