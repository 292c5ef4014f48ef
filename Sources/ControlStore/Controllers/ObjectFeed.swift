import ClusterModel
import Synchronization

/// What a controller is told.
enum FeedStep: Sendable {
    /// Forget everything: these are all objects there are.
    case reset([(kind: ResourceKind, object: StoredObject)])
    /// Changes, in the order of their revisions.
    case changes([(kind: ResourceKind, event: WatchEvent)])
    /// Nothing changed in time.
    case idle
    /// The store ends.
    case end
}

/// All changes of several kinds in one order, for the controllers within the store.
///
/// Revisions are the store's, not a kind's, so one place in history serves all kinds, and a controller that has read
/// everything has also read its own writes.
struct ObjectFeed {
    private let store: ObjectStore
    private let kinds: [ResourceKind]
    private let indices: [Int]
    private var place: Revision?

    init(store: ObjectStore, kinds: [ResourceKind]) {
        self.store = store
        self.kinds = kinds
        indices = kinds.map(ObjectStore.index)
    }

    /// What there is now; `idle` when there is nothing.
    mutating func poll() -> FeedStep {
        guard let place else { return reset() }
        do throws(StoreError) {
            let changes = try store.state.withLock { state throws(StoreError) in
                var changes: [(kind: ResourceKind, event: WatchEvent)] = []
                for (kind, index) in zip(kinds, indices) {
                    changes += try state.caches[index].events(after: place, limit: .max).map { (kind, $0) }
                }
                self.place = state.revision
                return changes
            }
            return changes.isEmpty ? .idle : .changes(changes.sorted { $0.event.revision < $1.event.revision })
        } catch {
            return reset()
        }
    }

    private mutating func reset() -> FeedStep {
        let (objects, revision) = store.state.withLock { state in
            var objects: [(kind: ResourceKind, object: StoredObject)] = []
            for (kind, index) in zip(kinds, indices) {
                objects += state.caches[index].objects(in: nil).map { (kind, $0) }
            }
            return (objects, state.revision)
        }
        place = revision
        return .reset(objects)
    }

    /// Waits for the next changes.
    mutating func next(until deadline: ContinuousClock.Instant) async -> FeedStep {
        while true {
            let step = poll()
            guard case .idle = step else { return step }
            switch await store.wait(indices, ObjectSelection(), after: place ?? 0, until: deadline) {
            case .changed: continue
            case .deadline: return .idle
            case .closed, .cancelled: return .end
            }
        }
    }
}

/// A loop that keeps objects in step with others: it notes what changed, and works on what it noted.
protocol Controller: Sendable {
    /// The kinds that it wants to be told of.
    static var kinds: [ResourceKind] { get }
    /// How often it looks when nothing changes, or fails.
    static var interval: Duration { get }
    /// Forgets everything that it noted.
    mutating func reset()
    /// Notes an object that is there, or was deleted.
    mutating func note(_ kind: ResourceKind, _ object: StoredObject, isDeleted: Bool)
    /// Does what there is to do; what could not be done stays noted.
    mutating func work(in store: ObjectStore) async
}

extension ObjectStore {
    /// Runs a controller until the store ends or the task is cancelled.
    func run(_ controller: some Controller) async {
        var controller = controller
        var feed = ObjectFeed(store: self, kinds: type(of: controller).kinds)
        while true {
            var step = await feed.next(until: .now + type(of: controller).interval)
            // Everything is noted before any work, so that a controller never acts before it has seen its own writes.
            while true {
                switch step {
                case .end: return
                case .reset(let objects):
                    controller.reset()
                    for (kind, object) in objects { controller.note(kind, object, isDeleted: false) }
                case .changes(let changes):
                    for (kind, event) in changes {
                        controller.note(kind, event.object, isDeleted: event.kind == .deleted)
                    }
                case .idle: break
                }
                if case .idle = step { break }
                step = feed.poll()
            }
            await controller.work(in: self)
        }
    }
}
