import Logging
import Synchronization

extension ObjectStore {
    /// Runs what the store does by itself: time limits of watches, controllers, compaction; until it ends, or the task
    /// is cancelled.
    public func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.run(EndpointSliceController()) }
            group.addTask { await self.run(NamespaceController()) }
            group.addTask { await self.run(OwnerCollector()) }
            group.addTask { await self.repeatedly(every: .milliseconds(250)) { self.wakeOverdue() } }
            group.addTask { await self.repeatedly(every: .seconds(2)) { await self.compact() } }
            group.addTask { await self.repeatedly(every: .seconds(300)) { await self.expireEvents() } }
        }
    }

    private func repeatedly(every interval: Duration, _ body: @Sendable () async -> Void) async {
        while !Task.isCancelled, !state.withLock({ $0.isClosed }) {
            await body()
            try? await Task.sleep(for: interval)
        }
    }

    /// Forgets old changes in the log on disk.
    func compact() async {
        let kept = configuration.loggedRevisions
        let target = state.withLock { state in
            // In steps, so that an idle store doesn't write for every change.
            state.revision - state.compacted > kept + kept / 8 ? state.revision - kept : nil
        }
        guard let target else { return }
        do throws(StoreError) {
            try await storage.compact(to: target)
            state.withLock { $0.compacted = target }
        } catch {
            logger.warning("compaction failed", metadata: ["error": "\(error)"])
        }
    }
}
