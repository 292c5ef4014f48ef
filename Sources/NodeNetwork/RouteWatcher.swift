import LinuxSystem
import Netlink
import RouteNetlink
import Synchronization

/// Receives the kernel's notifications about routes, addresses, links and neighbours on a thread of its own.
final class RouteWatcher: Sendable {
    private let thread = Mutex<DedicatedThread?>(nil)
    private let stopping: WakeUp

    private init() throws(LinuxSystemError) { stopping = try WakeUp() }

    /// Starts to watch.
    ///
    /// - Parameters:
    ///   - groups: what to watch.
    ///   - namespace: where; nil for the calling thread's own network namespace.
    ///   - handler: is called on that thread, with `nil` when notifications were lost.
    /// - Returns: the watcher, until it is stopped.
    /// - Throws: when there is no socket or no thread to be had.
    static func start(
        _ groups: [RouteMonitor.Group],
        in namespace: NetworkNamespace?,
        _ handler: @escaping @Sendable (RouteChange?) -> Void
    ) throws -> RouteWatcher {
        let monitor = OwnedMonitor(try RouteMonitor.open(groups, in: namespace))
        let watcher = try RouteWatcher()
        let thread = try DedicatedThread.start(name: "weft-routes") {
            while !watcher.stopping.isRaised {
                monitor.changes(unless: watcher.stopping).forEach(handler)
            }
        }
        watcher.thread.withLock { $0 = thread }
        return watcher
    }

    /// Ends the thread and waits for it.
    func stop() {
        stopping.raise()
        thread.withLock { $0 }?.join()
    }
}

/// Carries the monitor into the thread, which alone uses it.
private final class OwnedMonitor: Sendable {
    private let monitor: Mutex<RouteMonitor>

    init(_ monitor: consuming RouteMonitor) { self.monitor = Mutex(monitor) }

    /// The next changes; `nil` among them stands for lost ones.
    func changes(unless wakeUp: WakeUp) -> [RouteChange?] {
        monitor.withLock { monitor in
            do throws(NetlinkError) {
                return try monitor.next(until: .never, unless: wakeUp)
            } catch {
                return error.code == .timeout ? [] : [nil]
            }
        }
    }
}
