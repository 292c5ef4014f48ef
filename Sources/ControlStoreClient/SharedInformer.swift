public import ClusterModel
public import Logging
public import ServiceLifecycle
import Synchronization

/// What an informer tells its handlers.
public enum InformerEvent<Object: Sendable>: Sendable {
    /// An object that wasn't there before; `isInInitialList` before the cache is filled for the first time.
    case added(Object, isInInitialList: Bool)
    /// An object that changed, or (with equal values) one that is shown again because of a resync.
    case updated(old: Object, new: Object)
    /// An object that is gone, as it was last known.
    case deleted(Object)
}

/// One cache of a collection on the server, kept up to date, with any number of handlers.
///
/// Make it, add handlers, run it (it is a `Service`), and wait for ``waitUntilSynced()``. Handlers are called one after
/// the other by one task, after the cache shows the change, and never twice at the same time.
public final class SharedInformer<Object: APIObject>: ServiceLifecycle.Service, ReflectorTarget {
    /// Called with each event; the next one waits until it returns.
    public typealias Handler = @Sendable (InformerEvent<Object>) async -> Void
    /// Called with some events, in order; the next ones wait until it returns.
    public typealias BatchHandler = @Sendable ([InformerEvent<Object>]) async -> Void

    private let reflector: Reflector<Object>
    private let resyncPeriod: Duration?
    private let state: Mutex<InformerState<Object>>
    private let wakeUps: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation

    /// An informer of the selected objects; nothing is sent before ``run()``.
    ///
    /// - Parameters:
    ///   - client: The server.
    ///   - selection: Which objects.
    ///   - resyncPeriod: How often every object is shown to the handlers again; `nil` means never.
    ///   - indexers: The indices of ``store``.
    ///   - kept: What of an object stays in ``store``: handlers see all of it, but only this as the old one. It must have
    ///     the object's name, namespace and resourceVersion.
    ///   - timings: Waits and limits.
    ///   - logger: For failures (warning) and lists (debug).
    public init(
        client: StoreClient,
        selection: Selection = Selection(),
        resyncPeriod: Duration? = nil,
        indexers: [String: IndexedStore<Object>.Indexer] = [:],
        keeping kept: @escaping @Sendable (Object) -> Object = { $0 },
        timings: ReflectorTimings = ReflectorTimings(),
        logger: Logger
    ) {
        reflector = Reflector(client: client, selection: selection, timings: timings, logger: logger)
        self.resyncPeriod = resyncPeriod
        state = Mutex(InformerState(store: IndexedStore(indexers: indexers), keeping: kept))
        (wakeUps, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// The cache as it is now.
    ///
    /// A copy is cheap; keeping it makes the next change copy the tables.
    public var store: IndexedStore<Object> { state.withLock { $0.store } }

    /// Whether the first list is in the cache and every handler has seen it.
    public var hasSynced: Bool { state.withLock { $0.hasSynced } }

    /// The revision of the last event or list that was received.
    public var lastResourceVersion: String { state.withLock { $0.lastResourceVersion } }

    /// Adds a handler; one that is added late is not shown what was there before.
    public func addHandler(_ handler: @escaping Handler) { state.withLock { $0.handlers.append(handler) } }

    /// Adds a handler that takes many events at once, as a large list brings them; see ``addHandler(_:)``.
    public func addBatchHandler(_ handler: @escaping BatchHandler) {
        state.withLock { $0.batchHandlers.append(handler) }
    }

    /// Returns once ``hasSynced`` holds.
    ///
    /// - Throws: `CancellationError`.
    public func waitUntilSynced() async throws {
        let id = state.withLock { $0.newWaiterID() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOver = state.withLock { state in
                    guard !state.hasSynced, !Task.isCancelled else { return true }
                    state.waiters[id] = continuation
                    return false
                }
                guard isOver else { return }
                if Task.isCancelled {
                    continuation.resume(throwing: CancellationError())
                } else {
                    continuation.resume()
                }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume(throwing: CancellationError())
        }
    }

    /// Keeps the cache up to date until the task is cancelled or a graceful shutdown begins.
    ///
    /// To be called once.
    public func run() async {
        await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                group.addTask { await self.reflector.run(into: self) }
                group.addTask { await self.deliver() }
                if let period = self.resyncPeriod { group.addTask { await self.resync(every: period) } }
            }
        }
    }

    /// ``ReflectorTarget``: a page of the reflector's list.
    public func listed(_ objects: [Object], isFirst: Bool) {
        state.withLock { $0.listed(objects, isFirst: isFirst) }
        wakeUp.yield()
    }

    /// ``ReflectorTarget``: the end of the reflector's list.
    public func listEnded(resourceVersion: String) {
        state.withLock { $0.listEnded(resourceVersion: resourceVersion) }
        wakeUp.yield()
    }

    /// ``ReflectorTarget``: the reflector's events.
    public func apply(_ event: WatchEvent<Object>) {
        state.withLock { $0.apply(event) }
        wakeUp.yield()
    }

    /// Enough to make a change of task for each batch cheap, few enough that nobody waits long for the cache.
    private static var batchSize: Int { 256 }

    private func deliver() async {
        for await _ in wakeUps {
            while !Task.isCancelled, let events = state.withLock({ $0.take(atMost: Self.batchSize) }) {
                let (handlers, batchHandlers) = state.withLock { ($0.handlers, $0.batchHandlers) }
                for event in events {
                    for handler in handlers { await handler(event) }
                }
                for handler in batchHandlers { await handler(events) }
            }
            let waiters = state.withLock { $0.waitersWhenSynced() }
            for waiter in waiters { waiter.resume() }
        }
    }

    private func resync(every period: Duration) async {
        while (try? await Task.sleep(for: period)) != nil {
            state.withLock { $0.resync() }
            wakeUp.yield()
        }
    }
}
