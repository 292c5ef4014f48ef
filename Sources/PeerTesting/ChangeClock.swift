import BenchRunner
import ClusterModel
import ControlStoreClient
import LinuxSystem
import NFTables
import Synchronization

/// Tells when a change was asked for, when its event went out to watchers, and when the kernel had it.
///
/// The event's time is that at which a watch of ours has it, as the proxy's own watch has at about the same moment; the
/// kernel's is that of its own report of the commit.
final class ChangeClock {
    /// What one change took, in nanoseconds.
    struct Times {
        var sinceEvent: Double
        var sinceRequest: Double
    }

    private final class Seen: Sendable {
        let event = Mutex<MonotonicTime?>(nil)
        let commit = Mutex<MonotonicTime?>(nil)

        func forget() {
            event.withLock { $0 = nil }
            commit.withLock { $0 = nil }
        }
    }

    private let seen = Seen()
    private let monitor: NewGenerationMonitor
    private let watches: [Task<Void, Never>]

    /// Watches the Services and EndpointSlices of a store and the commits of a namespace.
    init(_ namespace: NetworkNamespace, _ client: StoreClient) async throws {
        let seen = seen
        monitor = try NewGenerationMonitor(in: namespace) { event in
            guard case .changed = event else { return }
            let now = MonotonicTime.now
            seen.commit.withLock { $0 = $0 ?? now }
        }
        watches = [
            try await Self.watch(ClusterModel.Service.self, client, seen),
            try await Self.watch(EndpointSlice.self, client, seen),
        ]
    }

    private static func watch<Object: APIObject>(
        _ type: Object.Type,
        _ client: StoreClient,
        _ seen: Seen
    ) async throws -> Task<Void, Never> {
        let revision = try await client.list(type, Selection(labels: "none-has-this")).resourceVersion
        let events = try await client.watch(type, resourceVersion: revision)
        return Task {
            do {
                for try await event in events {
                    if case .bookmark = event { continue }
                    let now = MonotonicTime.now
                    seen.event.withLock { $0 = $0 ?? now }
                }
            } catch {}
        }
    }

    /// Times one change, which nothing else is going on beside.
    func time(_ process: PeerProcess, _ change: @Sendable () async throws -> Void) async throws -> Times {
        seen.forget()
        let start = MonotonicTime.now
        try await change()
        try await process.wait(.seconds(60), for: "change in the kernel") { [seen] in
            seen.event.withLock { $0 != nil } && seen.commit.withLock { $0 != nil }
        }
        guard let event = seen.event.withLock({ $0 }), let commit = seen.commit.withLock({ $0 }) else {
            throw BenchError("a change was seen and forgotten")
        }
        return Times(
            // Our own watch may be the later one.
            sinceEvent: Double(max(0, commit.nanoseconds - event.nanoseconds)),
            sinceRequest: Double(commit.nanoseconds - start.nanoseconds)
        )
    }

    func stop() {
        for watch in watches { watch.cancel() }
        monitor.stop()
    }
}
