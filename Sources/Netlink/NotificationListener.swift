import LinuxSystem
import Synchronization

/// Multicast notifications, received on a thread of its own until stopped.
public final class NotificationListener: Sendable {
    /// What a listener reports.
    public enum Event: Sendable {
        /// The messages of one datagram.
        case messages([NetlinkMessage])
        /// Messages were lost (`.overrun`) or unreadable: what they said must be learned in another way.
        case lost(NetlinkError)
        /// The socket failed; this is the last event.
        case failed(NetlinkError)
    }

    private let isStopped: Atomic<Bool>
    private let thread: Mutex<DedicatedThread?>

    private init() {
        isStopped = Atomic(false)
        thread = Mutex(nil)
    }

    /// How long a stopped listener may take to notice, at most.
    public static var stopLatency: Duration { .milliseconds(250) }

    /// Starts receiving.
    ///
    /// - Parameters:
    ///   - socket: has joined its groups already.
    ///   - name: the thread's name.
    ///   - handler: is called on that thread, for one event at a time. While it works, notifications wait in the
    ///     receive buffer.
    /// - Returns: the listener; it stops with ``stop()`` or when it is released.
    /// - Throws: `.system` if no thread can be had.
    public static func start(
        _ socket: consuming NetlinkSocket,
        name: String,
        handler: @escaping @Sendable (Event) -> Void
    ) throws(NetlinkError) -> NotificationListener {
        let listener = NotificationListener()
        let owner = SocketOwner(socket)
        do throws(LinuxSystemError) {
            let thread = try DedicatedThread.start(name: name) { [weak listener] in
                owner.run(while: { listener.map { !$0.isStopped.load(ordering: .relaxed) } ?? false }, handler)
            }
            listener.thread.withLock { $0 = thread }
        } catch {
            throw NetlinkError(.system, errno: error.errno, operation: error.operation, object: error.object)
        }
        return listener
    }

    /// Ends the listening and waits for the handler's last call; not to be called from the handler.
    public func stop() {
        isStopped.store(true, ordering: .relaxed)
        thread.withLock { $0 }?.join()
    }
}

/// Takes a socket into the closure of a thread, which alone uses it.
private final class SocketOwner: Sendable {
    private let socket: Mutex<NetlinkSocket>

    init(_ socket: consuming NetlinkSocket) { self.socket = Mutex(socket) }

    func run(while isWanted: () -> Bool, _ handler: (NotificationListener.Event) -> Void) {
        socket.withLock { socket in
            while isWanted() {
                do throws(NetlinkError) {
                    let messages = try socket.receive(until: .after(NotificationListener.stopLatency))
                    handler(.messages(messages))
                } catch {
                    switch error.code {
                    case .timeout: break
                    case .overrun, .truncated, .malformed: handler(.lost(error))
                    default:
                        handler(.failed(error))
                        return
                    }
                }
            }
        }
    }
}
