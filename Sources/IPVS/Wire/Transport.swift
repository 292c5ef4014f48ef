import LinuxSystem
import Synchronization

/// The other end of a connection.
enum Transport: ~Copyable, Sendable {
    case kernel(GenericNetlinkSocket)
    case function(FunctionPeer)

    /// Whether the other end is a kernel.
    var isKernel: Bool {
        switch self {
        case .kernel: true
        case .function: false
        }
    }

    /// Sends messages in one datagram.
    func send(_ bytes: [UInt8]) throws(IPVSError) {
        switch self {
        case .kernel(let socket): try socket.send(bytes)
        case .function(let peer): try peer.send(bytes)
        }
    }

    /// Receives one datagram; false when none came until the deadline.
    func receive(
        until deadline: Deadline,
        _ body: (UnsafeRawBufferPointer) throws(IPVSError) -> Void
    ) throws(IPVSError) -> Bool {
        switch self {
        case .kernel(let socket): return try unsafe socket.receive(until: deadline, body)
        case .function(let peer):
            guard let datagram = peer.receive() else { return false }
            let result = unsafe datagram.withUnsafeBytes { bytes -> Result<Void, IPVSError> in
                do throws(IPVSError) {
                    return .success(try unsafe body(bytes))
                } catch {
                    return .failure(error)
                }
            }
            try result.get()
            return true
        }
    }
}

/// A function in the kernel's place.
final class FunctionPeer: Sendable {
    private let exchange: @Sendable ([UInt8]) throws -> [[UInt8]]
    private let waiting = Mutex<[[UInt8]]>([])

    init(_ exchange: @escaping @Sendable ([UInt8]) throws -> [[UInt8]]) { self.exchange = exchange }

    func send(_ bytes: [UInt8]) throws(IPVSError) {
        do {
            let replies = try exchange(bytes)
            waiting.withLock { $0 += replies }
        } catch let error as IPVSError {
            throw error
        } catch {
            throw IPVSError(.system, operation: "exchange", text: "\(error)")
        }
    }

    /// What the function returned, one datagram at a time; nothing more will come by waiting.
    func receive() -> [UInt8]? { waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
}
