import NIOCore
import Synchronization

/// Watches whose client takes nothing: their connections are closed, so that they hold neither memory nor a task.
final class StalledWrites: Sendable {
    private struct Entry {
        let channel: any Channel
        var since: ContinuousClock.Instant?
    }

    private struct State {
        var entries: [UInt64: Entry] = [:]
        var next: UInt64 = 0
    }

    private let state = Mutex(State())
    /// How long one write may take.
    let limit: Duration

    init(limit: Duration) {
        self.limit = limit
    }

    /// How many watches are open.
    var count: Int { state.withLock { $0.entries.count } }

    func enter(_ channel: any Channel) -> UInt64 {
        state.withLock { state in
            state.next += 1
            state.entries[state.next] = Entry(channel: channel)
            return state.next
        }
    }

    func begin(_ place: UInt64) {
        let now = ContinuousClock.now
        state.withLock { $0.entries[place]?.since = now }
    }

    func end(_ place: UInt64) { state.withLock { $0.entries[place]?.since = nil } }

    func leave(_ place: UInt64) { state.withLock { $0.entries[place] = nil } }

    /// Closes the connections on which a write takes too long.
    /// - Returns: how many.
    @discardableResult
    func closeStalled(now: ContinuousClock.Instant = .now) -> Int {
        let stalled = state.withLock { state in
            state.entries.values.filter { entry in entry.since.map { now - $0 > limit } ?? false }
        }
        for entry in stalled { entry.channel.close(promise: nil) }
        return stalled.count
    }
}
