import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import Testing

/// The plugin under the reference plugins' names, and with other sources of addresses.
@Suite(.enabled(if: KernelFeature.bridge.isAvailable && KernelFeature.veth.isAvailable))
struct CNITypeTests {
    private static let subnet = """
        FLANNEL_NETWORK=10.244.0.0/16
        FLANNEL_SUBNET=10.244.7.1/24
        FLANNEL_IPV6_NETWORK=fd00:244::/48
        FLANNEL_IPV6_SUBNET=fd00:244:0:7::1/64
        FLANNEL_MTU=1450
        FLANNEL_IPMASQ=true
        """

    /// As a bridge plugin of the reference calls it.
    @Test func hostLocalGivesAndTakesBack() throws {
        try withRuntime(pods: 1) { runtime, pods in
            let network = runtime.configuration(["type": "bridge"])
            let answer = try runtime.add("c1", to: pods[0], network, as: "host-local")
            #expect(answer.document?["interfaces"] == nil)
            #expect(answer.document?["ips"]?[0] == ["address": "10.244.1.2/24", "gateway": "10.244.1.1"])
            #expect(try pods[0].linkNames() == ["lo"])
            let check = try runtime.call("CHECK", "c1", pods[0].path, network, as: "host-local")
            #expect(check.exit == .exited(0), "\(check.text)")
            #expect(try runtime.call("DEL", "c1", "", network, as: "host-local").exit == .exited(0))
            #expect(try runtime.call("CHECK", "c1", pods[0].path, network, as: "host-local").code == 102)
            #expect(try runtime.reserved() == [])
        }
    }

    /// An IPAM plugin that is executed: the same one, under a name that is not served in process.
    @Test func otherIPAMIsExecuted() throws {
        try withRuntime(pods: 2) { runtime, pods in
            try File.write(Self.ipam(runtime).utf8, to: "\(runtime.programs)/other-ipam", permissions: 0o755)
            var network = runtime.configuration(["ipMasq": true])
            network["ipam"] = ["type": "other-ipam"]
            let answer = try runtime.add("c1", to: pods[0], network)
            #expect(answer.addresses.map(\.description) == ["10.9.0.5/24"])
            #expect(answer.document?["ips"]?[0]?["gateway"] == "10.9.0.1")
            #expect(answer.document?[path: "dns", "domain"] == "a.example")
            #expect(try pods[0].routes() == ["default via 10.9.0.1 dev eth0"])
            #expect(try runtime.host.addresses() == ["cni0 10.9.0.1/24"])
            try runtime.delete("c1", network)
            #expect(try Witness.run("nft", ["list", "tables"], in: runtime.host.namespace).isEmpty)
            #expect(try File.readText("\(runtime.directory)/calls") == "ADD c1\nDEL c1\n")
            // Its error is the ADD's, and it is told to release.
            network["ipam"]?["fail"] = true
            let failed = try runtime.call("ADD", "c2", pods[1].path, network)
            #expect(failed.code == 111)
            #expect(failed.error == "IPAM plugin other-ipam: no lease: really")
            #expect(try File.readText("\(runtime.directory)/calls").hasSuffix("ADD c2\nDEL c2\n"))
            #expect(try runtime.call("STATUS", "", "", network).exit == .exited(0))
            network["ipam"] = ["type": "nowhere"]
            let missing = try runtime.call("ADD", "c2", pods[1].path, network)
            #expect(missing.code == 5)
            #expect(missing.error.contains("can't find the IPAM plugin nowhere"))
        }
    }

    private static func ipam(_ runtime: CNIRuntime) -> String {
        """
        #!/bin/sh
        input=$(cat)
        case $CNI_COMMAND in ADD|DEL) echo "$CNI_COMMAND $CNI_CONTAINERID" >>\(runtime.directory)/calls;; esac
        case $CNI_COMMAND$input in
        ADD*fail*) echo '{"cniVersion":"1.1.0","code":111,"msg":"no lease","details":"really"}'; exit 1;;
        ADD*) echo '{"cniVersion":"1.1.0","ips":[{"address":"10.9.0.5/24"}],"dns":{"domain":"a.example"}}';;
        esac
        """
    }

