import JSONTree
import LinuxSystem
import Netlink
import NetworkTypes
import RouteNetlink
import Testing

@testable import PodNetwork

struct AttachmentSpecTests {
    private let id = AttachmentID(network: "net", containerID: "abc", interface: "eth0")

    private func spec(_ members: String, _ addresses: [(String, String)], routes: String = "[]") throws
        -> AttachmentSpec
    {
        let ipam = #""ranges":[[{"subnet":"10.1.0.0/24"}],[{"subnet":"fd00::/64"}]],"routes":\#(routes)"#
        let configuration = try Reading.bridge(Reading.with(members, ipam: ipam))
        let assigned = try addresses.map { prefix, gateway in
            AssignedAddress(prefix: try #require(IPPrefix(prefix)), gateway: IPAddress(gateway))
        }
        let routes = configuration.ipam?.hostLocal?.routes ?? []
        return AttachmentSpec(id, configuration, IPAMAnswer(assigned, routes: routes))
    }

    private static let both = [("10.1.0.5/24", "10.1.0.1"), ("fd00::5/64", "fd00::1")]

    private func text(_ routes: [RouteConfiguration]) -> [String] {
        routes.map { "\($0.destination) \($0.gateway?.description ?? "-")" }
    }

    @Test func gatewayAddressesNeighborsAndForwardingComeTogether() throws {
        let spec = try spec(#""isGateway":true"#, Self.both)
        #expect(spec.bridge?.gateways.map(\.description) == ["10.1.0.1/24", "fd00::1/64"])
        #expect(spec.hostEnd?.neighbors.map(\.description) == ["10.1.0.5", "fd00::5"])
        #expect(spec.forwardedFamilies == [.ipv4, .ipv6])
        #expect(spec.podEnd.routes.isEmpty)
        let plain = try self.spec("", Self.both)
        #expect(plain.bridge?.gateways == [] && plain.hostEnd?.neighbors == [] && plain.forwardedFamilies.isEmpty)
    }

    @Test(arguments: [
        ("[]", ["0.0.0.0/0 10.1.0.1", "::/0 fd00::1"]),
        (#"[{"dst":"0.0.0.0/0","gw":"10.1.0.9"}]"#, ["0.0.0.0/0 10.1.0.9", "::/0 fd00::1"]),
        (#"[{"dst":"0.0.0.0/0"}]"#, ["0.0.0.0/0 10.1.0.1", "::/0 fd00::1"]),
        (#"[{"dst":"0.0.0.0/0","table":100}]"#, ["0.0.0.0/0 10.1.0.1", "0.0.0.0/0 10.1.0.1", "::/0 fd00::1"]),
        (#"[{"dst":"192.0.2.77/24","scope":253}]"#, ["192.0.2.0/24 -", "0.0.0.0/0 10.1.0.1", "::/0 fd00::1"]),
    ])
    func defaultRoutesAreAddedOnce(_ routes: String, _ expected: [String]) throws {
        let spec = try spec(#""isDefaultGateway":true"#, Self.both, routes: routes)
        #expect(text(spec.podEnd.routes) == expected)
    }

    @Test func linkAddressFollowsTheAddress() throws {
        #expect(try spec("", Self.both).podEnd.mac?.description == "0a:58:0a:01:00:05")
        let only6 = try spec("", [("fd00::5/64", "fd00::1")]).podEnd.mac
        #expect(only6?.description.hasPrefix("0a:58:") == true)
        #expect(try spec("", [("fd00::5/64", "fd00::1")]).podEnd.mac == only6)
        #expect(try spec("", [("fd00::6/64", "fd00::1")]).podEnd.mac != only6)
        #expect(
            try spec(#""runtimeConfig":{"mac":"02:00:00:00:00:01"}"#, Self.both).podEnd.mac?.description
                == "02:00:00:00:00:01"
        )
    }

    @Test func masqueradeCoversAllSubnetsOfTheNetwork() throws {
        #expect(try spec("", Self.both).masqueradedSubnets.isEmpty)
        let subnets = try spec(#""ipMasq":true"#, Self.both).masqueradedSubnets
        #expect(subnets.map(\.description) == ["10.1.0.0/24", "fd00::/64"])
    }

    @Test func routedPairHasNoSubnetOnItsLink() throws {
        let spec = try spec(#""interfaceType":"ptp""#, Self.both, routes: #"[{"dst":"0.0.0.0/0"}]"#)
        #expect(spec.bridge == nil)
        #expect(spec.hostEnd?.gateways.map(\.description) == ["10.1.0.1", "fd00::1"])
        #expect(spec.hostEnd?.routedAddresses.map(\.description) == ["10.1.0.5", "fd00::5"])
        #expect(spec.forwardedFamilies == [.ipv4, .ipv6])
        #expect(
            spec.podEnd.batch(link: 7).requests.dropFirst(4).map(\.object) == [
                "10.1.0.1/32 on link 7", "10.1.0.0/24 via 10.1.0.1 on link 7", "fd00::1/128 on link 7",
                "fd00::/64 via fd00::1 on link 7", "0.0.0.0/0 via 10.1.0.1 on link 7",
            ]
        )
    }

    @Test func gatewayIsTheFirstAddressWhereIPAMNamesNone() throws {
        let prefix = try #require(IPPrefix("10.9.0.7/24"))
        let answer = IPAMAnswer([AssignedAddress(prefix: prefix, gateway: nil)], routes: [])
        #expect(answer.gatewayPrefixes.map(\.description) == ["10.9.0.1/24"])
        #expect(answer.routes(addingDefaults: true).map(\.gateway?.description) == ["10.9.0.1"])
    }

    @Test func podsRequestsAreInOrder() throws {
        let spec = try spec(#""isDefaultGateway":true"#, Self.both)
        #expect(
            spec.podEnd.batch(link: 7).requests.map { "\($0.operation) \($0.object)" } == [
                "change link lo: up", "change link link 7: up, arp_notify 1", "add address 10.1.0.5/24 on link 7",
                "add address fd00::5/64 on link 7", "add route 0.0.0.0/0 via 10.1.0.1 on link 7",
                "add route ::/0 via fd00::1 on link 7",
            ]
        )
    }
}

struct AttachmentIDTests {
    @Test func hostNameIsAlwaysTheSame() {
        let id = AttachmentID(network: "a", containerID: "c1", interface: "eth0")
        // A name that changes with a new version would leave the links of the old one behind.
        #expect(id.hostInterfaceName == "vethcudumaqypzy")
        #expect(
            AttachmentID(network: "b", containerID: "c1", interface: "eth0").hostInterfaceName == id.hostInterfaceName
        )
        #expect(
            AttachmentID(network: "a", containerID: "c1", interface: "eth1").hostInterfaceName != id.hostInterfaceName
        )
    }

    @Test func namesAreDistinctAndWellFormed() {
        var names: Set<String> = []
        for container in 0..<10_000 {
            for interface in ["eth0", "net1"] {
                let id = AttachmentID(network: "a", containerID: "\(container)", interface: interface)
                names.insert(id.hostInterfaceName)
            }
        }
        #expect(names.count == 20_000)
        #expect(names.allSatisfy { NameRules.faultOfInterface($0) == nil && $0.count == 15 })
    }

    @Test func aliasFitsTheKernel() {
        let id = AttachmentID(network: "a", containerID: String(repeating: "x", count: 400), interface: "eth0")
        #expect(id.alias.utf8.count == 255)
        #expect(id.alias.hasPrefix("weft:a:xxx") && id.alias.hasSuffix(":eth0"))
        #expect(AttachmentID(network: "a", containerID: "c", interface: "eth0").alias == "weft:a:c:eth0")
    }
}

struct SolicitedNodeGroupsTests {
    @Test func groupHasTheLastThreeBytes() throws {
        let address = try #require(IPv6Address("2001:db8::12:3456:789a"))
        #expect(SolicitedNodeGroups.group(of: address).description == "ff02::1:ff56:789a")
    }

    @Test func joinedGroupsAreReadOfTheRightLink() {
        let text = """
            1    lo              ff020000000000000000000000000001     1 0000000C 0
            2    eth0            ff0200000000000000000001ff000002     1 00000004 0
            2    eth0            ff020000000000000000000000000001     1 0000000C 0
            """
        #expect(
            SolicitedNodeGroups.joined(by: "eth0", in: text)
                == ["ff0200000000000000000001ff000002", "ff020000000000000000000000000001"]
        )
        #expect(SolicitedNodeGroups.joined(by: "eth1", in: text) == [])
        #expect(SolicitedNodeGroups.joined(by: "eth1", in: "garbage\n\n1") == [])
    }
}

struct NeighborTableTests {
    @Test func onlyAFullTableIsPutUpWith() {
        func failure(_ operation: String, _ errno: Errno) -> NetlinkError {
            NetlinkError(.kernel, errno: errno, operation: operation, text: "")
        }
        #expect(AttachmentBackend.isFullNeighborTable(failure("set neighbor", .noBufferSpace)))
        #expect(!AttachmentBackend.isFullNeighborTable(failure("set neighbor", .noSuchDevice)))
        #expect(!AttachmentBackend.isFullNeighborTable(failure("set link", .noBufferSpace)))
    }
}

struct ResolvConfTests {
    @Test func readsWhatAResultHasRoomFor() {
        let text =
            "# a\nnameserver 10.0.0.1\nnameserver fd00::1\n\tsearch a.example b.example\ndomain c\noptions ndots:5\nx y\nsearch\n"
        #expect(
            ResolvConf.dns(text) == [
                "nameservers": ["10.0.0.1", "fd00::1"], "domain": "c", "search": ["a.example", "b.example"],
                "options": ["ndots:5"],
            ]
        )
        #expect(ResolvConf.dns("").isEmpty)
    }
}
