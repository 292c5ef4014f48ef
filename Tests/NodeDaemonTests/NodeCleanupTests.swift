import JSONTree
import NetworkTypes
import Testing

@testable import NodeDaemon

struct NodeCleanupTests {
    private struct Refusal: Error, CustomStringConvertible {
        let description = "refused"
    }

    @Test func aFailureStopsNothingElseAndEverythingIsTold() {
        let result = NodeCleanup.run([
            NodeCleanup.Step(name: "a") { ["table ip a"] },
            NodeCleanup.Step(name: "b") { throw Refusal() },
            NodeCleanup.Step(name: "c") {
                throw PartialCleanup(removed: ["table ip c"], failures: ["table ip6 c: busy"])
            },
            NodeCleanup.Step(name: "d") { ["route d"] },
        ])
        #expect(result.removed == ["table ip a", "table ip c", "route d"])
        #expect(result.failure?.code == .cleanup)
        #expect(result.failure?.text == "not everything was removed: b: refused; c: table ip6 c: busy")
    }

    @Test func nothingThereIsNoFailure() {
        let result = NodeCleanup.run([NodeCleanup.Step(name: "a") { [] }])
        #expect(result.removed.isEmpty && result.failure == nil)
    }

    @Test func theOtherFamilyIsTriedAllTheSame() throws {
        #expect(try PartialCleanup.forEachFamily { ["\($0)"] } == IPFamily.allCases.map { "\($0)" })
        let error = #expect(throws: PartialCleanup.self) {
            try PartialCleanup.forEachFamily { family in
                guard family == .ipv6 else { throw Refusal() }
                return ["six"]
            }
        }
        #expect(error?.removed == ["six"])
        #expect(error?.failures == ["refused"])
    }

    @Test func annotationsArePatchedAlone() {
        let patch = NodeAnnotations.patch(["b": "2", "a": "1"])
        #expect("\(patch)" == #"{"metadata":{"annotations":{"a":"1","b":"2"}}}"#)
    }
}
