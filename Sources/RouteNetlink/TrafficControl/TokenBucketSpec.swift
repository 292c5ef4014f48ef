import Netlink

/// A token bucket (`tbf`, tc-tbf(8)) at the root of a link: what leaves by it is slowed down to a rate.
public struct TokenBucketSpec: Hashable, Sendable {
    /// The index of the link.
    public var link: UInt32
    /// Bytes a second.
    public var rate: UInt64
    /// Bytes that may go at once.
    public var burst: UInt32
    /// Bytes that may wait; what comes above is dropped.
    public var limit: UInt32

    /// Describes a token bucket.
    ///
    /// - Parameters:
    ///   - link: the index of the link.
    ///   - rate: bytes a second.
    ///   - burst: bytes that may go at once.
    ///   - limit: bytes that may wait.
    public init(link: UInt32, rate: UInt64, burst: UInt32, limit: UInt32) {
        self.link = link
        self.rate = rate
        self.burst = burst
        self.limit = limit
    }

    /// TCA_OPTIONS of tbf (linux/pkt_sched.h): struct tc_tbf_qopt, the burst in bytes, and what a rate of 32 bits has no
    /// room for.
    func encode(into writer: inout AttributeWriter) {
        let small = UInt32(clamping: rate)
        // TCA_TBF_PARMS.
        writer.nested(1, flagged: false) { writer in
            writer.ratespec(small)
            writer.ratespec(0)
            writer.append(limit)
            writer.append(UInt32(0))
            writer.append(UInt32(0))
        }
        // TCA_TBF_RATE64, TCA_TBF_BURST.
        if rate >= UInt64(UInt32.max) { writer.attribute(4, rate) }
        writer.attribute(6, burst)
    }
}

extension AttributeWriter {
    /// struct tc_ratespec (12 bytes) with link layer Ethernet, for which no table is needed.
    mutating func ratespec(_ rate: UInt32) {
        append(UInt8(0))
        append(UInt8(1))
        append(UInt16(0))
        append(UInt16(0))
        append(UInt16(0))
        append(rate)
    }
}

extension TokenBucketSpec: CustomStringConvertible {
    /// "tbf on link 7: 125000 bytes/s".
    public var description: String { "tbf on link \(link): \(rate) bytes/s" }
}
