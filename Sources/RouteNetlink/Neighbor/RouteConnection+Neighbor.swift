public import Netlink
public import NetworkTypes

extension RouteConnection {
    /// Makes a neighbour known, or brings it up to date.
    ///
    /// - Throws: ENODEV when there is no such link, ...
    public mutating func replaceNeighbor(_ spec: NeighborSpec) throws(NetlinkError) {
        try perform(.replaceNeighbor(spec))
    }

    /// Forgets a neighbour.
    ///
    /// - Returns: false when it was not known.
    /// - Throws: `.kernel`, ...
    @discardableResult
    public mutating func deleteNeighbor(
        _ address: IPAddress,
        link: UInt32,
        flags: NeighborFlags = []
    ) throws(NetlinkError) -> Bool {
        try performDelete(.deleteNeighbor(address, link: link, flags: flags))
    }

    /// The known neighbours, or those of a family or link; the kernel does the filtering.
    ///
    /// - Throws: `.kernel`, `.interrupted`, ...
    public mutating func neighbors(
        family: IPFamily? = nil,
        link: UInt32? = nil
    ) throws(NetlinkError) -> [Neighbor] {
        try list(.getNeighbors(family: family, link: link), type: RouteMessage.newNeighbor) {
            message throws(NetlinkError) in try Neighbor(message)
        }
    }

    /// Makes a forwarding entry, or brings it up to date.
    ///
    /// - Throws: ENODEV when there is no such link, EOPNOTSUPP or EINVAL when it has no such table.
    public mutating func replaceForwardingEntry(_ spec: ForwardingSpec) throws(NetlinkError) {
        try perform(.replaceForwardingEntry(spec))
    }

    /// Removes a forwarding entry.
    ///
    /// - Returns: false when there was none.
    /// - Throws: `.kernel`, ...
    @discardableResult
    public mutating func deleteForwardingEntry(_ spec: ForwardingSpec) throws(NetlinkError) -> Bool {
        try performDelete(.deleteForwardingEntry(spec))
    }

    /// The forwarding entries of a link: a bridge's port or a VXLAN link.
    ///
    /// - Throws: `.kernel`, `.interrupted`, ...
    public mutating func forwardingEntries(link: UInt32) throws(NetlinkError) -> [ForwardingEntry] {
        try list(.getForwardingEntries(link: link), type: RouteMessage.newNeighbor) {
            message throws(NetlinkError) in try ForwardingEntry(message)
        }
    }
}
