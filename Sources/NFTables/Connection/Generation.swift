import Netlink

/// `enum nft_gen_attributes`.
private enum Attribute {
    static let identifier: UInt16 = 1
    static let process: UInt16 = 2
    static let processName: UInt16 = 3
}

/// A state of the rules in a network namespace, and who made it.
public struct Generation: Hashable, Sendable {
    /// The number; every commit of anybody makes a new one.
    public var identifier: UInt32
    /// The thread that made it, as the machine's first process namespace numbers it (for a request: the asking one).
    public var process: UInt32
    /// That thread's name, at most 15 bytes.
    public var processName: String
    /// The netlink port of the socket that made it (for a request: the asking one): no other socket of the network
    /// namespace has it while that one is open.
    public var port: UInt32

    /// Makes a generation of its parts.
    public init(identifier: UInt32, process: UInt32, processName: String, port: UInt32) {
        self.identifier = identifier
        self.process = process
        self.processName = processName
        self.port = port
    }

    /// Reads `NFT_MSG_NEWGEN`.
    init(_ message: NetlinkMessage) throws(NetlinkError) {
        guard message.type == MessageKind.newGeneration else {
            throw NetlinkError(.malformed, operation: "read generation", text: "message type \(message.type)")
        }
        var (identifier, process, processName) = (nil as UInt32?, UInt32(0), "")
        var reader = try message.attributes(after: 4)
        while reader.next() {
            switch reader.type {
            case Attribute.identifier: identifier = reader.networkUInt32()
            case Attribute.process: process = reader.networkUInt32()
            case Attribute.processName: processName = reader.string()
            default: break
            }
        }
        try reader.finish()
        guard let identifier else {
            throw NetlinkError(.malformed, operation: "read generation", text: "there is no generation number in it")
        }
        self.init(identifier: identifier, process: process, processName: processName, port: message.portID)
    }
}
