import JSONTree
import NFTables
import NetworkTypes
import Testing

@testable import PodNetwork

struct FirewallConfigurationTests {
    private func read(_ members: JSONObject) throws -> FirewallConfiguration {
        try FirewallConfiguration(KeyReader(members))
    }

    @Test func keysAreTheReferences() throws {
        let standard = try read([:])
        #expect(standard.adminChain == "CNI-ADMIN" && standard.policy == .open && standard.notes.isEmpty)
        let other = try read([
            "backend": "firewalld", "iptablesAdminChainName": "MINE", "ingressPolicy": "same-bridge",
        ])
        #expect(other.adminChain == "MINE" && other.policy == .sameBridge && other.notes.count == 1)
    }

    @Test(
        arguments: [
            (["backend": "ufw"], 2, "unsupported value of backend: \"ufw\""),
            (["ingressPolicy": "closed"], 2, "unsupported value of ingressPolicy: \"closed\""),
            (["ingressPolicy": 7], 6, "ingressPolicy must be a string, not number"),
            (["iptablesAdminChainName": "a chain"], 7, "invalid iptablesAdminChainName"),
        ] as [(JSONObject, Int, String)]
    )
    func malformedKeysAreNamed(_ members: JSONObject, _ code: Int, _ message: String) throws {
        let error = #expect(throws: CNIError.self) { try read(members) }
        #expect(error?.code.rawValue == code)
        #expect(error?.message == message)
    }

    /// Comments tell whose a rule is: a network's name must not be the beginning of another's, nor be cut.
    @Test func ownersAreTold() {
        #expect(!ForwardRule.owner("net2").hasPrefix(ForwardRule.owner("net")))
        let long = String(repeating: "n", count: 200)
        let rules = ["1.2.3.0/24", "2001:db8:1234:5678:9abc:def0:1234::/112"].compactMap { IPPrefix($0) }
            .flatMap { ForwardRule.pair($0, network: long) }
        #expect(rules.count == 4)
        #expect(Set(rules.map(\.comment)).count == 4)
        for rule in rules { #expect(rule.comment.utf8.count < 128) }
        #expect(ForwardRule.owner(long) != ForwardRule.owner(long + "n"))
    }

    @Test func onlyAddressedContainersAreMembers() throws {
        let id = AttachmentID(network: "net", containerID: "c", interface: "eth0")
        let network = try NetworkConfiguration(
            parsing: Array(#"{"cniVersion":"1.0.0","name":"net","type":"firewall"}"#.utf8)
        )
        let configuration = try AttachmentConfiguration(network, .firewall, arguments: CNIArguments(""))
        #expect(AttachmentSpec(id, configuration, IPAMAnswer()).firewallMember(after: nil) == nil)
        let address = AssignedAddress(prefix: try #require(IPPrefix("10.1.0.7/24")), gateway: nil)
        let spec = AttachmentSpec(id, configuration, IPAMAnswer([address], routes: []))
        var previous = AttachmentResult()
        previous.interfaces = [.init(name: "cni0"), .init(name: "eth0", sandbox: "/x")]
        let member = try #require(spec.firewallMember(after: previous))
        #expect(member.bridge == "cni0" && member.subnets.map(\.description) == ["10.1.0.0/24"])
    }
}

struct SysctlAllowlistTests {
    @Test func expressionsAreSearchedFor() {
        let list = SysctlAllowlist("^net\\.ipv4\\.conf\\.IFNAME\\.[a-z_]*$\n\n(broken\nsomaxconn\n")
        #expect(list.allows("net.ipv4.conf.IFNAME.arp_notify"))
        #expect(!list.allows("net.ipv4.conf.all.arp_notify"))
        #expect(!list.allows("net/ipv4/conf/IFNAME/arp_notify"))
        #expect(list.allows("net.core.somaxconn"))
        #expect(!SysctlAllowlist("").allows("net.core.somaxconn"))
    }

    @Test func noFileIsNoList() throws {
        #expect(try SysctlAllowlist.read("/nowhere/allowlist.conf") == nil)
    }
}

struct PortTargetTests {
    @Test(arguments: ["10.1.0.2", "fd00::2"])
    func keysAreRead(_ text: String) throws {
        let address = try #require(IPAddress(text))
        let key = ElementValue(.address(address), .transport(.udp), .port(Port(rawValue: 0x1234)))
        let sets = PortRules.attachmentSets("net", address.family)
        let targets = sets.compactMap { PortTarget(key, of: $0) }
        #expect(targets.count == 1)
        let target = try #require(targets.first)
        #expect(target.address == address && target.transport == .udp && target.port.rawValue == 0x1234)
        #expect(PortTarget(ElementValue(bytes: [1, 2, 3, 4, 5]), of: sets[2]) == nil)
    }
}

struct SubnetFileTests {
    @Test func clusterNetworksAreNotMasqueraded() throws {
        let file = try SubnetFile(
            """
            FLANNEL_NETWORK=10.244.0.0/16
            FLANNEL_SUBNET=10.244.3.1/24
            FLANNEL_IPV6_SUBNET=fd00:3::1/64
            WEFT_LINKS=flannel.1,flannel-v6.1
            FLANNEL_MTU=1450
            """,
            path: "subnet.env"
        )
        #expect(file.links == ["flannel.1", "flannel-v6.1"])
        let network = try NetworkConfiguration(parsing: Array(#"{"name":"net","type":"weft-cni"}"#.utf8))
        let section = KeyReader(file.hostLocalSection(["type": "weft"]), path: "ipam.")
        let local = try HostLocalConfiguration(network, section, arguments: CNIArguments(""))
        #expect(local.links == file.links)
        let subnets = AttachmentSpec.subnets(.hostLocal(local), IPAMAnswer())
        #expect(subnets.map(\.description) == ["10.244.0.0/16", "fd00:3::/64"])
    }
}
