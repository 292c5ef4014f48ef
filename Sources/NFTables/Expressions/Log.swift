import Netlink

/// `enum nft_log_attributes`.
private enum Attribute {
    static let group: UInt16 = 1
    static let prefix: UInt16 = 2
    static let snapLength: UInt16 = 3
    static let queueThreshold: UInt16 = 4
    static let level: UInt16 = 5
    static let flags: UInt16 = 6
}

/// Reports packets: to listeners of a netlink group, or to the kernel's log.
public struct Log: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "log"

    /// Where reports go.
    public enum Destination: Hashable, Sendable {
        /// The nfnetlink_log group, with at most so many bytes of each packet (0 for all), so many packets at once.
        case group(UInt16, snapLength: UInt32? = nil, queueThreshold: UInt16? = nil)
        /// The kernel's log, with a syslog level (4 is "warn", nft's default).
        case kernel(level: UInt32)
    }

    /// Where reports go.
    public var destination: Destination
    /// Text in each report; at most 127 bytes.
    public var prefix: String?

    /// Makes the expression.
    public init(_ destination: Destination, prefix: String? = nil) {
        self.destination = destination
        self.prefix = prefix
    }

    func encode(into writer: inout AttributeWriter) {
        if let prefix { writer.attribute(Attribute.prefix, string: prefix) }
        switch destination {
        case .group(let group, let snapLength, let queueThreshold):
            writer.attribute(Attribute.group, network: group)
            if let snapLength { writer.attribute(Attribute.snapLength, network: snapLength) }
            if let queueThreshold { writer.attribute(Attribute.queueThreshold, network: queueThreshold) }
        case .kernel(let level):
            writer.attribute(Attribute.level, network: level)
            writer.attribute(Attribute.flags, network: UInt32(0))
        }
    }

    /// In libnftnl's notation.
    public var description: String {
        let text = "log" + (prefix.map { " prefix \($0)" } ?? "")
        switch destination {
        case .group(let group, let snapLength, let queueThreshold):
            return text + " group \(group) snaplen \(snapLength ?? 0) qthreshold \(queueThreshold ?? 0)"
        case .kernel(let level): return text + " level \(level)"
        }
    }
}
