public import LinuxSystem
import Netlink
public import NetworkTypes

/// The other end of a veth pair, which is made with it, where it belongs and under its final name.
///
/// It can't be raised by the same request: the kernel says ENOTCONN, as its own peer is not there yet.
public struct VethPeer: Hashable, Sendable {
    /// Its name: 1 to 15 bytes.
    public var name: String
    /// Its index in its namespace, when it must have a certain one.
    public var index: UInt32?
    /// Its namespace; nil for that of the connection.
    public var namespace: NetworkNamespace?
    /// Its link-layer address; the kernel's choice otherwise.
    public var mac: MACAddress?
    /// Its MTU in bytes.
    public var mtu: UInt32?
    /// The length of its transmit queue in packets.
    public var transmitQueueLength: UInt32?
    /// How many queues it has each way, see ``LinkSpec/queues``.
    public var queues: UInt32?

    /// Describes the other end.
    ///
    /// - Parameters:
    ///   - name: 1 to 15 bytes.
    ///   - namespace: where, or nil for the connection's namespace.
    ///   - mac: its link-layer address, or nil for the kernel's choice.
    ///   - mtu: in bytes.
    public init(name: String, namespace: NetworkNamespace? = nil, mac: MACAddress? = nil, mtu: UInt32? = nil) {
        self.name = name
        self.index = nil
        self.namespace = namespace
        self.mac = mac
        self.mtu = mtu
        self.transmitQueueLength = nil
        self.queues = nil
    }

    /// VETH_INFO_PEER: an ifinfomsg and attributes, as a link of its own.
    func encode(into writer: inout AttributeWriter) {
        writer.nested(1, flagged: false) { writer in
            writer.linkHeader(index: index ?? 0)
            writer.attribute(LinkAttribute.name, string: name)
            if let mac { writer.attribute(LinkAttribute.address, mac: mac) }
            if let mtu { writer.attribute(LinkAttribute.mtu, mtu) }
            if let transmitQueueLength { writer.attribute(LinkAttribute.transmitQueueLength, transmitQueueLength) }
            writer.queues(queues)
            if let namespace { writer.attribute(LinkAttribute.namespaceDescriptor, namespace.fileDescriptor) }
        }
    }
}
