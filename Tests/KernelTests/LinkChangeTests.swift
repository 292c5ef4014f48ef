import JSONTree
import LinuxSystem
import LinuxSystemTesting
import Netlink
import NetworkTypes
import RouteNetlink
import Testing

@Suite(.enabled(if: KernelFeature.veth.isAvailable && KernelFeature.bridge.isAvailable))
struct LinkChangeTests {
    @Test func allThatCanChangeAtOnceChanges() throws {
        try withTestNamespace { _ in
            var connection = try RouteConnection.open()
            let bridge = try connection.ensureLink(LinkSpec(name: "cni0", kind: .bridge()))
            let link = try connection.makePair().near
            var change = LinkChange.up(false)
            change.mac = try Given.mac("02:00:00:00:00:99")
            change.mtu = 1400
            change.master = bridge.index
            change.alias = "pod default/web"
            change.isPromiscuous = true
            try connection.setLink(.index(link.index), change)
            let seen = try RouteWitness.one("link", "show", "weft0")
            #expect(seen["address"]?.stringValue == "02:00:00:00:00:99")
            #expect(seen["mtu"]?.intValue == 1400)
            #expect(seen["master"]?.stringValue == "cni0")
            #expect(seen["ifalias"]?.stringValue == "pod default/web")
            let flags = try #require(seen["flags"]?.arrayValue)
            #expect(flags.contains("PROMISC"))
            #expect(!flags.contains("UP"))
            #expect(try connection.link(named: "weft0")?.alias == "pod default/web")
            try connection.setMaster(of: .name("weft0"), to: nil)
            #expect(try connection.link(named: "weft0")?.master == nil)
        }
    }

    @Test func raisingLeavesOtherFlagsAlone() throws {
        try withTestNamespace { namespace in
            var connection = try RouteConnection.open()
            _ = try connection.makePair()
            try namespace.witness("ip", "link", "set", "weft0", "down", "promisc", "on")
            try connection.raiseLink(.name("weft0"))
            #expect(try connection.link(named: "weft0")?.flags.contains([.up, .promiscuous]) == true)
        }
    }

    @Test func aBridgePortsSettingsAreSetAndReadBack() throws {
        try withTestNamespace { _ in
            var connection = try RouteConnection.open()
            let bridge = try connection.ensureLink(LinkSpec(name: "cni0", kind: .bridge()))
            let link = try connection.makePair().near
            try connection.setMaster(of: .index(link.index), to: bridge.index)
            var settings = BridgePortSettings(hairpin: true, isolated: true)
            settings.learning = false
            settings.neighborSuppression = true
            settings.unicastFlood = false
            try connection.setBridgePort(index: link.index, settings)
            let data = try #require(try RouteWitness.one("link", "show", "weft0")["linkinfo"]?["info_slave_data"])
            #expect(data["hairpin"]?.boolValue == true)
            #expect(data["isolated"]?.boolValue == true)
            #expect(data["learning"]?.boolValue == false)
            #expect(data["flood"]?.boolValue == false)
            #expect(data["neigh_suppress"]?.boolValue == true)
            #expect(try connection.link(named: "weft0")?.bridgePort == settings)
            try connection.setBridgePort(index: link.index, BridgePortSettings(hairpin: false))
            settings.hairpin = false
            #expect(try connection.link(named: "weft0")?.bridgePort == settings)
        }
    }

