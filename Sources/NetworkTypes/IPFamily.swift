/// The IP version; the raw values are the kernel's `AF_INET` and `AF_INET6` (linux/socket.h).
public enum IPFamily: UInt8, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// `AF_INET`.
    case ipv4 = 2
    /// `AF_INET6`.
    case ipv6 = 10

    /// Bytes in an address: 4 or 16.
    public var addressLength: Int {
        switch self {
        case .ipv4: 4
        case .ipv6: 16
        }
    }

    /// Bits in an address, which is also the longest prefix length: 32 or 128.
    public var bitWidth: Int { addressLength * 8 }

    /// The other family.
    public var other: IPFamily { self == .ipv4 ? .ipv6 : .ipv4 }

    /// "IPv4" or "IPv6", as Kubernetes writes it in `ipFamilies`.
    public var description: String { self == .ipv4 ? "IPv4" : "IPv6" }
}
