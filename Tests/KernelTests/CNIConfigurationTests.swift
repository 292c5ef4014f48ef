import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import ServiceProxyTesting
import Testing
import TrafficTesting

/// The files of cni-conf/, and the built file itself.
@Suite(.enabled(if: KernelFeature.bridge.isAvailable && KernelFeature.veth.isAvailable))
struct CNIConfigurationTests {
    private static let folder: String = {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return "/\(root)/cni-conf"
    }()

    /// What weftd writes on a node.
    private static let subnet = """
        FLANNEL_NETWORK=10.244.0.0/16
        FLANNEL_SUBNET=10.244.1.1/24
        FLANNEL_MTU=1450
        FLANNEL_IPMASQ=false
        """

    /// The addresses of the first container by each file.
    private static let files: [String: [String]] = [
        "10-weft.conflist": ["10.88.0.2/16"],
        "10-weft-dualstack.conflist": ["10.88.0.2/16", "fd00:88::2/64"],
        "10-weft-host-gw.conflist": ["10.244.1.2/24"],
        "10-weft-ipvlan.conflist": ["192.168.0.200/24"],
        "10-weft-macvlan.conflist": ["192.168.0.200/24"],
        "10-weft-node.conflist": ["10.244.1.2/24"],
        "10-weft-ports.conflist": ["10.88.0.2/16"],
        "10-weft-ptp.conflist": ["10.88.0.2/16", "fd00:88::2/64"],
        "10-weft-vxlan.conflist": ["10.244.1.2/24"],
    ]

    @Test func filesAreFound() throws {
        let found = try File.entries(ofDirectory: Self.folder).filter { $0.hasSuffix(".conflist") }
        #expect(found == Self.files.keys.sorted())
    }

    /// As libcni does: each plugin's object with the list's name and version.
    ///
    /// Two containers reach each other.
    @Test(arguments: files.keys.sorted().filter { !$0.contains("vlan") })
    func fileAttachesContainers(_ file: String) throws { try attach(file) }

    @Test(.enabled(if: KernelFeature.macvlan.isAvailable))
    func macvlanFileAttachesContainers() throws { try attach("10-weft-macvlan.conflist") }

    @Test(.enabled(if: KernelFeature.ipvlan.isAvailable))
    func ipvlanFileAttachesContainers() throws { try attach("10-weft-ipvlan.conflist") }

    private func attach(_ file: String) throws {
        try withRuntime(pods: 2, file) { runtime, pods in
            try Self.wire(runtime.host)
            var network = try Self.configuration(file, runtime)
            let answer = try runtime.add("server", to: pods[0], network)
            #expect(answer.addresses.map(\.description) == Self.files[file])
            #expect(try pods[0].routes().filter { $0.hasPrefix("default") }.count == answer.addresses.count)
            network["prevResult"] = answer.document
            let check = try runtime.call("CHECK", "server", pods[0].path, network)
            #expect(check.exit == .exited(0), "\(check.text)")
            network["prevResult"] = nil
            try withServer(named: "server", in: pods[0], families: IPFamily.allCases) {
                _ = try runtime.add("client", to: pods[1], Self.withoutPorts(network))
                for address in answer.addresses.map(\.address) {
                    let probe = Probe(.tcp, IPEndpoint(address: address, port: 8080))
                    #expect(try pods[1].run { try probe.ask() }.server == "server")
                }
                try expectPorts(network, runtime.host)
            }
            for (container, pod) in zip(["server", "client"], pods) {
                try runtime.delete(container, namespace: pod.path, network)
                #expect(try pod.linkNames() == ["lo"])
            }
            #expect(try runtime.reserved() == [])
            #expect(try runtime.host.witness("nft", "list", "ruleset") == "")
        }
    }

    /// eth0 with the host's address on it, as macvlan and ipvlan need it.
    private static func wire(_ host: TestNamespace) throws {
        try host.witness("ip", "link", "add", "eth0", "type", "veth", "peer", "name", "wire")
        for link in ["eth0", "wire"] { try host.witness("ip", "link", "set", link, "up") }
        try host.witness("ip", "address", "add", "192.168.0.9/24", "dev", "eth0")
    }

    /// The file's only plugin; the test must not write to the machine's own store, nor read its subnet.
    private static func configuration(_ file: String, _ runtime: CNIRuntime) throws -> JSONObject {
        let list = try JSONValue(parsing: File.read("\(folder)/\(file)"))
        let plugins = try #require(list["plugins"]?.arrayValue)
        #expect(plugins.count == 1)
        var configuration = try #require(plugins[0].objectValue)
        configuration["name"] = list["name"]
        configuration["cniVersion"] = list["cniVersion"]
        configuration["ipam"]?["dataDir"] = .string(runtime.directory)
        if configuration["ipam"]?["type"] == "weft" {
            try File.write(subnet.utf8, to: "\(runtime.directory)/subnet.env")
            configuration["ipam"]?["subnetFile"] = .string("\(runtime.directory)/subnet.env")
        }
        if configuration["capabilities"]?["portMappings"] == true {
            configuration["runtimeConfig"] = ["portMappings": [["hostPort": 18080, "containerPort": 8080]]]
        }
        return configuration
    }

    private static func withoutPorts(_ network: JSONObject) -> JSONObject {
        var network = network
        network["runtimeConfig"] = nil
        return network
    }

    /// Published ports lead from the host to the container, by its own and by its loopback address.
    private func expectPorts(_ network: JSONObject, _ host: TestNamespace) throws {
        guard network["runtimeConfig"] != nil else { return }
        for address in ["192.168.0.9", "127.0.0.1"] {
            let target = IPEndpoint(address: try #require(IPAddress(address)), port: 18080)
            #expect(try host.run { try Probe(.tcp, target).ask() }.server == "server", "\(address)")
        }
    }

    /// An ELF file without PT_INTERP (3) and PT_DYNAMIC (2): it runs on any host, in any image.
    @Test func pluginIsStatic() throws {
        let file = try FileDescriptor.open(CNIRuntime.plugin)
        let bytes = try file.read(upTo: 4096)
        func number(_ offset: Int, _ count: Int) -> Int {
            bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        #expect(bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1]))
        let (table, size, count) = (number(32, 8), number(54, 2), number(56, 2))
        let types = (0..<count).map { number(table + $0 * size, 4) }
        #expect(types.contains(1))
        #expect(!types.contains(2) && !types.contains(3))
    }
}