    @Test func aLinkThatIsNoPortHasNoPortSettings() throws {
        try withTestNamespace { _ in
            var connection = try RouteConnection.open()
            let link = try connection.makePair().near
            let error = #expect(throws: NetlinkError.self) {
                try connection.setBridgePort(index: link.index, BridgePortSettings(hairpin: true))
            }
            #expect(error?.code == .kernel)
            #expect(error?.object == "link \(link.index)")
            #expect(link.bridgePort == nil)
        }
    }

    @Test func aLinkIsRenamedAndMoved() throws {
        try withTestNamespaces(2) { namespaces in
            var connection = try RouteConnection.open(in: namespaces[0].namespace)
            try connection.createLink(LinkSpec(name: "tmp0", kind: .veth(peer: VethPeer(name: "tmp1"))))
            let link = try #require(try connection.link(named: "tmp1"))
            try connection.renameLink(index: link.index, to: "eth0")
            try connection.moveLink(.name("eth0"), to: namespaces[1].namespace)
            #expect(try connection.link(named: "eth0") == nil)
            var other = try RouteConnection.open(in: namespaces[1].namespace)
            let moved = try #require(try other.link(named: "eth0"))
            #expect(moved.mac == link.mac)
            let near = try #require(try connection.link(named: "tmp0"))
            #expect(near.lowerLink == moved.index)
            #expect(near.lowerLinkNamespaceID != nil)
        }
    }

    @Test func linksAreFoundByEveryNameWithoutADump() throws {
        try withTestNamespace { namespace in
            var connection = try RouteConnection.open()
            let link = try connection.makePair().near
            let long = "an-alternative-name-longer-than-15-bytes"
            try namespace.witness("ip", "link", "property", "add", "dev", "weft0", "altname", "short", "altname", long)
            for name in ["weft0", "short", long] { #expect(try connection.link(named: name)?.index == link.index) }
            #expect(Set(try connection.link(index: link.index)?.alternativeNames ?? []) == ["short", long])
            #expect(try connection.link(named: "nosuch") == nil)
            #expect(try connection.link(named: "a-name-longer-than-15-bytes-that-is-none") == nil)
            #expect(try connection.link(index: 9999) == nil)
        }
    }

    @Test func listsAreFilteredByKindAndMaster() throws {
        try withTestNamespace { _ in
            var connection = try RouteConnection.open()
            let bridge = try connection.ensureLink(LinkSpec(name: "cni0", kind: .bridge()))
            for index in 0..<20 {
                try connection.createLink(
                    LinkSpec(
                        name: "a\(index)",
                        kind: .veth(peer: VethPeer(name: "b\(index)")),
                        master: index < 7 ? bridge.index : nil
                    )
                )
            }
            #expect(try connection.links().count == 42)
            #expect(try connection.links(LinkFilter(kind: "veth")).count == 40)
            #expect(try connection.links(LinkFilter(kind: "bridge")).map(\.name) == ["cni0"])
            #expect(try connection.links(LinkFilter(master: bridge.index)).count == 7)
            let names = try RouteWitness.ip("link", "show").compactMap { $0["ifname"]?.stringValue }
            #expect(try Set(connection.links().map(\.name)) == Set(names))
        }
    }

    @Test func deletingTakesThePeerAlongAndTellsWhatWasNotThere() throws {
        try withTestNamespaces(2) { namespaces in
            var connection = try RouteConnection.open(in: namespaces[0].namespace)
            let peer = VethPeer(name: "eth0", namespace: namespaces[1].namespace)
            try connection.createLink(LinkSpec(name: "weft0", kind: .veth(peer: peer)))
            #expect(try connection.deleteLink(.name("weft0")))
            #expect(try connection.deleteLink(.name("weft0")) == false)
            #expect(try connection.deleteLink(.index(4711)) == false)
            var other = try RouteConnection.open(in: namespaces[1].namespace)
            #expect(try other.link(named: "eth0") == nil)
        }
    }

    @Test func loopbackCannotBeRemoved() throws {
        try withTestNamespace { _ in
            var connection = try RouteConnection.open()
            let error = #expect(throws: NetlinkError.self) { try connection.deleteLink(.name("lo")) }
            #expect(error?.errno == .notSupported)
            #expect(try connection.link(named: "lo")?.flags.contains([.loopback, .up]) == true)
        }
    }

    @Test func aBatchNamesTheFirstFailedLink() throws {
        try withTestNamespace { _ in
            var connection = try RouteConnection.open()
            var batch = RouteBatch()
            for index in 0..<50 { batch.append(.createLink(LinkSpec(name: "br\(index)", kind: .bridge()))) }
            batch.append(.createLink(LinkSpec(name: "br7", kind: .bridge())))
            batch.append(.createLink(LinkSpec(name: "after", kind: .bridge())))
            let error = #expect(throws: NetlinkError.self) { try connection.commit(batch) }
            #expect(error?.object == "br7 (bridge)")
            #expect(error?.alreadyExists == true)
            // The kernel goes on after a failed one.
            #expect(try connection.link(named: "after") != nil)
            #expect(try connection.links(LinkFilter(kind: "bridge")).count == 51)
        }
    }
}
