public import Netlink
public import NetworkTypes

/// An address as the kernel has it.
public struct Address: Hashable, Sendable {
    /// The address with its subnet's length.
    public var prefix: IPPrefix
    /// The index of its link.
    public var link: UInt32
    /// How far it is known.
    public var scope: RouteScope
    /// Its flags.
    public var flags: AddressFlags
    /// IPv4: the broadcast address.
    public var broadcast: IPv4Address?
    /// The other end's address; nil where there is none of its own.
    public var peer: IPAddress?
    /// IPv4: its label.
    public var label: String?

    /// Reads an RTM_NEWADDR or RTM_DELADDR message; nil for one of another family than IPv4 and IPv6.
    ///
    /// - Throws: `.malformed`.
    public init?(_ message: NetlinkMessage) throws(NetlinkError) {
        guard let family = IPFamily(rawValue: try message.field(at: 0, as: UInt8.self)) else { return nil }
        let length = Int(try message.field(at: 1, as: UInt8.self))
        flags = AddressFlags(rawValue: UInt32(try message.field(at: 2, as: UInt8.self)))
        scope = RouteScope(rawValue: try message.field(at: 3, as: UInt8.self))
        link = try message.field(at: 4, as: UInt32.self)
        var (address, local): (IPAddress?, IPAddress?)
        var attributes = try message.attributes(after: 8)
        while attributes.next() {
            switch attributes.type {
            case AddressAttribute.address: address = attributes.address()
            case AddressAttribute.local: local = attributes.address()
            case AddressAttribute.label: label = attributes.string()
            case AddressAttribute.flags: flags = AddressFlags(rawValue: attributes.uint32())
            case AddressAttribute.broadcast:
                if case .v4(let address) = attributes.address() { broadcast = address }
            default: break
            }
        }
        try attributes.finish()
        // IPv6 gives IFA_LOCAL only where the other end has an address; IFA_ADDRESS is that other end then.
        guard let own = local ?? address, own.family == family, let prefix = IPPrefix(address: own, length: length)
        else {
            throw NetlinkError(.malformed, operation: "read address", text: "no \(family) address of length \(length)")
        }
        self.prefix = prefix
        peer = address == own ? nil : address
    }
}

/// Which addresses to list; what is nil does not narrow.
public struct AddressFilter: Hashable, Sendable, CustomStringConvertible {
    /// Their family.
    public var family: IPFamily?
    /// The index of their link.
    public var link: UInt32?

    /// Describes which.
    public init(family: IPFamily? = nil, link: UInt32? = nil) {
        self.family = family
        self.link = link
    }

    /// "IPv4, link 7"; empty for all.
    public var description: String {
        switch (family, link) {
        case (let family?, let link?): "\(family), link \(link)"
        case (let family?, nil): family.description
        case (nil, let link?): "link \(link)"
        case (nil, nil): ""
        }
    }
}
