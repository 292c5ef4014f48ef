public import NetworkTypes

/// The first packet of an SCTP association (RFC 9260, 3.3.2: INIT), sent and seen without the kernel's SCTP.
///
/// For rules that only ask whether such a packet comes through.
public struct SCTPInitiation: Hashable, Sendable {
    /// What the packet is known by where it arrives; not 0.
    public let tag: UInt32

    /// A packet with this tag.
    public init(tag: UInt32) { self.tag = tag }

    /// Sends it from the calling thread's network namespace.
    ///
    /// - Parameters:
    ///   - source: one of the namespace's addresses.
    ///   - target: address and port.
    /// - Throws: why there is no raw socket, or no way.
    public func send(from source: IPAddress, to target: IPEndpoint) throws(TrafficError) {
        let socket = try InternetSocket(rawSCTP: target.family)
        try socket.bind(to: IPEndpoint(address: source, port: 0))
        // A raw socket takes the port of an IPv6 address for the protocol's number.
        try socket.send(packet(to: target.port), to: IPEndpoint(address: target.address, port: 0))
    }

    func packet(to port: Port) -> [UInt8] {
        // The source port tells one association of two hosts from another.
        let source = UInt16(truncatingIfNeeded: tag) | 0x8000
        var packet = Self.bytes(source) + Self.bytes(port.rawValue) + [0, 0, 0, 0] + [0, 0, 0, 0]
        packet += [1, 0] + Self.bytes(UInt16(20))
        packet += Self.bytes(tag) + Self.bytes(UInt32(65_536)) + Self.bytes(UInt16(1)) + Self.bytes(UInt16(1))
        packet += Self.bytes(UInt32(1))
        let checksum = Self.crc32c(packet)
        // The checksum is the only field with its lowest byte first.
        for index in 0..<4 { packet[8 + index] = UInt8(truncatingIfNeeded: checksum >> (8 * UInt32(index))) }
        return packet
    }

    /// The tag of a packet that is the first one of an association.
    init?(_ packet: ArraySlice<UInt8>) {
        let bytes = Array(packet)
        guard bytes.count >= 32, bytes[12] == 1 else { return nil }
        self.init(tag: bytes[16..<20].reduce(0) { $0 << 8 | UInt32($1) })
    }

    private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        (0..<value.bitWidth / 8).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// RFC 9260, appendix A: CRC32c, polynomial 0x1EDC6F41 with its bits turned.
    static func crc32c(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { register, byte in
            (0..<8).reduce(register ^ UInt32(byte)) { value, _ in
                value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1
            }
        }
    }
}

/// Sees the first packets of SCTP associations that arrive in a network namespace, whether anybody wants them or not.
public final class SCTPArrivals {
    private let sockets: [InternetSocket]
    private var tags: Set<UInt32> = []

    /// Begins to see them, in the calling thread's network namespace.
    ///
    /// - Throws: why there are no raw sockets.
    public init() throws(TrafficError) {
        sockets = [try InternetSocket(rawSCTP: .ipv4), try InternetSocket(rawSCTP: .ipv6)]
    }

    /// Whether a packet has arrived so far.
    public func contains(_ packet: SCTPInitiation) -> Bool {
        for socket in sockets {
            while let bytes = try? socket.receiveWaiting().bytes {
                // IPv4's raw sockets give the header too.
                let header = socket.family == .ipv4 ? Int(bytes.first ?? 0) % 16 * 4 : 0
                if let packet = SCTPInitiation(bytes.dropFirst(header)) { tags.insert(packet.tag) }
            }
        }
        return tags.contains(packet.tag)
    }
}
