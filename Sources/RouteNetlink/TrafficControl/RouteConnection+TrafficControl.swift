import LinuxSystem
public import Netlink

/// A queueing discipline as the kernel has it.
public struct QueueingDiscipline: Hashable, Sendable {
    /// The index of its link.
    public var link: UInt32
    /// What it is: "tbf", "ingress", "noqueue".
    public var kind: String
    /// The rate of a token bucket, or of a class of a hierarchical one, in bytes a second; nil for other kinds.
    public var rate: UInt64?

    /// Reads an RTM_NEWQDISC or RTM_NEWTCLASS message.
    ///
    /// - Throws: `.malformed`.
    init(_ message: NetlinkMessage) throws(NetlinkError) {
        link = try message.field(at: 4, as: UInt32.self)
        kind = ""
        var attributes = try message.attributes(after: 20)
        while attributes.next() {
            switch attributes.type {
            case TrafficAttribute.kind: kind = attributes.string()
            case TrafficAttribute.options where kind == "tbf" || kind == "htb":
                // TCA_TBF_RATE64, TCA_HTB_RATE64.
                let wide: UInt16 = kind == "tbf" ? 4 : 6
                attributes.nested { rate = Self.rate(&$0, wide: wide) }
            default: continue
            }
        }
        try attributes.finish()
    }

    private static func rate(_ options: inout AttributeReader, wide: UInt16) -> UInt64? {
        var rate: UInt64?
        while options.next() {
            switch options.type {
            // TCA_TBF_PARMS, TCA_HTB_PARMS: both begin with the rate's struct tc_ratespec.
            case 1 where rate == nil && options.payload.count >= 12:
                let bytes = options.payload.dropFirst(8).prefix(4)
                rate = bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
            case wide: rate = options.uint64()
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

    /// The classes of a link's disciplines, each with its rate.
    ///
    /// - Throws: `.kernel`, `.interrupted`, ...
    public mutating func classes(link: UInt32) throws(NetlinkError) -> [QueueingDiscipline] {
        try list(.getClasses(link: link), type: RouteMessage.newClass) {
            message throws(NetlinkError) in try QueueingDiscipline(message)
        }
    }

    /// The links by which what arrives on a link leaves instead (`mirred`); none without an ingress discipline.
    ///
    /// - Throws: `.kernel`, `.interrupted`, ...
    public mutating func redirections(link: UInt32) throws(NetlinkError) -> [UInt32] {
        do throws(NetlinkError) {
            return try list(.getIngressFilters(link: link), type: RouteMessage.newFilter) {
                message throws(NetlinkError) in try Redirection.target(message)
            }
        } catch {
            // There is no ingress discipline, or no such link any more.
            if error.code == .kernel, error.errno == .invalidArgument || error.isNotFound { return [] }
            throw error
        }
    }
}
