import JSONTree
import LinuxSystem
import LinuxSystemTesting
import Netlink
import NetworkTypes
import RouteNetlink
import Testing

@Suite(.enabled(if: KernelFeature.veth.isAvailable && KernelFeature.bridge.isAvailable))
struct LinkCreationTests {
    @Test func oneRequestMakesAPodsPair() throws {
        try withTestNamespaces(2) { namespaces in
            let (host, pod) = (namespaces[0], namespaces[1])
            try host.run {
                var connection = try RouteConnection.open()
                let bridge = try connection.ensureLink(LinkSpec(name: "cni0", kind: .bridge(), isUp: true))
                let peer = VethPeer(
                    name: "eth0",
                    namespace: pod.namespace,
                    mac: try Given.mac("0a:58:0a:f4:01:05"),
                    mtu: 1450
                )
                try connection.createLink(
                    LinkSpec(name: "veth3", kind: .veth(peer: peer), mtu: 1450, master: bridge.index, isUp: true)
                )
                let seen = try RouteWitness.one("link", "show", "veth3")
                #expect(seen["master"]?.stringValue == "cni0")
                #expect(seen["mtu"]?.intValue == 1450)
                #expect(seen["linkinfo"]?["info_kind"]?.stringValue == "veth")
                #expect(seen["flags"]?.arrayValue?.contains("UP") == true)
            }
            try pod.run {
                var connection = try RouteConnection.open()
                try connection.raiseLink(.name("eth0"))
                let seen = try RouteWitness.one("link", "show", "eth0")
                #expect(seen["address"]?.stringValue == "0a:58:0a:f4:01:05")
                #expect(seen["mtu"]?.intValue == 1450)
                #expect(seen["flags"]?.arrayValue?.contains("UP") == true)
            }
        }
    }

    @Test func aLinkIsMadeInAnotherNamespaceUnderAChosenIndex() throws {
        try withTestNamespaces(2) { namespaces in
            var connection = try RouteConnection.open(in: namespaces[0].namespace)
            var peer = VethPeer(name: "far")
            peer.index = 77
            var spec = LinkSpec(name: "near", kind: .veth(peer: peer), namespace: namespaces[1].namespace)
            spec.index = 66
            try connection.createLink(spec)
            #expect(try connection.link(named: "far")?.index == 77)
            #expect(try connection.link(named: "near") == nil)
            var other = try RouteConnection.open(in: namespaces[1].namespace)
            #expect(try other.link(named: "near")?.index == 66)
        }
    }

    @Test func aBridgeKeepsTheAddressThatItIsGiven() throws {
        try withTestNamespace { _ in
            var connection = try RouteConnection.open()
            let given = try Given.mac("0e:00:00:00:00:01")
            let bridge = try connection.ensureLink(LinkSpec(name: "cni0", kind: .bridge(), mac: given, isUp: true))
            let peer = VethPeer(name: "weft1", mac: try Given.mac("02:00:00:00:00:02"))
            try connection.createLink(
                LinkSpec(
                    name: "weft0",
                    kind: .veth(peer: peer),
                    mac: try Given.mac("02:00:00:00:00:01"),
                    master: bridge.index,
                    isUp: true
                )
            )
            #expect(try connection.link(named: "cni0")?.mac == given)
            #expect(try RouteWitness.one("link", "show", "cni0")["address"]?.stringValue == given.description)
        }
    }

    @Test func aBridgesOptionsAreSet() throws {
        try withTestNamespace { _ in
            var options = BridgeOptions()
            options.ageingTime = 12_300
            options.snoopsMulticast = false
            options.passesIPv4ToNetfilter = true
            options.passesIPv6ToNetfilter = true
            var connection = try RouteConnection.open()
            try connection.createLink(LinkSpec(name: "br0", kind: .bridge(options)))
            let data = try #require(try RouteWitness.one("link", "show", "br0")["linkinfo"]?["info_data"])
            #expect(data["ageing_time"]?.intValue == 12_300)
            #expect(data["mcast_snooping"]?.intValue == 0)
            #expect(data["nf_call_iptables"]?.intValue == 1)
            #expect(data["nf_call_ip6tables"]?.intValue == 1)
        }
    }

    @Test(.enabled(if: KernelFeature.vlanFiltering.isAvailable))
    func aBridgeFiltersVLANs() throws {
        try withTestNamespace { _ in
            var options = BridgeOptions()
            options.filtersVLANs = true
            options.defaultVLAN = 42
            var connection = try RouteConnection.open()
            try connection.createLink(LinkSpec(name: "br0", kind: .bridge(options)))
            let data = try #require(try RouteWitness.one("link", "show", "br0")["linkinfo"]?["info_data"])
            #expect(data["vlan_filtering"]?.intValue == 1)
            #expect(data["vlan_default_pvid"]?.intValue == 42)
        }
    }

    @Test func ensuringTwiceMakesOneLink() throws {
        try withTestNamespace { _ in
            var connection = try RouteConnection.open()
            let spec = LinkSpec(name: "cni0", kind: .bridge(), isUp: true)
            let first = try connection.ensureLink(spec)
            #expect(try connection.ensureLink(spec).index == first.index)
            #expect(first.kind == "bridge")
            #expect(first.isUp)
        }
    }

