import ClusterModel

/// A queue of what happened, one entry per object: whoever takes an entry gets everything that happened to that object.
///
/// The entry of an object that changes faster than it is taken doesn't grow: later states replace earlier ones, and an
/// object that came and went between is only gone. A deletion before a new object of the same name stays visible.
struct DeltaFIFO<Object: Sendable> {
    /// One thing that happened.
    enum Delta {
        case added(Object)
        case updated(Object)
        /// Gone. `nil` when the deletion itself was missed and only a list showed it.
        case deleted(Object?)
        /// Part of a whole list; new, changed or as before.
        case replaced(Object)
        /// As before; handlers want to see it again.
        case sync(Object)
    }

    private var deltas: [ObjectKey: [Delta]] = [:]
    private var queue: [ObjectKey] = []
    private var head = 0
    /// Entries of the first list that weren't taken yet; `nil` before the first list.
    private var initialCount: Int?

    /// Entries that wait.
    var count: Int { queue.count - head }

    /// Whether the first list came and all of it was taken.
    var hasSynced: Bool { initialCount == 0 }

    mutating func add(_ object: Object, key: ObjectKey) { push(.added(object), key) }
    mutating func update(_ object: Object, key: ObjectKey) { push(.updated(object), key) }
    mutating func delete(_ object: Object?, key: ObjectKey) { push(.deleted(object), key) }

    /// A whole list: every object in it is `replaced`; what is known or queued but not in it is deleted.
    mutating func replace(with objects: [(key: ObjectKey, object: Object)], known: some Sequence<ObjectKey>) {
        listed(objects)
        listEnded(present: Set(objects.lazy.map(\.key)), known: known)
    }

    /// A part of a whole list: every object in it is `replaced`.
    mutating func listed(_ objects: [(key: ObjectKey, object: Object)]) {
        for (key, object) in objects { push(.replaced(object), key) }
    }

    /// The end of a whole list: what is known or queued but was not in it is deleted.
    mutating func listEnded(present: Set<ObjectKey>, known: some Sequence<ObjectKey>) {
        // A set: a key may be both known and queued.
        let gone = Set(known).union(queue[head...]).subtracting(present)
        for key in gone.sorted() { push(.deleted(nil), key) }
        if initialCount == nil { initialCount = count }
    }

    /// Every known object once more, unless something about it waits anyway.
    mutating func resync(_ known: some Sequence<(key: ObjectKey, value: Object)>) {
        for (key, object) in known where deltas[key] == nil { push(.sync(object), key) }
    }

    /// Takes the oldest entry.
    mutating func pop() -> (key: ObjectKey, deltas: [Delta])? {
        guard head < queue.count else { return nil }
        let key = queue[head]
        head += 1
        if head > 1024, head > queue.count / 2 {
            queue.removeFirst(head)
            head = 0
        }
        if let waiting = initialCount, waiting > 0 { initialCount = waiting - 1 }
        return (key, deltas.removeValue(forKey: key) ?? [])
    }

    private mutating func push(_ delta: Delta, _ key: ObjectKey) {
        guard var entry = deltas[key] else {
            deltas[key] = [delta]
            queue.append(key)
            return
        }
        Self.append(delta, to: &entry)
        deltas[key] = entry
    }

    /// Keeps an entry at two deltas: at most one deletion, and the state after it.
    private static func append(_ delta: Delta, to entry: inout [Delta]) {
        guard let last = entry.last else { return entry = [delta] }
        switch (last, delta) {
        case (.deleted(let old), .deleted(let new)):
            entry[entry.count - 1] = .deleted(new ?? old)
        case (.deleted, _):
            entry.append(delta)
        case (_, .deleted):
            let hadDeletion = entry.count > 1
            entry = hadDeletion ? [entry[0]] : [delta]
        case (.added, .updated(let object)):
            entry[entry.count - 1] = .added(object)
        default:
            entry[entry.count - 1] = delta
        }
    }
}
