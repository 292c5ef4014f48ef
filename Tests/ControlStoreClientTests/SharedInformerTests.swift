import ClusterModel
import Foundation
import Logging
import NIOCore
import Synchronization
import Testing

@testable import ControlStoreClient

/// Each test scripts what a server does, and checks that the informer ends up with what the server holds.
@Suite(.timeLimit(.minutes(15)))
struct SharedInformerTests {
    typealias Step = ScriptedServer.Step

    /// A fast informer, what its handler saw, and the server's side.
    private struct Session {
        let informer: SharedInformer<Service>
        let seen: Seen
        let server: ScriptedServer

        /// Waits until the cache holds exactly these names with these values.
        func converges(to expected: [String: String]) async throws {
            while Dictionary(
                informer.store.objects.map { ($0.key.name, $0.value.labels["v"] ?? "") },
                uniquingKeysWith: { $1 }
            ) != expected {
                try await Task.sleep(for: .milliseconds(5))
            }
        }

        func waitForRequests(_ count: Int) async throws {
            while server.requests.count < count { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    private final class Seen: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }

        private let batches = Mutex<[Int]>([])
        /// How many events came in batches.
        var batched: Int { batches.withLock { $0.reduce(0, +) } }

        func note(batch events: [InformerEvent<Service>]) { batches.withLock { $0.append(events.count) } }

        func note(_ event: InformerEvent<Service>) {
            let line =
                switch event {
                case .added(let object, let initial): "+\(object.name)\(initial ? "" : "!")"
                case .updated(let old, let new): "~\(new.name):\(old.resourceVersion)-\(new.resourceVersion)"
                case .deleted(let object): "-\(object.name)"
                }
            lines.withLock { $0.append(line) }
        }
    }

    private static func run(
        _ scripts: [[Step]],
        resync: Duration? = nil,
        grace: Duration = .seconds(60),
        watchSeconds: Range<Int> = 300..<600,
        keeping kept: @escaping @Sendable (Service) -> Service = { $0 },
        _ body: (Session) async throws -> Void
    ) async throws {
        try await ScriptedServer.with(scripts) { server, configuration in
            var timings = ReflectorTimings()
            timings.backoff = Backoff(base: .milliseconds(5), maximum: .milliseconds(20))
            timings.grace = grace
            timings.watchSeconds = watchSeconds
            let informer = SharedInformer<Service>(
                client: try StoreClient(configuration),
                selection: Selection(labels: "!skip"),
                resyncPeriod: resync,
                keeping: kept,
                timings: timings,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            let seen = Seen()
            informer.addHandler { seen.note($0) }
            informer.addBatchHandler { seen.note(batch: $0) }
            try await withThrowingTaskGroup { group in
                group.addTask { await informer.run() }
                try await body(Session(informer: informer, seen: seen, server: server))
                group.cancelAll()
            }
        }
    }

    private static let firstList: [Step] = [
        .answer(200, Wire.list(5, [Wire.service("a", 3, value: "1"), Wire.service("b", 4, value: "1")]))
    ]

    @Test func listThenWatch() async throws {
        try await Self.run([
            Self.firstList,
            [
                .head(200), .chunk(Wire.event("MODIFIED", Wire.service("a", 6, value: "2"))),
                .chunk(Wire.event("DELETED", Wire.service("b", 7))), .chunk(Wire.event("ADDED", Wire.service("c", 8))),
            ],
        ]) { session in
            try await session.informer.waitUntilSynced()
            try await session.converges(to: ["a": "2", "c": ""])
            try await Task.sleep(for: .milliseconds(20))
            #expect(session.seen.all == ["+a", "+b", "~a:3-6", "-b", "+c!"])
            #expect(session.informer.lastResourceVersion == "8")
            let requests = session.server.requests
            #expect(requests.count == 2)
            #expect(requests[0] == "GET /api/v1/services?labelSelector=%21skip&limit=500&resourceVersion=0")
            #expect(
                requests[1].hasPrefix(
                    "GET /api/v1/services?labelSelector=%21skip&allowWatchBookmarks=true&watch=true&resourceVersion=5&timeoutSeconds="
                )
            )
        }
    }

