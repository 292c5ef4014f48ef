import JSONTree
import LinuxSystem
import LinuxSystemTesting
import Netlink
import NetworkTypes
import RouteNetlink
import Testing

@Suite(.enabled(if: KernelFeature.veth.isAvailable && KernelFeature.bridge.isAvailable))
struct NeighborTests {
    @Test(arguments: ["10.244.2.0", "fd00:10:244:2::"])
    func aNeighborIsKnownAndForgotten(text: String) throws {
        try withTestNamespace { _ in
            var connection = try RouteConnection.open()
            let link = try connection.makePair().near
            let (target, hardware) = (try Given.address(text), try Given.mac("0a:58:0a:f4:02:00"))
            try connection.replaceNeighbor(NeighborSpec(target, mac: hardware, link: link.index))
            let seen = try RouteWitness.one("neighbor", "show", text, "dev", "weft0")
            #expect(seen["lladdr"]?.stringValue == "0a:58:0a:f4:02:00")
            #expect(seen["state"]?.arrayValue == ["PERMANENT"])
            let other = try Given.mac("0a:58:0a:f4:02:01")
            try connection.replaceNeighbor(NeighborSpec(target, mac: other, link: link.index, state: .stale))
            let read = try connection.neighbors(family: target.family, link: link.index).filter { $0.address == target }
            #expect(read.map(\.mac) == [other])
            #expect(read.map(\.state) == [.stale])
            #expect(try connection.deleteNeighbor(target, link: link.index))
            let after = try connection.neighbors(family: target.family).filter { $0.address == target }
            #expect(after.allSatisfy { $0.state == .failed })
        }
    }

    @Test(arguments: ["10.244.2.9", "fd00:10:244:2::9"])
    func anUnknownNeighborIsNotForgotten(text: String) throws {
        try withTestNamespace { _ in
            var connection = try RouteConnection.open()
            let link = try connection.makePair().near
            #expect(try connection.deleteNeighbor(try Given.address(text), link: link.index) == false)
            let error = #expect(throws: NetlinkError.self) {
                try connection.replaceNeighbor(
                    NeighborSpec(try Given.address(text), mac: try Given.mac("02:00:00:00:00:01"), link: 9999)
                )
            }
            #expect(error?.errno == .noSuchDevice)
            #expect(error?.object == "\(text) at 02:00:00:00:00:01 on link 9999")
        }
    }

    @Test(.enabled(if: KernelFeature.vxlan.isAvailable), arguments: ["192.168.0.3", "fd00:192::3"])
    func aVXLANLinkForwardsByItsOwnTable(text: String) throws {
        try withTestNamespace { _ in
            var connection = try RouteConnection.open()
            let local = try Given.address(text).advanced(by: 10)
            let options = VXLANOptions(identifier: 1, port: Port(rawValue: 8472), local: local)
            try connection.createLink(LinkSpec(name: "weft.1", kind: .vxlan(options), isUp: true))
            let link = try #require(try connection.link(named: "weft.1"))
            let spec = ForwardingSpec(
                try Given.mac("0a:58:0a:f4:02:00"),
                link: link.index,
                table: .link,
                destination: try Given.address(text)
            )
            try connection.replaceForwardingEntry(spec)
            let lines = try Witness.run("bridge", "fdb", "show", "dev", "weft.1")
            #expect(lines.contains("0a:58:0a:f4:02:00 dst \(text) self permanent"))
            let read = try connection.forwardingEntries(link: link.index).filter { $0.mac == spec.mac }
            #expect(read.map(\.destination) == [spec.destination])
            #expect(read.first?.flags.contains(.ownTable) == true)
            #expect(read.first?.bridge == nil)
            #expect(try connection.deleteForwardingEntry(spec))
            #expect(try connection.deleteForwardingEntry(spec) == false)
        }
    }

    @Test func aBridgeForwardsToItsPort() throws {
        try withTestNamespace { _ in
            var connection = try RouteConnection.open()
            let bridge = try connection.ensureLink(LinkSpec(name: "cni0", kind: .bridge(), isUp: true))
            let port = try connection.makePair().near
            try connection.setMaster(of: .index(port.index), to: bridge.index)
            let spec = ForwardingSpec(
                try Given.mac("0a:58:0a:f4:01:05"),
                link: port.index,
                table: .bridge,
                state: [.noARP]
            )
            try connection.replaceForwardingEntry(spec)
            let lines = try Witness.run("bridge", "fdb", "show", "br", "cni0")
            #expect(lines.contains("0a:58:0a:f4:01:05 dev weft0 master cni0 static"))
            let read = try connection.forwardingEntries(link: port.index).filter { $0.mac == spec.mac }
            // A bridge that filters VLANs has the entry in its default VLAN, too.
            #expect(Set(read.map(\.bridge)) == [bridge.index])
            #expect(read.count { $0.vlan == nil } == 1)
            #expect(try connection.deleteForwardingEntry(spec))
        }
    }
}
