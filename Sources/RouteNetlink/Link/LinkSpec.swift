public import LinuxSystem
public import NetworkTypes

/// A link to be made.
///
/// The kernel ignores an alias in the request that makes a link: give one with ``LinkChange/alias``.
public struct LinkSpec: Hashable, Sendable {
    /// Its name: 1 to 15 bytes.
    public var name: String
    /// What it is.
    public var kind: LinkKind
    /// Its index, when it must have a certain one; the kernel chooses otherwise.
    public var index: UInt32?
    /// Its link-layer address; the kernel's choice otherwise.
    ///
    /// A bridge that is given one keeps it; without, it takes over the lowest of its ports' and changes with them.
    public var mac: MACAddress?
    /// Its MTU in bytes; the kind's standard otherwise.
    public var mtu: UInt32?
    /// The index of the bridge, or other master, that it becomes a port of.
    public var master: UInt32?
    /// Whether it is raised at once.
    public var isUp: Bool
    /// The namespace that it is made in, when that is not the connection's.
    public var namespace: NetworkNamespace?
    /// The length of its transmit queue in packets.
    public var transmitQueueLength: UInt32?
    /// How many queues it has each way, for good; nil for the kernel's choice.
    ///
    /// A veth made without a number has room for one a processor, uses one of them, and waits for an RCU grace period to
    /// put the others out of use.
    public var queues: UInt32?

    /// Describes a link.
    ///
    /// - Parameters:
    ///   - name: 1 to 15 bytes.
    ///   - kind: what it is.
    ///   - mac: its link-layer address, or nil for the kernel's choice.
    ///   - mtu: in bytes, or nil for the kind's standard.
    ///   - master: the index of its master.
    ///   - isUp: whether it is raised at once.
    ///   - namespace: where, or nil for the connection's namespace.
    public init(
        name: String,
        kind: LinkKind,
        mac: MACAddress? = nil,
        mtu: UInt32? = nil,
        master: UInt32? = nil,
        isUp: Bool = false,
        namespace: NetworkNamespace? = nil
    ) {
        self.name = name
        self.kind = kind
        self.index = nil
        self.mac = mac
        self.mtu = mtu
        self.master = master
        self.isUp = isUp
        self.namespace = namespace
        self.transmitQueueLength = nil
        self.queues = nil
    }
}

extension LinkSpec: CustomStringConvertible {
    /// "veth3 (veth, peer eth0)".
    public var description: String { "\(name) (\(kind))" }
}
