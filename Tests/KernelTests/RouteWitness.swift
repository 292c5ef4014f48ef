import JSONTree
import LinuxSystemTesting
import NetworkTypes
import RouteNetlink
import Testing

/// What `ip -j` says, read as JSON.
enum RouteWitness {
    /// The objects that `ip -d -j ARGUMENTS` lists in the calling thread's namespace.
    static func ip(_ arguments: String...) throws -> [JSONValue] {
        let text = try Witness.run("ip", ["-d", "-j"] + arguments)
        return text.isEmpty ? [] : try JSONValue(parsing: text).arrayValue ?? []
    }

    /// The one object that `ip -d -j ARGUMENTS` shows.
    static func one(_ arguments: String...) throws -> JSONValue {
        let text = try Witness.run("ip", ["-d", "-j"] + arguments)
        let values = try JSONValue(parsing: text).arrayValue ?? []
        #expect(values.count == 1, "\(text)")
        return try #require(values.first)
    }
}

extension RouteConnection {
    /// Makes a veth pair of two raised ends, as links to put addresses and routes on.
    mutating func makePair(_ name: String = "weft0", peer: String = "weft1") throws -> (near: Link, far: Link) {
        try createLink(LinkSpec(name: name, kind: .veth(peer: VethPeer(name: peer))))
        try raiseLink(.name(name))
        try raiseLink(.name(peer))
        return (try #require(try link(named: name)), try #require(try link(named: peer)))
    }
}

/// Text that a test knows to be an address, a prefix or a MAC address.
enum Given {
    static func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }
    static func prefix(_ text: String) throws -> IPPrefix { try #require(IPPrefix(text)) }
    static func mac(_ text: String) throws -> MACAddress { try #require(MACAddress(text)) }
}
