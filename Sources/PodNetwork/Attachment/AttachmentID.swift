/// Which attachment it is: one interface of one container in one network.
///
/// State is kept under it, never under anything
/// that is read from the container's namespace.
public struct AttachmentID: Hashable, Sendable {
    /// The network's name.
    public let network: String
    /// CNI_CONTAINERID.
    public let containerID: String
    /// CNI_IFNAME.
    public let interface: String

    /// Names an attachment.
    public init(network: String, containerID: String, interface: String) {
        self.network = network
        self.containerID = containerID
        self.interface = interface
    }

    /// The name of the interface's other end, in the host's namespace: always the same for a container id and interface,
    /// so that DEL and GC find it without the container's namespace.
    ///
    /// "veth" and 55 bits of a hash in base 32. Two attachments that share a name by chance (one pair in 2^55) are told
    /// apart by the link's alias.
    public var hostInterfaceName: String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")
        var hash = Self.hash("\(containerID)/\(interface)".utf8)
        var name = "veth"
        for _ in 0..<11 {
            name.append(alphabet[Int(hash & 31)])
            hash >>= 5
        }
        return name
    }

    /// The link alias (`IFLA_IFALIAS`) of the other end: whose it is, for people and for GC.
    ///
    /// The kernel keeps at most 255 bytes: a longer container id is cut, and the hashed name still tells it apart.
    public var alias: String {
        let frame = "\(Self.aliasPrefix(network: network)):\(interface)"
        let room = max(0, 255 - frame.utf8.count)
        return "\(Self.aliasPrefix(network: network))\(containerID.prefix(room)):\(interface)"
    }

    /// What the aliases of all the attachments of a network start with; no name has a colon.
    static func aliasPrefix(network: String) -> String { "weft:\(network):" }

    /// FNV-1a with 64 bits, folded so that the low bits depend on all of it.
    static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        hash ^= hash >> 32
        return hash &* 0x9e37_79b9_7f4a_7c15 ^ hash >> 29
    }
}

extension AttachmentID: CustomStringConvertible {
    /// "eth0 of container 4f2a in network weft".
    public var description: String { "\(interface) of container \(containerID) in network \(network)" }
}
