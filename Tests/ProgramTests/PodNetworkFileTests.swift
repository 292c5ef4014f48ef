import ClusterTesting
import Glibc
import JSONTree
import LinuxSystem
import LinuxSystemTesting
import Testing

/// The files by which the plugin learns what weftd was given: from the Node's range to a container with an address.
@Suite(.serialized)
struct PodNetworkFileTests {
    @Test(arguments: [("vxlan", 1450, "flannel.1"), ("host-gw", 1500, "eth0")])
    func aContainerGetsAnAddressOfWhatWeftdWrote(network: String, mtu: Int, link: String) async throws {
        let layout = ClusterLayout(name: "testfiles", nodeCount: 1)
        let programs = try Programs.besideThisOne()
        var settings = ThrowawayCluster.Settings()
        settings.network = network
        settings.podNetworkFiles = "\(layout.directory)/net.d"
        let cluster = try ThrowawayCluster(layout, programs: programs, settings: settings)
        do {
            try await cluster.makeUnderlay()
            try await cluster.startStore()
            try await cluster.registerNodes()
            let node = await cluster.nodes[0]
            try await cluster.startDaemon(on: node)
            try prove(node, programs, folder: "\(layout.directory)/net.d", mtu: mtu, link)
            try await cluster.stopDaemon(on: node, grace: .seconds(10))
            try proveCleanup(node, programs, folder: "\(layout.directory)/net.d")
        } catch {
            try await cluster.remove()
            throw error
        }
        try await cluster.remove()
        #expect(try Leftovers.find(of: layout).isEmpty)
    }

    private func prove(_ node: ClusterNode, _ programs: Programs, folder: String, mtu: Int, _ carrier: String) throws {
        let list = "\(folder)/05-weft.conflist"
        try eventually("weftd writes \(list)") { File.exists(list) }
        let subnet = try File.readText("\(folder)/subnet.env")
        for line in [
            "FLANNEL_NETWORK=10.244.0.0/16", "FLANNEL_SUBNET=10.244.0.1/24", "FLANNEL_MTU=\(mtu)",
            "WEFT_LINKS=\(carrier)",
        ] { #expect(subnet.contains("\(line)\n"), "\(line)") }
        let document = try JSONValue(parsing: File.read(list))
        var plugin = try #require(document["plugins"]?[0]?.objectValue)
        plugin["name"] = document["name"]
        plugin["cniVersion"] = document["cniVersion"]
        // The only change: the test must not write to the machine's own store.
        plugin["ipam"]?["dataDir"] = .string("\(folder)/ipam")
        try withTestNamespaces(1, "files-pod") { namespaces in
            let command = ProcessCommand(
                programs.weftCNI,
                environment: [
                    "CNI_COMMAND": "ADD", "CNI_CONTAINERID": "files", "CNI_IFNAME": "eth0",
                    "CNI_NETNS": NetworkNamespace.path(named: namespaces[0].name), "CNI_PATH": programs.directory,
                ],
                networkNamespace: try .open(named: node.namespace),
                standardInput: .bytes(JSONValue.object(plugin).bytes())
            )
            let answer = try ChildProcess.runSuccessfully(command, until: .after(.seconds(30)))
            let result = try JSONValue(parsing: answer.standardOutput)
            #expect(result["ips"]?[0]?["address"] == "10.244.0.2/24")
            let link = try namespaces[0].witness("ip", "-oneline", "link", "show", "eth0")
            #expect(link.contains("mtu \(mtu) "))
            // What goes to other nodes' pods keeps its address, although the rest is masqueraded.
            let rules = try Witness.run(
                "nft",
                ["list", "table", "ip", "weft-cni-weft"],
                in: .open(named: node.namespace)
            )
            #expect(rules.contains("10.244.0.0/16"))
        }
    }

    private func proveCleanup(_ node: ClusterNode, _ programs: Programs, folder: String) throws {
        let cleanup = ProcessCommand(
            programs.weftd,
            ["cleanup", "--subnet-file", "\(folder)/subnet.env", "--cni-conf-dir", folder],
            networkNamespace: try .open(named: node.namespace)
        )
        let removed = try ChildProcess.runSuccessfully(cleanup, until: .after(.seconds(30))).text
        for name in ["05-weft.conflist", "subnet.env"] {
            #expect(removed.contains("removed file \(folder)/\(name)\n"))
            #expect(!File.exists("\(folder)/\(name)"))
        }
    }
}