    @Test func pagesAreShownAsTheyComeAndTheListIsWholeOnlyAtItsEnd() async throws {
        try await Self.run([
            [.answer(200, Wire.list(5, [Wire.service("a", 3), Wire.service("b", 4)], continuing: "more"))],
            [.pause(.milliseconds(100)), .answer(200, Wire.list(5, [Wire.service("c", 5)]))],
            [.answer(410, Wire.status(410, "Expired", "too old"))],
            [.answer(200, Wire.list(9, [Wire.service("a", 3)], continuing: "more"))],
            // The revision is gone between two pages: b, which came and went, is not there any more.
            [.answer(410, Wire.status(410, "Expired", "too old"))],
            [.answer(200, Wire.list(10, [Wire.service("a", 3), Wire.service("d", 10)]))],
        ]) { session in
            try await session.converges(to: ["a": "", "b": ""])
            #expect(!session.informer.hasSynced)
            try await session.informer.waitUntilSynced()
            #expect(session.seen.all.prefix(3) == ["+a", "+b", "+c"])
            try await session.converges(to: ["a": "", "d": ""])
            try await Task.sleep(for: .milliseconds(20))
            #expect(session.seen.all.sorted() == ["+a", "+b", "+c", "+d!", "-b", "-c"])
            #expect(session.seen.batched == 6)
            #expect(session.informer.lastResourceVersion == "10")
        }
    }

    @Test func onlyWhatIsKeptStaysInTheCache() async throws {
        let script: [[Step]] = [
            Self.firstList, [.head(200), .chunk(Wire.event("MODIFIED", Wire.service("a", 6, value: "2")))],
        ]
        let kept: @Sendable (Service) -> Service = { whole in
            var part = Service(namespace: whole.namespace, name: whole.name)
            part.metadata.resourceVersion = whole.resourceVersion
            return part
        }
        try await Self.run(script, keeping: kept) { session in
            try await session.informer.waitUntilSynced()
            while session.seen.all.count < 3 { try await Task.sleep(for: .milliseconds(5)) }
            #expect(session.seen.all == ["+a", "+b", "~a:3-6"])
            try await session.converges(to: ["a": "", "b": ""])
        }
    }

    @Test func anEmptyCollectionIsSynced() async throws {
        try await Self.run([[.answer(200, Wire.list(1, []))]]) { session in
            try await session.informer.waitUntilSynced()
            #expect(session.informer.hasSynced)
            #expect(session.informer.store.count == 0)
        }
    }

    /// Each way in which a watch may break, with what the next list or watch then shows.
    enum Breakage: CaseIterable {
        case goneEvent, goneStatus, droppedInAnEvent, droppedBetweenEvents, garbage, wrongKind, serverError, forbidden
        case cleanEndInAnEvent, unknownType
    }

