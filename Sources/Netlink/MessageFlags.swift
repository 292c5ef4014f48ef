/// The flags in a netlink message's header (linux/netlink.h); the same bit means different things by kind of message.
public struct MessageFlags: OptionSet, Hashable, Sendable {
    /// The kernel's `nlmsg_flags`.
    public let rawValue: UInt16

    /// Wraps the kernel's bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// `NLM_F_REQUEST`: every message to the kernel has it.
    public static let request = MessageFlags(rawValue: 0x1)
    /// `NLM_F_MULTI`: part of a dump, which `NLMSG_DONE` ends.
    public static let multi = MessageFlags(rawValue: 0x2)
    /// `NLM_F_ACK`: asks for an answer on success too; errors are always answered.
    public static let acknowledge = MessageFlags(rawValue: 0x4)
    /// `NLM_F_ECHO`: asks for a copy of the resulting notification.
    public static let echo = MessageFlags(rawValue: 0x8)
    /// `NLM_F_DUMP_INTR`: the dumped table changed meanwhile, so the dump may be inconsistent.
    public static let dumpInterrupted = MessageFlags(rawValue: 0x10)
    /// `NLM_F_DUMP_FILTERED`: the kernel applied the filter of the request.
    public static let dumpFiltered = MessageFlags(rawValue: 0x20)

    /// `NLM_F_DUMP` (get requests): all entries.
    public static let dump = MessageFlags(rawValue: 0x300)

    /// `NLM_F_REPLACE` (new requests): an existing object is overwritten.
    public static let replace = MessageFlags(rawValue: 0x100)
    /// `NLM_F_EXCL` (new requests): an existing object is an error, EEXIST.
    public static let exclusive = MessageFlags(rawValue: 0x200)
    /// `NLM_F_CREATE` (new requests): a missing object is made.
    public static let create = MessageFlags(rawValue: 0x400)
    /// `NLM_F_APPEND` (new requests): added at the end of the list.
    public static let append = MessageFlags(rawValue: 0x800)

    /// `NLM_F_NONREC` (delete requests): not with what is inside, such as a chain's rules.
    public static let nonRecursive = MessageFlags(rawValue: 0x100)
    /// `NLM_F_BULK` (delete requests): every object that matches.
    public static let bulk = MessageFlags(rawValue: 0x200)

    /// `NLM_F_CAPPED` (answers): the request is not echoed, only its header.
    public static let capped = MessageFlags(rawValue: 0x100)
    /// `NLM_F_ACK_TLVS` (answers): extended-ACK attributes follow.
    public static let extendedAcknowledgement = MessageFlags(rawValue: 0x200)
}

extension MessageFlags: CustomStringConvertible {
    /// The bits that mean the same everywhere, by name; the others in hexadecimal.
    public var description: String {
        let names: [(MessageFlags, String)] = [
            (.request, "REQUEST"), (.multi, "MULTI"), (.acknowledge, "ACK"), (.echo, "ECHO"),
            (.dumpInterrupted, "DUMP_INTR"), (.dumpFiltered, "DUMP_FILTERED"),
        ]
        var rest = self
        var parts: [String] = []
        for (flag, name) in names where rest.contains(flag) {
            parts.append(name)
            rest.remove(flag)
        }
        if rest.rawValue != 0 || parts.isEmpty { parts.append("0x" + String(rest.rawValue, radix: 16)) }
        return parts.joined(separator: "|")
    }
}
