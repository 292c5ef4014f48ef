import ClusterModel
import ControlStoreClient
import JSONTree
import Logging
import Synchronization

/// Writes Events, for whoever looks at objects with `kubectl describe` or `weft get events`.
///
/// An Event is never worth waiting for: they are written one after the other in the background, and what the store
/// does not take, or what is too much, is dropped. The same again within ten minutes only raises the first one's count.
final class EventRecorder: Sendable {
    /// What to say about an object.
    struct Note: Hashable, Sendable {
        var isWarning = false
        /// One word for programs.
        var reason: String
        /// What was being done.
        var action: String
        /// For people.
        var message: String
    }

    /// Writes one Event; the name of one that is there raises its count instead.
    struct Store: Sendable {
        let create: @Sendable (Event) async throws -> Void
        let raise: @Sendable (_ name: String, _ namespace: String, _ count: Int, Timestamp) async throws -> Void
    }

    private struct Request: Sendable {
        var event: Event
        var note: Note
    }

    private struct Known {
        var name: String
        var count: Int
        var last: Timestamp
    }

    private let store: Store
    private let nodeName: String
    private let logger: Logger
    private let requests: AsyncStream<Request>
    private let queue: AsyncStream<Request>.Continuation
    private let lastNumber = Atomic(0)

    /// How long the same Event counts as the same.
    static let window = Duration.seconds(600)
    /// So many different ones are remembered.
    private static let capacity = 256

    init(store: Store, nodeName: String, logger: Logger) {
        self.store = store
        self.nodeName = nodeName
        self.logger = logger
        (requests, queue) = AsyncStream.makeStream(of: Request.self, bufferingPolicy: .bufferingOldest(256))
    }

    /// Tells of something that happened to an object; returns at once.
    func record(_ note: Note, about object: some APIObject, at time: Timestamp = .now()) {
        let number = lastNumber.add(1, ordering: .relaxed).newValue
        let stamp = String(UInt64(bitPattern: time.seconds) << 16 | UInt64(number & 0xffff), radix: 16)
        var event = Event(
            about: object,
            name: "\(object.name.prefix(200)).\(stamp)",
            isWarning: note.isWarning,
            reason: note.reason,
            message: String(note.message.prefix(1024)),
            component: "weftd",
            instance: nodeName,
            time: time
        )
        event.json["action"] = .string(note.action)
        queue.yield(Request(event: event, note: note))
    }

    /// Writes what is told until the task is cancelled.
    func run() async {
        var known: [String: Known] = [:]
        for await request in requests {
            do {
                try await write(request, &known)
            } catch {
                if Task.isCancelled { return }
                logger.debug(
                    "an Event was not written",
                    metadata: ["reason": "\(request.note.reason)", "error": "\(error)"]
                )
            }
        }
    }

    private func write(_ request: Request, _ known: inout [String: Known]) async throws {
        let event = request.event
        let key = "\(event.involvedKind) \(event.involvedObject) \(request.note.reason) \(request.note.message)"
        let now = event.lastTimestamp ?? .now()
        if var before = known[key], now.duration(since: before.last) < Self.window {
            before.count += 1
            before.last = now
            known[key] = before
            return try await store.raise(before.name, event.namespace, before.count, now)
        }
        if known.count >= Self.capacity { known = known.filter { now.duration(since: $0.value.last) < Self.window } }
        if known.count < Self.capacity { known[key] = Known(name: event.name, count: 1, last: now) }
        try await store.create(event)
    }
}

extension EventRecorder.Store {
    /// The control store.
    init(_ client: StoreClient) {
        create = { event in try await client.create(event) }
        raise = { name, namespace, count, time in
            let patch: JSONValue = [
                "count": .integer(Int64(count)), "lastTimestamp": .string(time.description),
            ]
            try await client.mergePatch(Event.self, name, namespace: namespace, patch)
        }
    }
}
