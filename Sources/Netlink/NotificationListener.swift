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

    /// Tells the thread that nobody listens any more.
    private let stopping: WakeUp
    private let thread = Mutex<DedicatedThread?>(nil)

    private init(_ stopping: WakeUp) { self.stopping = stopping }

    deinit { stopping.raise() }

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
        let owner = SocketOwner(socket)
        do throws(LinuxSystemError) {
            let stopping = try WakeUp()
            let listener = NotificationListener(stopping)
            let thread = try DedicatedThread.start(name: name) { owner.run(until: stopping, handler) }
            listener.thread.withLock { $0 = thread }
            return listener
        } catch {
            throw NetlinkError(.system, errno: error.errno, operation: error.operation, object: error.object)
        }
    }

    /// Ends the listening and waits for the handler's last call; not to be called from the handler.
    public func stop() {
        stopping.raise()
        thread.withLock { $0 }?.join()
    }
}

/// Takes a socket into the closure of a thread, which alone uses it.
private final class SocketOwner: Sendable {
    private let socket: Mutex<NetlinkSocket>

    init(_ socket: consuming NetlinkSocket) { self.socket = Mutex(socket) }

    func run(until stopping: WakeUp, _ handler: (NotificationListener.Event) -> Void) {
        socket.withLock { socket in
            while !stopping.isRaised {
                do throws(NetlinkError) {
                    let messages = try socket.receive(until: .never, unless: stopping)
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
