public import NetworkTypes

/// A set of ports of transport protocols, or everything: then of other protocols too, such as ICMP.
///
/// It is canonical: no range touches or holds another range or single port, so equal sets are equal values.
public struct PortSet: Hashable, Sendable {
    /// Whether it is everything; then there are no ranges.
    public private(set) var isEverything = false
    /// The ranges of several ports and the single ports, ordered and apart from each other.
    public private(set) var ranges: [PortRange] = []

    /// No port.
    public init() {}

    /// Ports of ranges, which may overlap.
    public init(_ ranges: some Sequence<PortRange>) { self.ranges = Self.merged(Array(ranges)) }

    /// Every port of every protocol, and what has no ports.
    public static let everything: PortSet = {
        var set = PortSet()
        set.isEverything = true
        return set
    }()

    /// Whether nothing is in it.
    public var isEmpty: Bool { !isEverything && ranges.isEmpty }

    /// Whether a port is in it; of a protocol without ports (nil), whether it is everything.
    public func contains(_ transport: TransportProtocol?, _ port: Port) -> Bool {
        isEverything || ranges.contains { $0.contains(transport, port) }
    }

    /// Adds another set's ports.
    public mutating func formUnion(_ other: PortSet) {
        if isEverything || other.isEmpty { return }
        guard !other.isEverything else {
            self = .everything
            return
        }
        if ranges.isEmpty {
            ranges = other.ranges
        } else if ranges != other.ranges {
            ranges = Self.merged(ranges + other.ranges)
        }
    }

    /// Single ports stay single beside each other: they are looked up by a hash, which is quicker to change than a
    /// set of intervals.
    private static func merged(_ ranges: [PortRange]) -> [PortRange] {
        guard ranges.count > 1 else { return ranges }
        var result: [PortRange] = []
        for range in ranges.sorted() {
            guard let last = result.last, last.transport == range.transport else {
                result.append(range)
                continue
            }
            let overlaps = range.first <= last.last
            let touches = Int(range.first.rawValue) == Int(last.last.rawValue) + 1
            if overlaps || touches && !range.isSingle && !last.isSingle {
                result[result.count - 1] = PortRange(range.transport, last.first, max(last.last, range.last))
            } else {
                result.append(range)
            }
        }
        return result
    }
}
