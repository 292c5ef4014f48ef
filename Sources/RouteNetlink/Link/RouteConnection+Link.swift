public import LinuxSystem
public import Netlink

extension RouteConnection {
    /// Makes a link.
    ///
    /// - Throws: EEXIST when the name is taken, EOPNOTSUPP when the kernel lacks the kind, EPERM, ...
    public mutating func createLink(_ spec: LinkSpec) throws(NetlinkError) {
        try perform(.createLink(spec))
    }

    /// Makes a link unless one of its name is there.
    ///
    /// - Returns: the link, made or found. One that was found keeps its settings.
    /// - Throws: EEXIST when a link of another kind has the name.
    public mutating func ensureLink(_ spec: LinkSpec) throws(NetlinkError) -> Link {
        do {
            try createLink(spec)
        } catch  where error.alreadyExists {}
        guard let link = try link(named: spec.name) else {
            throw NetlinkError(
                .kernel,
                errno: .noSuchDevice,
                operation: "create link",
                object: spec.description,
                text: "it was removed meanwhile, or made in another namespace"
            )
        }
        guard link.kind == spec.kind.name else {
            throw NetlinkError(
                .kernel,
                errno: .fileExists,
                operation: "create link",
                object: spec.description,
                text: "the name belongs to a link of kind \(link.kind ?? "none")"
            )
        }
        return link
    }

    /// The link of a name, or alternative name; nil when there is none.
    ///
    /// No dump: its cost does not grow with the links.
    ///
    /// - Throws: `.kernel`, ...
    public mutating func link(named name: String) throws(NetlinkError) -> Link? {
        try link(.name(name))
    }

    /// The link of an index; nil when there is none.
    ///
    /// - Throws: `.kernel`, ...
    public mutating func link(index: UInt32) throws(NetlinkError) -> Link? {
        try link(.index(index))
    }

    /// The link that is meant; nil when there is none.
    ///
    /// - Throws: `.kernel`, ...
    public mutating func link(_ link: LinkReference) throws(NetlinkError) -> Link? {
        try get(.getLink(link), type: RouteMessage.newLink) { message throws(NetlinkError) in try Link(message) }
    }

    /// All links, or those of a kind or master; the kernel does the filtering.
    ///
    /// - Throws: `.kernel`, `.interrupted`, ...
    public mutating func links(_ filter: LinkFilter = LinkFilter()) throws(NetlinkError) -> [Link] {
        try list(.getLinks(filter), type: RouteMessage.newLink) { message throws(NetlinkError) in try Link(message) }
    }

    /// Removes a link.
    ///
    /// The peer of a veth goes with it.
    ///
    /// - Returns: false when there was none.
    /// - Throws: EOPNOTSUPP for a link that can't be removed, ...
    @discardableResult
    public mutating func deleteLink(_ link: LinkReference) throws(NetlinkError) -> Bool {
        try performDelete(.deleteLink(link))
    }

    /// Changes a link.
    ///
    /// - Throws: ENODEV when there is none, ...
    public mutating func setLink(_ link: LinkReference, _ change: LinkChange) throws(NetlinkError) {
        try perform(.setLink(link, change))
    }

    /// Changes a VXLAN link's outer source address, carrier, TTL and learning, while it is in use.
    ///
    /// - Throws: EOPNOTSUPP where the kernel wants the link made anew, ENODEV when there is none, ...
    public mutating func setVXLAN(index: UInt32, _ options: VXLANOptions) throws(NetlinkError) {
        try perform(.setVXLAN(index: index, options))
    }

    /// Raises a link.
    ///
    /// - Throws: ENODEV when there is none, ENOTCONN for a veth without its peer.
    public mutating func raiseLink(_ link: LinkReference) throws(NetlinkError) {
        try perform(.setLink(link, .up()))
    }

    /// Gives a link another name.
    ///
    /// - Throws: EEXIST when that is taken, EBUSY where the kernel wants it lowered first.
    public mutating func renameLink(index: UInt32, to name: String) throws(NetlinkError) {
        try perform(.renameLink(index: index, to: name))
    }

    /// Moves a link to another namespace, where it arrives lowered and without addresses.
    ///
    /// - Throws: EEXIST when its name is taken there, EINVAL for a link that can't move.
    public mutating func moveLink(
        _ link: LinkReference,
        to namespace: NetworkNamespace
    ) throws(NetlinkError) {
        var change = LinkChange()
        change.namespace = namespace
        try perform(.setLink(link, change))
    }

    /// Makes a link a port of a bridge or another master; nil takes it out.
    ///
    /// - Throws: ENODEV when either is missing, ELOOP, EBUSY, ...
    public mutating func setMaster(of link: LinkReference, to master: UInt32?) throws(NetlinkError) {
        var change = LinkChange()
        change.master = master ?? 0
        try perform(.setLink(link, change))
    }

    /// Changes a bridge port's settings.
    ///
    /// - Throws: EOPNOTSUPP or EINVAL when the link is no bridge's port.
    public mutating func setBridgePort(index: UInt32, _ settings: BridgePortSettings) throws(NetlinkError) {
        try perform(.setBridgePort(index: index, settings))
    }

    /// Changes a bridge's own settings.
    ///
    /// - Throws: EOPNOTSUPP for what the kernel lacks, such as VLAN filtering.
    public mutating func setBridge(index: UInt32, _ options: BridgeOptions) throws(NetlinkError) {
        try perform(.setBridge(index: index, options))
    }
}
