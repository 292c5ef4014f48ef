public import NetworkTypes

/// A link as the kernel has it.
public struct Link: Hashable, Sendable {
    /// Its index in its namespace.
    public var index: UInt32
    /// Its name.
    public var name: String
    /// Its other names.
    public var alternativeNames: [String]
    /// The kernel's name of its kind ("veth", "bridge"); nil for what is no virtual link, and for `lo`.
    public var kind: String?
    /// Its flags.
    public var flags: LinkFlags
    /// What it can do now.
    public var operationalState: OperationalState
    /// Its link-layer address; nil for links that have none of 6 bytes.
    public var mac: MACAddress?
    /// Its MTU in bytes.
    public var mtu: UInt32
    /// The index of its master; nil without one.
    public var master: UInt32?
    /// The index of the link below it, or of a veth's peer, in that link's namespace.
    public var lowerLink: UInt32?
    /// The id that this namespace has for `lowerLink`'s, when that is another one (`IFLA_LINK_NETNSID`).
    public var lowerLinkNamespaceID: Int32?
    /// Free text.
    public var alias: String?
    /// How many users want it promiscuous.
    public var promiscuity: UInt32
    /// The length of its transmit queue in packets.
    public var transmitQueueLength: UInt32
    /// Its settings as a bridge's port; nil when it is none.
    public var bridgePort: BridgePortSettings?
    /// Its settings as a VXLAN link; nil when it is none.
    public var vxlan: VXLANOptions?

    /// Whether it is raised by the administrator.
    public var isUp: Bool { flags.contains(.up) }

    init(index: UInt32, flags: LinkFlags) {
        self.index = index
        self.flags = flags
        name = ""
        alternativeNames = []
        operationalState = .unknown
        mtu = 0
        promiscuity = 0
        transmitQueueLength = 0
    }
}

/// Which links to list; what is nil does not narrow.
public struct LinkFilter: Hashable, Sendable, CustomStringConvertible {
    /// The kernel's name of their kind.
    public var kind: String?
    /// The index of their master.
    public var master: UInt32?

    /// Describes which.
    public init(kind: String? = nil, master: UInt32? = nil) {
        self.kind = kind
        self.master = master
    }

    /// "kind bridge, master 7"; empty for all.
    public var description: String {
        [kind.map { "kind \($0)" }, master.map { "master \($0)" }].compactMap { $0 }.joined(separator: ", ")
    }
}
