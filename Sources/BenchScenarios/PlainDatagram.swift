import IPVS
import NFTables
import Netlink
import ServiceProxy

/// Netlink messages as one send(2) takes them, made beforehand.
struct PlainDatagram: Sendable {
    /// Whom it is for.
    enum Subsystem: Int32, CaseIterable, Sendable {
        /// NETLINK_ROUTE.
        case routes = 0
        /// NETLINK_NETFILTER.
        case rules = 12
        /// NETLINK_GENERIC.
        case virtualServers = 16
    }

    let subsystem: Subsystem
    let bytes: [UInt8]
    /// How many of its messages ask for an acknowledgement.
    let answerCount: Int
    /// What a message is about, by its place; the kernel's numbers of them follow each other.
    let name: @Sendable (Int) -> String

    init(_ subsystem: Subsystem, _ bytes: [UInt8], name: @escaping @Sendable (Int) -> String) {
        self.subsystem = subsystem
        self.bytes = bytes
        self.name = name
        var (start, count) = (0, 0)
        // struct nlmsghdr: 32 bits of length, 16 of type, 16 of flags, of which NLM_F_ACK is 4.
        while let length = Self.integer(bytes, start, 4), length >= 16, let flags = Self.integer(bytes, start + 6, 2) {
            if flags & 4 != 0 { count += 1 }
            start += (length + 3) & ~3
        }
        answerCount = count
    }

    /// The number of its first message.
    var firstSequence: UInt32 { UInt32(truncatingIfNeeded: Self.integer(bytes, 8, 4) ?? 0) }

    /// A number in the host's order, as netlink has its headers.
    private static func integer(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int? {
        guard start + count <= bytes.count else { return nil }
        let part = bytes[start..<start + count]
        #if _endian(big)
            return part.reduce(0) { $0 << 8 | Int($1) }
        #else
            return part.reversed().reduce(0) { $0 << 8 | Int($1) }
        #endif
    }
}

extension CommittedWrite {
    /// The very same once more, for the calling thread's kernel.
    ///
    /// - Throws: why it can't be encoded, or the kernel has no IPVS.
    func datagrams() throws -> [PlainDatagram] {
        switch self {
        case .rules(let transaction):
            let bytes = try transaction.encoded().bytes()
            return [PlainDatagram(.rules, bytes) { "message \($0) of a batch of rules" }]
        case .routes(let requests):
            guard !requests.isEmpty else { return [] }
            var builder = MessageBuilder(capacity: requests.count * 128)
            for request in requests { request.append(to: &builder, adding: .acknowledge) }
            return [PlainDatagram(.routes, try builder.finish()) { "\(requests[$0].operation) \(requests[$0].object)" }]
        case .virtualServers(let changes):
            // It knows the number that this kernel gave the family IPVS.
            var connection = try IPVSConnection.open()
            return try connection.datagrams(of: changes).map { datagram in
                PlainDatagram(.virtualServers, datagram.bytes) { "\(datagram.changes[$0])" }
            }
        }
    }
}
