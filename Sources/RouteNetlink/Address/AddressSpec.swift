public import NetworkTypes

/// An address to be given to a link.
public struct AddressSpec: Hashable, Sendable {
    /// The address with its subnet's length: 10.244.1.5/24.
    public var prefix: IPPrefix
    /// The index of its link.
    public var link: UInt32
    /// How far it is known; that of loopback addresses is the host.
    public var scope: RouteScope
    /// Its flags.
    ///
    /// An IPv6 address without `.noDuplicateDetection` is tentative for a second or two.
    public var flags: AddressFlags
    /// IPv4: the broadcast address; none otherwise.
    public var broadcast: IPv4Address?
    /// The other end's address, on links that have one other end.
    public var peer: IPAddress?
    /// IPv4: a name for the pair of link and address, starting with the link's.
    public var label: String?

    /// Describes an address.
    ///
    /// - Parameters:
    ///   - prefix: the address with its subnet's length.
    ///   - link: the index of its link.
    ///   - scope: how far it is known; nil: the host for loopback addresses, the link for link-local ones, or global.
    ///   - flags: such as `.noDuplicateDetection`.
    public init(_ prefix: IPPrefix, link: UInt32, scope: RouteScope? = nil, flags: AddressFlags = []) {
        self.prefix = prefix
        self.link = link
        let implied: RouteScope = prefix.address.isLoopback ? .host : prefix.address.isLinkLocal ? .link : .global
        self.scope = scope ?? implied
        self.flags = flags
        self.broadcast = nil
        self.peer = nil
        self.label = nil
    }
}

extension AddressSpec: CustomStringConvertible {
    /// "10.244.1.5/24 on link 7".
    public var description: String { "\(prefix) on link \(link)" }
}
