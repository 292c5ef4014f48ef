import Netlink
import NetlinkTesting
import NetworkTypes
import RouteNetlink
import Testing

/// Decoding of what the kernel sent, and of what it never would.
struct DecodingTests {
    private func message(_ bytes: [UInt8]) throws -> NetlinkMessage {
        try #require(try NetlinkMessage.parse(bytes).first)
    }

    @Test func aBridgesPort() throws {
        let link = try Link(message(KernelMessages.bridgePort))
        #expect(link.name == "veth3")
        #expect(link.alternativeNames == ["pod-default-web"])
        #expect(link.kind == "veth")
        #expect(link.mac == MACAddress("02:00:00:00:00:03"))
        #expect(link.mtu == 1500)
        #expect(link.alias == "web")
        #expect(link.index == 4)
        #expect(link.lowerLink == 3)
        #expect(link.master == 2)
        #expect(link.promiscuity == 1)
        #expect(link.transmitQueueLength == 1000)
        #expect(link.operationalState == .lowerLayerDown)
        #expect(link.isUp)
        #expect(link.bridgePort?.hairpin == true)
        #expect(link.bridgePort?.isolated == false)
        #expect(link.bridgePort?.learning == true)
    }

    @Test func addressesOfBothFamilies() throws {
        let four = try #require(try Address(message(KernelMessages.ipv4Address)))
        #expect("\(four.prefix)" == "192.168.0.2/24")
        #expect(four.broadcast == IPv4Address("192.168.0.255"))
        #expect(four.label == "eth0")
        #expect(four.flags == .permanent)
        #expect(four.link == 3)
        let six = try #require(try Address(message(KernelMessages.ipv6Address)))
        #expect("\(six.prefix)" == "fd00:192::2/64")
        #expect(six.flags == [.permanent, .noDuplicateDetection])
        #expect([four.peer, six.peer] == [nil, nil])
        #expect([four.scope, six.scope] == [.global, .global])
    }

    @Test(arguments: [
        (KernelMessages.ipv4Route, "10.244.2.0/24 via 192.168.0.3 on link 3 src 192.168.0.2"),
        (KernelMessages.ipv6Route, "fd00:10:244:2::/64 via fd00:192::3 on link 3 src fd00:192::2"),
        (KernelMessages.ipv4RouteOverIPv6, "10.9.0.0/16 via fd00:192::3 on link 3"),
        (KernelMessages.ipv4NextHops, "10.244.2.0/24"),
        (KernelMessages.ipv6NextHops, "fd00:10:244:2::/64"),
    ])
    func routes(bytes: [UInt8], text: String) throws {
        let route = try #require(try Route(message(bytes)))
        #expect("\(route.spec)" == text)
        #expect(route.spec.table == .main)
        #expect(route.spec.scope == nil)
        #expect(route.spec.metric == nil)
        #expect(route.nextHops.map(\.weight) == (text.contains("via") ? [] : [3, 1]))
    }

    @Test(arguments: [
        (KernelMessages.ipv4Neighbor, "192.168.0.3"), (KernelMessages.ipv6Neighbor, "fd00:192::3"),
    ])
    func neighbors(bytes: [UInt8], text: String) throws {
        let neighbor = try #require(try Neighbor(message(bytes)))
        #expect("\(neighbor.address)" == text)
        #expect(neighbor.mac == MACAddress("0a:58:0a:f4:02:00"))
        #expect(neighbor.state == .permanent)
        #expect(neighbor.link == 3)
        #expect(try ForwardingEntry(message(bytes)) == nil)
    }

    @Test func aForwardingEntry() throws {
        let entry = try #require(try ForwardingEntry(message(KernelMessages.forwardingEntry)))
        #expect(entry.mac == MACAddress("0a:58:0a:f4:01:05"))
        #expect(entry.bridge == 2)
        #expect(entry.link == 4)
        #expect(entry.state == .noARP)
        #expect(try Neighbor(message(KernelMessages.forwardingEntry)) == nil)
    }

    @Test func otherFamiliesAreLeftOut() throws {
        for bytes in [KernelMessages.ipv4Address, KernelMessages.ipv4Route, KernelMessages.ipv4Neighbor] {
            var other = bytes
            other[16] = 28  // AF_MPLS
            #expect(try RouteChange(message(other)) == nil)
        }
    }

    @Test func aFamilyThatItsAddressIsNotOfIsRefused() throws {
        for bytes in [KernelMessages.ipv4Address, KernelMessages.ipv4Route, KernelMessages.ipv4Neighbor] {
            var wrong = bytes
            wrong[16] = IPFamily.ipv6.rawValue
            let error = #expect(throws: NetlinkError.self) { _ = try RouteChange(self.message(wrong)) }
            #expect(error?.code == .malformed)
        }
    }

    @Test(arguments: KernelMessages.all)
    func everyPrefixAndEveryChangedByteReturnsOrThrows(golden: [UInt8]) {
        let result = MutationCheck.runMessages(golden) { message in _ = try RouteChange(message) }
        #expect(result.total == golden.count * 256 + 1)
        #expect(result.threw > golden.count)
        #expect(result.returned > 0)
    }
}
