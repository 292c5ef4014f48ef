public import NetworkTypes

/// A run of addresses of one subnet that containers get addresses from: one element of host-local's `ranges[i]`.
public struct AddressRange: Hashable, Sendable {
    /// The subnet, without host bits: addresses are given with its length.
    public let subnet: IPPrefix
    /// The first address.
    public let first: IPAddress
    /// The last address.
    public let last: IPAddress
    /// The gateway, which is never given away; it may be outside of the subnet.
    public let gateway: IPAddress

    /// Makes a range with the reference's defaults.
    ///
    /// - Parameters:
    ///   - subnet: at least two bits for hosts.
    ///   - first: the second address of the subnet by default.
    ///   - last: the last of the subnet, less the broadcast address of IPv4, by default.
    ///   - gateway: the second address of the subnet by default.
    /// - Throws: `AddressRangeFault`, which names the key and what is wrong with it.
    init(
        subnet: IPPrefix,
        first: IPAddress? = nil,
        last: IPAddress? = nil,
        gateway: IPAddress? = nil
    ) throws(AddressRangeFault) {
        guard subnet.hostBits >= 2 else {
            throw AddressRangeFault(key: "subnet", text: "\(subnet) is too small to allocate from")
        }
        guard subnet.isMasked else {
            throw AddressRangeFault(
                key: "subnet",
                text: "\(subnet) has host bits set; the network is \(subnet.masked)"
            )
        }
        if let first, !subnet.contains(first) {
            throw AddressRangeFault(key: "rangeStart", text: "\(first) is not in \(subnet)")
        }
        if let last, !subnet.contains(last) {
            throw AddressRangeFault(key: "rangeEnd", text: "\(last) is not in \(subnet)")
        }
        if let gateway, gateway.family != subnet.family {
            throw AddressRangeFault(key: "gateway", text: "\(gateway) is not of the same family as \(subnet)")
        }
        let second = subnet.host(at: 1) ?? subnet.first
        let beforeLast = subnet.family == .ipv4 ? subnet.last.advanced(by: -1) : nil
        self.subnet = subnet
        self.first = first ?? second
        self.last = last ?? beforeLast ?? subnet.last
        self.gateway = gateway ?? second
        if self.last < self.first {
            throw AddressRangeFault(key: "rangeEnd", text: "\(self.last) is before rangeStart \(self.first)")
        }
    }

    /// Whether the address is one of the range's.
    public func contains(_ address: IPAddress) -> Bool {
        address.family == subnet.family && first <= address && address <= last
    }

    /// Whether an address is in both.
    func overlaps(_ other: AddressRange) -> Bool {
        subnet.family == other.subnet.family && first <= other.last && other.first <= last
    }

    /// How many containers get an address at most.
    var capacity: Int {
        let span = last.rawValue - first.rawValue
        let count = span >= UInt128(Int.max) ? Int.max : Int(span) + 1
        return contains(gateway) && count != .max ? count - 1 : count
    }
}

extension AddressRange: CustomStringConvertible {
    /// "10.1.0.1-10.1.0.254".
    public var description: String { "\(first)-\(last)" }
}

/// What is wrong with a range, and in which of its keys.
struct AddressRangeFault: Error, Hashable {
    let key: String
    let text: String
}
