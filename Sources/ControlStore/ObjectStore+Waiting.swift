import ClusterModel
import Synchronization

/// Somebody who waits for a change of some objects.
struct Waiter {
    /// The kinds, by the places of their caches.
    let kinds: [Int]
    /// Only changes in this namespace wake it; nil for all.
    let namespace: String?
    /// Only changes of this name wake it; nil for all.
    let name: String?
    let deadline: ContinuousClock.Instant
    let resume: @Sendable (Wake) -> Void

    func concerns(_ key: ObjectKey) -> Bool {
        (namespace == nil || namespace == key.namespace) && (name == nil || name == key.name)
    }
}

/// Why waiting ended.
enum Wake: Hashable, Sendable {
    /// Something changed; nothing that concerns the waiter up to and including the revision.
    case changed(after: Revision)
    /// Time is up; nothing that concerns the waiter up to and including the revision.
    case deadline(Revision)
    /// The store ends.
    case closed
    /// The task was cancelled.
    case cancelled
}

/// A waiter that was taken out of the list, to be resumed without the lock.
struct WokenWaiter {
    let waiter: Waiter
    let wake: Wake

    func resume() { waiter.resume(wake) }
}

extension ObjectStore {
    /// Waits for a change above a revision.
    ///
    /// Watches keep no queues: each reads the shared history from where it is, so that a slow one costs no memory, and
    /// waits here when it has read everything.
    func wait(
        _ kinds: [Int],
        _ selection: ObjectSelection,
        after revision: Revision,
        until deadline: ContinuousClock.Instant
    ) async -> Wake {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waiter = Waiter(
                    kinds: kinds,
                    namespace: selection.namespace,
                    name: selection.name,
                    deadline: deadline
                ) { continuation.resume(returning: $0) }
                let isCancelled = Task.isCancelled
                let now = state.withLock { state -> Wake? in
                    if state.isClosed { return .closed }
                    if isCancelled { return .cancelled }
                    if kinds.contains(where: { state.caches[$0].hasChange(after: revision) }) {
                        return .changed(after: revision)
                    }
                    state.waiters[id] = waiter
                    return nil
                }
                if let now { waiter.resume(now) }
                // A cancellation between the look at it and the entry in the list found no entry to remove.
                if Task.isCancelled { self.cancelWaiter(id) }
            }
        } onCancel: {
            self.cancelWaiter(id)
        }
    }

    private func cancelWaiter(_ id: UInt64) {
        let waiter = state.withLock { $0.waiters.removeValue(forKey: id) }
        waiter?.resume(.cancelled)
    }

    /// Wakes those whose time is up; called a few times a second.
    func wakeOverdue(now: ContinuousClock.Instant = .now) {
        let woken = state.withLock { state -> [WokenWaiter] in
            let due = state.waiters.filter { $0.value.deadline <= now }
            for id in due.keys { state.waiters[id] = nil }
            return due.values.map { WokenWaiter(waiter: $0, wake: .deadline(state.revision)) }
        }
        for waiter in woken { waiter.resume() }
    }

    /// Ends all watches in order and refuses new writes, the first step of the end.
    public func endWatches() {
        let woken = state.withLock { state -> [WokenWaiter] in
            state.isClosed = true
            let all = state.waiters.values.map { WokenWaiter(waiter: $0, wake: .closed) }
            state.waiters = [:]
            return all
        }
        for waiter in woken { waiter.resume() }
    }
}

extension ObjectStore.State {
    /// Takes those out of the list whom committed changes concern.
    mutating func wake(_ changes: [Int: [(revision: Revision, key: ObjectKey)]]) -> [WokenWaiter] {
        var woken: [WokenWaiter] = []
        for (id, waiter) in waiters {
            let firsts = waiter.kinds.compactMap { changes[$0]?.first { waiter.concerns($0.key) }?.revision }
            guard let first = firsts.min() else { continue }
            woken.append(WokenWaiter(waiter: waiter, wake: .changed(after: first - 1)))
            waiters[id] = nil
        }
        return woken
    }
}