    @Test func aNameOfAnotherKindIsSaid() throws {
        try withTestNamespace { _ in
            var connection = try RouteConnection.open()
            _ = try connection.makePair("cni0")
            let error = #expect(throws: NetlinkError.self) {
                _ = try connection.ensureLink(LinkSpec(name: "cni0", kind: .bridge()))
            }
            #expect(error?.errno == .fileExists)
            #expect(error?.description.contains("create link cni0 (bridge)") == true)
            #expect(error?.description.contains("veth") == true)
        }
    }

    @Test func errorsNameTheLink() throws {
        try withTestNamespace { _ in
            var connection = try RouteConnection.open()
            _ = try connection.makePair("veth3", peer: "eth0")
            let error = #expect(throws: NetlinkError.self) {
                try connection.createLink(LinkSpec(name: "veth3", kind: .veth(peer: VethPeer(name: "eth0"))))
            }
            #expect(error?.alreadyExists == true)
            #expect(error?.description.hasPrefix("create link veth3 (veth, peer eth0): file exists (EEXIST)") == true)
            let missing = #expect(throws: NetlinkError.self) { try connection.raiseLink(.name("nosuch")) }
            #expect(missing?.isNotFound == true)
            #expect(missing?.description.hasPrefix("change link nosuch: up: no such device (ENODEV)") == true)
        }
    }

    @Test(.enabled(if: KernelFeature.vxlan.isAvailable), arguments: [("192.0.2.1", "local"), ("fd00::1", "local6")])
    func aVXLANLinkHasItsOptions(local: String, key: String) throws {
        try withTestNamespace { _ in
            var connection = try RouteConnection.open()
            let carrier = try connection.makePair().near
            let options = VXLANOptions(
                identifier: 4096,
                port: Port(rawValue: 8472),
                carrier: carrier.index,
                local: try Given.address(local)
            )
            try connection.createLink(LinkSpec(name: "flannel.4096", kind: .vxlan(options), isUp: true))
            let data = try #require(try RouteWitness.one("link", "show", "flannel.4096")["linkinfo"]?["info_data"])
            #expect(data["id"]?.intValue == 4096)
            #expect(data["port"]?.intValue == 8472)
            #expect(data["link"]?.stringValue == "weft0")
            #expect(data[key]?.stringValue == local)
            #expect(data["learning"]?.boolValue == false)
        }
    }

    @Test(.enabled(if: KernelFeature.macvlan.isAvailable))
    func aMacvlanSitsOnItsLink() throws {
        try withTestNamespace { _ in
            var connection = try RouteConnection.open()
            let lower = try connection.makePair().near
            let options = MacvlanOptions(lowerLink: lower.index, mode: .vepa)
            try connection.createLink(LinkSpec(name: "mv0", kind: .macvlan(options)))
            let seen = try RouteWitness.one("link", "show", "mv0")
            #expect(seen["link"]?.stringValue == "weft0")
            #expect(seen["linkinfo"]?["info_data"]?["mode"]?.stringValue == "vepa")
            #expect(try connection.link(named: "mv0")?.lowerLink == lower.index)
        }
    }

    @Test(.enabled(if: KernelFeature.ipvlan.isAvailable))
    func anIPVLANSitsOnItsLink() throws {
        try withTestNamespace { _ in
            var connection = try RouteConnection.open()
            let lower = try connection.makePair().near
            let options = IPVLANOptions(lowerLink: lower.index, mode: .l3)
            try connection.createLink(LinkSpec(name: "iv0", kind: .ipvlan(options)))
            let seen = try RouteWitness.one("link", "show", "iv0")
            #expect(seen["linkinfo"]?["info_data"]?["mode"]?.stringValue == "l3")
        }
    }

    @Test(.enabled(if: KernelFeature.wireguard.isAvailable))
    func aWireGuardTunnelIsMade() throws {
        try withTestNamespace { _ in
            var connection = try RouteConnection.open()
            let link = try connection.ensureLink(LinkSpec(name: "wg0", kind: .wireguard, mtu: 1420, isUp: true))
            #expect(link.kind == "wireguard")
            let seen = try RouteWitness.one("link", "show", "wg0")
            #expect(seen["mtu"]?.intValue == 1420)
            #expect(seen["linkinfo"]?["info_kind"]?.stringValue == "wireguard")
        }
    }

    @Test(.enabled(if: KernelFeature.ifb.isAvailable))
    func anIFBIsMade() throws {
        try withTestNamespace { _ in
            var connection = try RouteConnection.open()
            #expect(try connection.ensureLink(LinkSpec(name: "bwp0", kind: .ifb, isUp: true)).kind == "ifb")
        }
    }

    @Test(.enabled(if: KernelFeature.dummy.isAvailable))
    func aDummyIsMade() throws {
        try withTestNamespace { _ in
            var connection = try RouteConnection.open()
            #expect(try connection.ensureLink(LinkSpec(name: "d0", kind: .dummy, isUp: true)).kind == "dummy")
        }
    }
}
