import LinuxSystem
import Synchronization

/// The other end of a socket.
enum Transport: ~Copyable, Sendable {
    case kernel(FileDescriptor)
    case function(FunctionPeer)
}

/// A function in the kernel's place.
final class FunctionPeer: Sendable {
    private let exchange: @Sendable ([UInt8]) throws -> [NetlinkMessage]
    private let waiting = Mutex<[Datagram]>([])

    init(_ exchange: @escaping @Sendable ([UInt8]) throws -> [NetlinkMessage]) { self.exchange = exchange }

    func send(_ bytes: [UInt8]) throws(NetlinkError) {
        do {
            let replies = try exchange(bytes)
            waiting.withLock { $0 += replies.map { Datagram(bytes: $0.bytes) } }
        } catch let error as NetlinkError {
            throw error
        } catch {
            throw NetlinkError(.system, operation: "exchange", text: "\(error)")
        }
    }

    /// What the function returned, one message at a time; nothing more will come by waiting.
    func receive() -> Datagram? {
        waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }
}
