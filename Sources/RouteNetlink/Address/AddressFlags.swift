/// An address's flags: IFA_F_* of linux/if_addr.h.
public struct AddressFlags: OptionSet, Hashable, Sendable {
    /// The kernel's bits.
    public let rawValue: UInt32

    /// Wraps the kernel's bits.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `IFA_F_SECONDARY`: not the first of its subnet (IPv4), or temporary (IPv6).
    public static let secondary = AddressFlags(rawValue: 0x01)
    /// `IFA_F_NODAD`: IPv6: usable at once, without looking for duplicates.
    public static let noDuplicateDetection = AddressFlags(rawValue: 0x02)
    /// `IFA_F_DADFAILED`: IPv6: another host has it.
    public static let duplicate = AddressFlags(rawValue: 0x08)
    /// `IFA_F_DEPRECATED`: IPv6: no new connections from it.
    public static let deprecated = AddressFlags(rawValue: 0x20)
    /// `IFA_F_TENTATIVE`: IPv6: not usable yet, duplicates are being looked for.
    public static let tentative = AddressFlags(rawValue: 0x40)
    /// `IFA_F_PERMANENT`: has no end of life.
    public static let permanent = AddressFlags(rawValue: 0x80)
    /// `IFA_F_NOPREFIXROUTE`: brings no route to its subnet.
    public static let noPrefixRoute = AddressFlags(rawValue: 0x200)
}