    @Test func flannelDelegatesToTheBridge() throws {
        try withRuntime(pods: 1) { runtime, pods in
            let file = "\(runtime.directory)/subnet.env"
            let network: JSONObject = [
                "cniVersion": "1.1.0", "name": "cbr0", "type": "flannel", "subnetFile": .string(file),
                "delegate": ["hairpinMode": true, "isDefaultGateway": true],
                "ipam": ["dataDir": .string(runtime.directory)],
            ]
            let early = try runtime.call("ADD", "c1", pods[0].path, network)
            #expect(early.code == 11)
            #expect(early.error.contains("the node has no subnet yet: there is no \(file)"))
            #expect(try runtime.call("STATUS", "", "", network).code == 50)
            // What is not there can be removed without a subnet.
            try runtime.delete("c1", network)
            try File.write(Self.subnet.utf8, to: file)
            #expect(try runtime.call("STATUS", "", "", network).exit == .exited(0))
            // weftd says over which links the other nodes are reached.
            try File.write("\(Self.subnet)\nWEFT_LINKS=flannel.1\n".utf8, to: file)
            let gone = try runtime.call("STATUS", "", "", network)
            #expect(gone.code == 51 && gone.error.hasPrefix("the link flannel.1 to the other nodes is gone"))
            try runtime.host.witness("ip", "link", "add", "flannel.1", "type", "bridge")
            #expect(try runtime.call("STATUS", "", "", network).code == 51)
            try runtime.host.witness("ip", "link", "set", "flannel.1", "up")
            #expect(try runtime.call("STATUS", "", "", network).exit == .exited(0))
            let answer = try runtime.add("c1", to: pods[0], network, as: "flannel")
            #expect(answer.addresses.map(\.description) == ["10.244.7.2/24", "fd00:244:0:7::2/64"])
            #expect(
                try pods[0].routes() == [
                    "10.244.0.0/16 via 10.244.7.1 dev eth0", "default via 10.244.7.1 dev eth0",
                    "default via fd00:244:0:7::1 dev eth0", "fd00:244::/48 via fd00:244:0:7::1 dev eth0",
                ]
            )
            #expect(try pods[0].ip("link", "show", "dev", "eth0").first?["mtu"] == 1450)
            #expect(try runtime.host.linkNames().contains("cni0"))
            try File.remove(file)
            #expect(try runtime.call("DEL", "c1", "", network, as: "flannel").exit == .exited(0))
            #expect(try pods[0].linkNames() == ["lo"])
            #expect(try runtime.reserved("cbr0") == [])
        }
    }

    @Test func nodesSubnetIsAnIPAM() throws {
        try withRuntime(pods: 1) { runtime, pods in
            let file = "\(runtime.directory)/subnet.env"
            try File.write(Self.subnet.utf8, to: file)
            var network = runtime.configuration(["mtu": 0])
            network["ipam"] = [
                "type": "weft", "subnetFile": .string(file), "dataDir": .string(runtime.directory),
            ]
            let answer = try runtime.add("c1", to: pods[0], network)
            #expect(answer.addresses.map(\.description) == ["10.244.7.2/24", "fd00:244:0:7::2/64"])
            #expect(try pods[0].ip("link", "show", "dev", "eth0").first?["mtu"] == 1450)
            network["prevResult"] = answer.document
            let check = try runtime.call("CHECK", "c1", pods[0].path, network)
            #expect(check.exit == .exited(0), "\(check.text)")
            try runtime.delete("c1", network)
            #expect(try runtime.reserved() == [])
        }
    }

    @Test func unknownTypeIsRefusedByName() throws {
        try withRuntime(pods: 1) { runtime, pods in
            let answer = try runtime.call("ADD", "c1", pods[0].path, runtime.configuration(["type": "vrf"]))
            #expect(answer.code == 2)
            #expect(
                answer.error.hasPrefix("unsupported value of type: \"vrf\": this program serves the types weft-cni,")
            )
        }
    }
}