    private static func script(_ breakage: Breakage) -> [Step] {
        let first = Wire.event("MODIFIED", Wire.service("a", 6, value: "2"))
        return switch breakage {
        case .goneEvent:
            [.head(200), .chunk(first), .chunk(Wire.event("ERROR", Wire.status(410, "Expired", "too old"))), .end]
        case .goneStatus: [.answer(410, Wire.status(410, "Expired", "too old"))]
        case .droppedInAnEvent:
            [.head(200), .chunk(first + String(first.prefix(40))), .pause(.milliseconds(20)), .drop]
        case .droppedBetweenEvents: [.head(200), .chunk(first), .pause(.milliseconds(20)), .drop]
        case .garbage: [.head(200), .chunk(first), .chunk("{{nonsense\n"), .pause(.hours(1))]
        case .wrongKind:
            [.head(200), .chunk(Wire.event("ADDED", #"{"kind":"Pod","apiVersion":"v1"}"#)), .pause(.hours(1))]
        case .serverError: [.answer(500, Wire.status(500, "InternalError", "boom"))]
        case .forbidden: [.answer(403, Wire.status(403, "Forbidden", "no"))]
        case .cleanEndInAnEvent: [.head(200), .chunk(first + "{\"type\":"), .end]
        case .unknownType: [.head(200), .chunk(Wire.event("SURPRISE", Wire.service("a", 6))), .pause(.hours(1))]
        }
    }

    @Test(arguments: Breakage.allCases)
    func theCacheConvergesAfter(breakage: Breakage) async throws {
        // Both a list and a watch are ready, in the order in which the breakage makes them asked for.
        let list: [Step] = [.answer(200, Wire.list(9, [Wire.service("a", 8, value: "3"), Wire.service("d", 9)]))]
        let watch: [Step] = [
            .head(200), .chunk(Wire.event("MODIFIED", Wire.service("a", 8, value: "3"))),
            .chunk(Wire.event("DELETED", Wire.service("b", 9))), .chunk(Wire.event("ADDED", Wire.service("d", 9))),
        ]
        let isListedAnew: Bool =
            switch breakage {
            case .goneEvent, .goneStatus, .garbage, .wrongKind, .forbidden, .unknownType: true
            default: false
            }
        try await Self.run([Self.firstList, Self.script(breakage), isListedAnew ? list : watch]) { session in
            try await session.converges(to: ["a": "3", "d": ""])
            try await session.waitForRequests(3)
            #expect(session.server.requests[2].contains("watch=true") == !isListedAnew)
            #expect(session.seen.all.filter { $0 == "-b" }.count == 1)
        }
    }

    @Test func aWatchGoesOnBehindTheLastBookmark() async throws {
        try await Self.run([Self.firstList, [.head(200), .chunk(Wire.bookmark(70)), .end]]) { session in
            try await session.waitForRequests(3)
            #expect(session.server.requests[2].contains("resourceVersion=70&"))
            #expect(session.informer.lastResourceVersion == "70")
        }
    }

    @Test func aSlowStreamIsPutTogether() async throws {
        let text = Wire.event("MODIFIED", Wire.service("a", 6, value: "größer")) + Wire.bookmark(7)
        let bytes = stride(from: 0, to: text.count, by: 7).map { start -> [Step] in
            [.chunk(String(text.dropFirst(start).prefix(7))), .pause(.milliseconds(1))]
        }
        try await Self.run([Self.firstList, [.head(200)] + bytes.flatMap { $0 }]) { session in
            try await session.converges(to: ["a": "größer", "b": "1"])
            #expect(session.server.requests.count == 2)
        }
    }

    @Test func aDeadConnectionIsGivenUp() async throws {
        try await Self.run(
            [
                Self.firstList, [.head(200), .silence],
                [.head(200), .chunk(Wire.event("ADDED", Wire.service("c", 6)))],
            ],
            grace: .milliseconds(50),
            watchSeconds: 0..<1
        ) { session in
            try await session.converges(to: ["a": "1", "b": "1", "c": ""])
            #expect(session.server.requests.count >= 3)
        }
    }

    @Test func theFirstListIsRetried() async throws {
        try await Self.run([
            [.answer(503, "starting")], [.answer(200, "no JSON")], [.answer(200, "{}")], [.drop], Self.firstList,
        ]) { session in
            try await session.informer.waitUntilSynced()
            #expect(session.seen.all == ["+a", "+b"])
            #expect(session.server.requests.prefix(5).allSatisfy { $0.hasSuffix("limit=500&resourceVersion=0") })
        }
    }

    @Test func aListAnewShowsOnlyWhatChanged() async throws {
        try await Self.run([
            Self.firstList, [.answer(410, Wire.status(410, "Expired", "too old"))],
            [.answer(200, Wire.list(9, [Wire.service("a", 3, value: "1"), Wire.service("c", 9)]))],
        ]) { session in
            try await session.converges(to: ["a": "1", "c": ""])
            #expect(session.seen.all == ["+a", "+b", "+c!", "-b"] || session.seen.all == ["+a", "+b", "+c!"])
            #expect(session.server.requests[2] == "GET /api/v1/services?labelSelector=%21skip&limit=500")
        }
    }

    @Test func resyncShowsEverythingAgain() async throws {
        try await Self.run([Self.firstList], resync: .milliseconds(20)) { session in
            while session.seen.all.count < 6 { try await Task.sleep(for: .milliseconds(5)) }
            #expect(session.seen.all.prefix(2) == ["+a", "+b"])
            #expect(session.seen.all[2..<6].sorted() == ["~a:3-3", "~a:3-3", "~b:4-4", "~b:4-4"])
        }
    }

    @Test func badMembersOfAListAreLeftOut() async throws {
        let items = [Wire.service("a", 3, value: "1"), "7", #"{"kind":"Pod","metadata":{"name":"p"}}"#]
        try await Self.run([[.answer(200, Wire.list(5, items))]]) { session in
            try await session.informer.waitUntilSynced()
            #expect(session.seen.all == ["+a"])
        }
    }

    @Test func waitingEndsWithItsTask() async throws {
        try await Self.run([[.silence]]) { session in
            let informer = session.informer
            await withThrowingTaskGroup { group in
                group.addTask { try await informer.waitUntilSynced() }
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.waitForAll() }
            }
        }
    }
}
