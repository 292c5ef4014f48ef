import JSONTree
import LinuxSystem
import LinuxSystemTesting
import Netlink
import NetworkTypes
import RouteNetlink
import Testing

@Suite(.enabled(if: KernelFeature.veth.isAvailable))
struct AddressTests {
    private func shown(_ link: String, family: IPFamily) throws -> [JSONValue] {
        let all = try RouteWitness.ip("address", "show", "dev", link).first?["addr_info"]?.arrayValue ?? []
        return all.filter { $0["family"]?.stringValue == (family == .ipv4 ? "inet" : "inet6") }
    }

    @Test(arguments: ["10.244.1.5/24", "fd00:10:244:1::5/64"])
    func anAddressIsUsableAtOnce(text: String) throws {
        try withTestNamespace { _ in
            var connection = try RouteConnection.open()
            let link = try connection.makePair().near
            let wanted = try Given.prefix(text)
            try connection.addAddress(AddressSpec(wanted, link: link.index, flags: .noDuplicateDetection))
            let seen = try shown("weft0", family: wanted.family).filter { $0["scope"]?.stringValue == "global" }
            #expect(seen.count == 1)
            #expect(seen.first?["local"]?.stringValue == wanted.address.description)
            #expect(seen.first?["prefixlen"]?.intValue == wanted.length)
            #expect(seen.first?["tentative"] == nil)
            let read = try connection.addresses(AddressFilter(family: wanted.family, link: link.index))
            let mine = try #require(read.first { $0.prefix == wanted })
            #expect(mine.flags.contains(.permanent))
            #expect(!mine.flags.contains(.tentative))
            #expect(mine.scope == .global)
            #expect(mine.peer == nil)
        }
    }

    @Test(arguments: ["10.244.1.5/24", "fd00:10:244:1::5/64"])
    func addingTwiceIsAnErrorAndReplacingIsNot(text: String) throws {
        try withTestNamespace { _ in
            var connection = try RouteConnection.open()
            let link = try connection.makePair().near
            var spec = AddressSpec(
                try Given.prefix(text),
                link: link.index,
                flags: [.noDuplicateDetection, .noPrefixRoute]
            )
            try connection.addAddress(spec)
            let error = #expect(throws: NetlinkError.self) { try connection.addAddress(spec) }
            #expect(error?.alreadyExists == true)
            #expect(error?.object == "\(text) on link \(link.index)")
            try connection.replaceAddress(spec)
            #expect(try connection.deleteAddress(spec.prefix, link: link.index))
            #expect(try connection.deleteAddress(spec.prefix, link: link.index) == false)
            spec.link = 9999
            let missing = #expect(throws: NetlinkError.self) { try connection.addAddress(spec) }
            #expect(missing?.errno == .noSuchDevice)
        }
    }

    @Test(arguments: ["10.244.1.5/24", "fd00:10:244:1::5/64"])
    func withoutAPrefixRouteThereIsNone(text: String) throws {
        try withTestNamespace { _ in
            var connection = try RouteConnection.open()
            let link = try connection.makePair().near
            let wanted = try Given.prefix(text)
            try connection.addAddress(
                AddressSpec(wanted, link: link.index, flags: [.noPrefixRoute, .noDuplicateDetection])
            )
            #expect(
                try !connection.routes(RouteFilter(family: wanted.family)).contains { $0.destination == wanted.masked }
            )
            try connection.deleteAddress(wanted, link: link.index)
            try connection.addAddress(AddressSpec(wanted, link: link.index, flags: .noDuplicateDetection))
            #expect(
                try connection.routes(RouteFilter(family: wanted.family)).contains { $0.destination == wanted.masked }
            )
        }
    }

    @Test func anIPv4AddressHasItsBroadcastLabelAndPeer() throws {
        try withTestNamespace { _ in
            var connection = try RouteConnection.open()
            let link = try connection.makePair().near
            var spec = AddressSpec(try Given.prefix("192.0.2.1/24"), link: link.index)
            spec.broadcast = IPv4Address("192.0.2.255")
            spec.label = "weft0:web"
            try connection.addAddress(spec)
            var pointToPoint = AddressSpec(try Given.prefix("198.51.100.1/32"), link: link.index, scope: .link)
            pointToPoint.peer = try Given.address("198.51.100.2")
            try connection.addAddress(pointToPoint)
            // The kernel lists the nearer scope first.
            let seen = try shown("weft0", family: .ipv4).reversed() as [JSONValue]
            #expect(seen.count == 2)
            #expect(seen[0]["broadcast"]?.stringValue == "192.0.2.255")
            #expect(seen[0]["label"]?.stringValue == "weft0:web")
            #expect(seen[1]["address"]?.stringValue == "198.51.100.2")
            #expect(seen[1]["scope"]?.stringValue == "link")
            let read: [Address] = try connection.addresses(AddressFilter(family: .ipv4, link: link.index)).reversed()
            #expect(read.map(\.peer) == [nil, pointToPoint.peer])
            #expect(read.map(\.label) == ["weft0:web", "weft0"])
            #expect(read.first?.broadcast == spec.broadcast)
            #expect(read.last?.scope == .link)
        }
    }

    @Test func listsAreFilteredByFamilyAndLink() throws {
        try withTestNamespace { _ in
            var connection = try RouteConnection.open()
            let (near, far) = try connection.makePair()
            for link in [near, far] {
                for index in 1...20 {
                    let four = try Given.prefix("10.\(link.index).0.\(index)/24")
                    let six = try Given.prefix("fd00:\(link.index)::\(index)/64")
                    try connection.addAddress(AddressSpec(four, link: link.index))
                    try connection.addAddress(AddressSpec(six, link: link.index, flags: .noDuplicateDetection))
                }
            }
            #expect(try connection.addresses(AddressFilter(family: .ipv4)).count == 41)
            #expect(try connection.addresses(AddressFilter(family: .ipv4, link: near.index)).count == 20)
            let six = try connection.addresses(AddressFilter(family: .ipv6, link: far.index))
            #expect(six.filter { !$0.prefix.address.isLinkLocal }.count == 20)
            #expect(try connection.addresses(AddressFilter(link: 9999)).isEmpty)
            let all = try RouteWitness.ip("address", "show").flatMap { $0["addr_info"]?.arrayValue ?? [] }
            #expect(try connection.addresses().count == all.count)
        }
    }

    @Test func loopbackAddressesAreOfTheHost() throws {
        try withTestNamespace { _ in
            var connection = try RouteConnection.open()
            for text in ["127.0.0.1/8", "::1/128"] {
                let found = try connection.addresses().first { "\($0.prefix)" == text }
                #expect(found?.scope == .host)
                #expect(AddressSpec(try Given.prefix(text), link: 1).scope == .host)
            }
        }
    }
}
