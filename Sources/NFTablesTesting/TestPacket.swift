public import NFTables
public import NetworkTypes

/// The first packet of a connection, as rules see it.
public struct TestPacket: Hashable, Sendable {
    /// Where it comes from.
    public var source: IPEndpoint
    /// Where it goes.
    public var destination: IPEndpoint
    /// The transport protocol.
    public var transport: TransportProtocol
    /// `meta mark`.
    public var mark: UInt32 = 0
    /// `meta priority`, the scratch field.
    public var priority: UInt32 = 0
    /// `ct state`.
    public var state: ConnectionState = .new
    /// `ct status`; a translation adds its bits.
    public var status: ConnectionStatus = []
    /// `ct mark`.
    public var connectionMark: UInt32 = 0
    /// The flags of a TCP packet; SYN alone opens a connection.
    public var tcpFlags: UInt8 = 0x02
    /// The interface that it came in by; nil for the host's own.
    public var inputInterface: String?
    /// The interface that it leaves by, once that is known.
    public var outputInterface: String?

    /// A packet between two endpoints of one family.
    public init(
        _ transport: TransportProtocol,
        from source: IPEndpoint,
        to destination: IPEndpoint,
        inputInterface: String? = nil
    ) {
        self.transport = transport
        self.source = source
        self.destination = destination
        self.inputInterface = inputInterface
    }

    /// The IP family.
    public var family: IPFamily { destination.family }

    /// The IPv4 or IPv6 header, with what rules read: version, protocol, addresses.
    var networkHeader: [UInt8] {
        switch family {
        case .ipv4:
            let fixed: [UInt8] = [0x45, 0, 0, 60, 0, 0, 0x40, 0, 64, transport.rawValue, 0, 0]
            return fixed + source.address.bytes + destination.address.bytes
        case .ipv6:
            return [0x60, 0, 0, 0, 0, 40, transport.rawValue, 64] + source.address.bytes + destination.address.bytes
        }
    }

    /// The ports, then zeros but for TCP's flags: enough for what rules read of TCP, UDP and SCTP.
    var transportHeader: [UInt8] {
        var header = source.port.bytes + destination.port.bytes + [UInt8](repeating: 0, count: 16)
        if transport == .tcp { header[13] = tcpFlags }
        return header
    }
}

/// What became of a packet at its last hook.
public struct Outcome: Hashable, Sendable {
    /// The end of a packet's way.
    public enum Fate: Hashable, Sendable {
        /// It went on, to the host itself or out.
        case accepted
        /// A rule or policy discarded it silently.
        case dropped
        /// A rule discarded it and told the sender.
        case rejected
    }

    /// The end of its way.
    public var fate: Fate
    /// The packet as it left: translated, marked.
    public var packet: TestPacket
    /// Whether a rule asked to hide its source behind the outgoing interface.
    public var isMasqueraded = false
    /// The chains and verdicts that it met, in order: `ip weft services: goto n2`.
    public var trace: [String] = []
}

/// What the evaluator needs to know of the host: its addresses, its routes, its dice.
public struct TestHost: Sendable {
    /// Addresses of its own, which `fib type local` and the routing decision see.
    public var addresses: Set<IPAddress>
    /// The interface that leads to an address.
    public var route: @Sendable (IPAddress) -> String
    /// A number below the bound, for numgen and hashes.
    public var random: @Sendable (_ below: UInt32) -> UInt32

    /// A host with these addresses, one interface and fair dice.
    public init(
        addresses: Set<IPAddress>,
        route: @escaping @Sendable (IPAddress) -> String = { _ in "eth0" },
        random: @escaping @Sendable (UInt32) -> UInt32 = { UInt32.random(in: 0..<max(1, $0)) }
    ) {
        self.addresses = addresses
        self.route = route
        self.random = random
    }

    func isLocal(_ address: IPAddress) -> Bool { addresses.contains(address) || address.isLoopback }
}
