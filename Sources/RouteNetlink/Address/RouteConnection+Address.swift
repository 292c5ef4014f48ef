public import Netlink
public import NetworkTypes

extension RouteConnection {
    /// Gives an address to a link.
    ///
    /// - Throws: EEXIST when it has it, ENODEV when there is no such link, EACCES for IPv6 where that is disabled.
    public mutating func addAddress(_ spec: AddressSpec) throws(NetlinkError) {
        try perform(.addAddress(spec))
    }

    /// Gives an address to a link, or brings the one that it has up to date.
    ///
    /// - Throws: as `addAddress(_:)`, without EEXIST.
    public mutating func replaceAddress(_ spec: AddressSpec) throws(NetlinkError) {
        try perform(.replaceAddress(spec))
    }

    /// Takes an address from a link.
    ///
    /// - Returns: false when it did not have it.
    /// - Throws: ENODEV is no error either: the address went with the link.
    @discardableResult
    public mutating func deleteAddress(_ prefix: IPPrefix, link: UInt32) throws(NetlinkError) -> Bool {
        try performDelete(.deleteAddress(prefix, link: link))
    }

    /// All addresses, or those of a family or link; the kernel does the filtering.
    ///
    /// - Throws: `.kernel`, `.interrupted`, ...; a link that does not exist has no addresses.
    public mutating func addresses(_ filter: AddressFilter = AddressFilter()) throws(NetlinkError) -> [Address] {
        do {
            return try list(.getAddresses(filter), type: RouteMessage.newAddress) {
                message throws(NetlinkError) in try Address(message)
            }
        } catch  where error.isNotFound && filter.link != nil {
            return []
        }
    }
}
