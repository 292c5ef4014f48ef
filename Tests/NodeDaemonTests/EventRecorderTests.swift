import ClusterModel
import JSONTree
import Logging
import Synchronization
import Testing

@testable import NodeDaemon

struct EventRecorderTests {
    private struct Refusal: Error {}

    /// What a store was asked.
    private final class Asked: Sendable {
        let events = Mutex<[Event]>([])
        let raises = Mutex<[String]>([])

        func store(failures: Int = 0) -> EventRecorder.Store {
            let left = Mutex(failures)
            return EventRecorder.Store(
                create: { event in
                    let fails = left.withLock { left in
                        left -= 1
                        return left >= 0
                    }
                    if fails { throw Refusal() }
                    self.events.withLock { $0.append(event) }
                },
                raise: { name, namespace, count, _ in
                    self.raises.withLock { $0.append("\(namespace)/\(name) \(count)") }
                }
            )
        }
    }

    private func run(_ asked: Asked, failures: Int = 0, _ body: (EventRecorder) -> Void, until: Int) async throws {
        let recorder = EventRecorder(
            store: asked.store(failures: failures),
            nodeName: "n1",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        body(recorder)
        let task = Task { await recorder.run() }
        defer { task.cancel() }
        let deadline = ContinuousClock.now + .seconds(10)
        while asked.events.withLock({ $0.count }) + asked.raises.withLock({ $0.count }) < until {
            try #require(ContinuousClock.now < deadline)
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private static let note = EventRecorder.Note(isWarning: true, reason: "R", action: "A", message: "m")

    @Test func anEventNamesItsObjectAndWhoTells() async throws {
        let asked = Asked()
        var service = Service(namespace: "shop", name: "web")
        service.json["metadata"]?["uid"] = "u1"
        try await run(asked, { $0.record(Self.note, about: service) }, until: 1)
        let event = try #require(asked.events.withLock { $0.first })
        #expect(event.namespace == "shop")
        #expect(event.name.hasPrefix("web."))
        #expect(event.involvedKind == "Service")
        #expect(event.involvedObject == ObjectKey(namespace: "shop", name: "web"))
        #expect(event.json[path: "involvedObject", "uid"]?.stringValue == "u1")
        #expect(event.isWarning)
        #expect(event.reason == "R")
        #expect(event.json["action"]?.stringValue == "A")
        #expect(event.json["reportingComponent"]?.stringValue == "weftd")
        #expect(event.json["reportingInstance"]?.stringValue == "n1")
    }

    @Test func aNodesEventIsInNamespaceDefault() async throws {
        let asked = Asked()
        try await run(asked, { $0.record(Self.note, about: Node(name: "n1")) }, until: 1)
        #expect(asked.events.withLock { $0.first }?.namespace == "default")
    }

    @Test func theSameAgainRaisesTheCountForTenMinutes() async throws {
        let asked = Asked()
        let node = Node(name: "n1")
        let start = Timestamp(seconds: 1_000_000)
        try await run(
            asked,
            { recorder in
                for seconds in [0, 10, 500, 2000] {
                    recorder.record(Self.note, about: node, at: start.advanced(by: .seconds(seconds)))
                }
                recorder.record(
                    .init(reason: "Other", action: "A", message: "m"),
                    about: node,
                    at: start.advanced(by: .seconds(20))
                )
            },
            until: 5
        )
        let events = asked.events.withLock { $0 }
        #expect(events.map(\.reason) == ["R", "R", "Other"])
        #expect(Set(events.map(\.name)).count == 3)
        let name = try #require(events.first?.name)
        #expect(asked.raises.withLock { $0 } == ["default/\(name) 2", "default/\(name) 3"])
    }

    @Test func aStoreThatRefusesIsNoReasonToStop() async throws {
        let asked = Asked()
        try await run(
            asked,
            failures: 1,
            { recorder in
                recorder.record(Self.note, about: Node(name: "n1"))
                recorder.record(.init(reason: "Next", action: "A", message: "m"), about: Node(name: "n1"))
            },
            until: 1
        )
        #expect(asked.events.withLock { $0.map(\.reason) } == ["Next"])
    }
}
