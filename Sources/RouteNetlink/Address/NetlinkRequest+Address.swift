public import Netlink
public import NetworkTypes

/// Attributes of addresses: IFA_* of linux/if_addr.h.
enum AddressAttribute {
    /// IFA_ADDRESS.
    static let address: UInt16 = 1
    /// IFA_LOCAL.
    static let local: UInt16 = 2
    /// IFA_LABEL.
    static let label: UInt16 = 3
    /// IFA_BROADCAST.
    static let broadcast: UInt16 = 4
    /// IFA_FLAGS.
    static let flags: UInt16 = 8
}

extension NetlinkRequest {
    /// RTM_NEWADDR that gives an address to a link; EEXIST when it has it.
    public static func addAddress(_ spec: AddressSpec) -> NetlinkRequest {
        NetlinkRequest(
            RouteMessage.newAddress,
            flags: [.create, .exclusive],
            operation: "add address",
            object: spec.description
        ) { spec.encode(into: &$0) }
    }

    /// RTM_NEWADDR that gives an address to a link, or brings the one that it has up to date.
    public static func replaceAddress(_ spec: AddressSpec) -> NetlinkRequest {
        NetlinkRequest(
            RouteMessage.newAddress,
            flags: [.create, .replace],
            operation: "set address",
            object: spec.description
        ) { spec.encode(into: &$0) }
    }

    /// RTM_DELADDR; EADDRNOTAVAIL when the link does not have it.
    public static func deleteAddress(_ prefix: IPPrefix, link: UInt32) -> NetlinkRequest {
        let spec = AddressSpec(prefix, link: link)
        return NetlinkRequest(
            RouteMessage.deleteAddress,
            operation: "delete address",
            object: spec.description
        ) { spec.encode(into: &$0) }
    }

    /// RTM_GETADDR for a dump, which the kernel filters.
    public static func getAddresses(_ filter: AddressFilter) -> NetlinkRequest {
        NetlinkRequest(RouteMessage.getAddress, operation: "list addresses", object: filter.description) { writer in
            writer.append(filter.family?.rawValue ?? RouteFamily.unspecified)
            // Strict checking refuses a dump whose ifa_prefixlen, ifa_flags or ifa_scope is set.
            writer.append(bytes: [0, 0, 0])
            writer.append(filter.link ?? 0)
        }
    }
}

extension AddressSpec {
    /// struct ifaddrmsg (8 bytes) and attributes.
    func encode(into writer: inout AttributeWriter) {
        writer.append(prefix.family.rawValue)
        writer.append(UInt8(truncatingIfNeeded: prefix.length))
        writer.append(UInt8(truncatingIfNeeded: flags.rawValue))
        writer.append(scope.rawValue)
        writer.append(link)
        writer.attribute(AddressAttribute.local, address: prefix.address)
        writer.attribute(AddressAttribute.address, address: peer ?? prefix.address)
        if let broadcast { writer.attribute(AddressAttribute.broadcast, address: .v4(broadcast)) }
        if let label { writer.attribute(AddressAttribute.label, string: label) }
        // The header's field has 8 bits only.
        if flags.rawValue > 0xff { writer.attribute(AddressAttribute.flags, flags.rawValue) }
    }
}
