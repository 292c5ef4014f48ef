public import Netlink

/// A queueing discipline as the kernel has it.
public struct QueueingDiscipline: Hashable, Sendable {
    /// The index of its link.
    public var link: UInt32
    /// What it is: "tbf", "ingress", "noqueue".
    public var kind: String
    /// A token bucket's rate in bytes a second; nil for other kinds.
    public var rate: UInt64?

    /// Reads an RTM_NEWQDISC message.
    ///
    /// - Throws: `.malformed`.
    init(_ message: NetlinkMessage) throws(NetlinkError) {
        link = try message.field(at: 4, as: UInt32.self)
        kind = ""
        var attributes = try message.attributes(after: 20)
        while attributes.next() {
            switch attributes.type {
            case TrafficAttribute.kind: kind = attributes.string()
            case TrafficAttribute.options where kind == "tbf":
                attributes.nested { rate = Self.rate(&$0) }
            default: continue
            }
        }
        try attributes.finish()
    }

    private static func rate(_ options: inout AttributeReader) -> UInt64? {
        var rate: UInt64?
        while options.next() {
            switch options.type {
            // TCA_TBF_PARMS, TCA_TBF_RATE64.
            case 1 where rate == nil && options.payload.count >= 12:
                let bytes = options.payload.dropFirst(8).prefix(4)
                rate = bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
            case 4: rate = options.uint64()
            default: continue
            }
        }
        return rate
    }
}

extension RouteConnection {
    /// The queueing disciplines of a link.
    ///
    /// - Throws: `.kernel`, `.interrupted`, ...
    public mutating func disciplines(link: UInt32) throws(NetlinkError) -> [QueueingDiscipline] {
        let all = try list(.getDisciplines(link: link), type: RouteMessage.newDiscipline) {
            message throws(NetlinkError) in try QueueingDiscipline(message)
        }
        return all.filter { $0.link == link }
    }
}
