import JSONTree
import Testing

@testable import ControlStoreClient

struct ReflectorStateTests {
    private static func error(_ code: ControlStoreClientError.Code) -> ControlStoreClientError {
        ControlStoreClientError(code, "", request: "")
    }

    private static func watching() -> ReflectorState {
        var state = ReflectorState()
        state.listed(resourceVersion: "5")
        return state
    }

    @Test func theFirstListTakesTheServersCache() {
        #expect(ReflectorState().step == .list(resourceVersion: "0"))
        #expect(Self.watching().step == .watch(resourceVersion: "5"))
    }

    @Test func aWatchGoesOnBehindTheLastEvent() {
        var state = Self.watching()
        state.observed(resourceVersion: "7")
        state.observed(resourceVersion: "")
        #expect(state.watchEnded(after: .seconds(400), eventCount: 1) == .atOnce)
        #expect(state.step == .watch(resourceVersion: "7"))
    }

    @Test func anEmptyWatchThatEndsAtOnceIsNotAskedForInATightLoop() {
        var state = Self.watching()
        #expect(state.watchEnded(after: .milliseconds(10), eventCount: 0) == .afterBackoff)
        #expect(state.watchEnded(after: .milliseconds(10), eventCount: 1) == .atOnce)
    }

    @Test(arguments: [
        (
            ControlStoreClientError.Code.expired, ReflectorState.Step.list(resourceVersion: ""),
            ReflectorState.Pace.atOnce
        ),
        (.connectionLost, .watch(resourceVersion: "5"), .afterBackoff),
        (.unreachable, .watch(resourceVersion: "5"), .afterBackoff),
        (.timeout, .watch(resourceVersion: "5"), .afterBackoff),
        (.serverError, .watch(resourceVersion: "5"), .afterBackoff),
        (.tooManyRequests, .watch(resourceVersion: "5"), .afterBackoff),
        (.malformedAnswer, .list(resourceVersion: "5"), .afterBackoff),
        (.forbidden, .list(resourceVersion: "5"), .afterBackoff),
        (.notFound, .list(resourceVersion: "5"), .afterBackoff),
    ])
    func whatFollowsAWatchThatFailed(
        code: ControlStoreClientError.Code,
        step: ReflectorState.Step,
        pace: ReflectorState.Pace
    ) {
        var state = Self.watching()
        #expect(state.watchFailed(Self.error(code)) == pace)
        #expect(state.step == step)
    }

    @Test func aListThatIsTooOldIsAskedForTheNewestOnce() {
        var state = Self.watching()
        _ = state.watchFailed(Self.error(.malformedAnswer))
        #expect(state.listFailed(Self.error(.expired)) == .atOnce)
        #expect(state.step == .list(resourceVersion: ""))
        #expect(state.listFailed(Self.error(.expired)) == .afterBackoff)
    }

    @Test func aRevisionFromTheFutureIsForgotten() {
        var state = Self.watching()
        _ = state.watchFailed(Self.error(.malformedAnswer))
        let status: JSONValue = [
            "kind": "Status", "code": 504, "reason": "Timeout", "message": "Too large resource version: 5, current: 2",
            "details": ["causes": [["reason": "ResourceVersionTooLarge"]]],
        ]
        #expect(state.listFailed(ControlStoreClientError(status: status, request: "")) == .atOnce)
        #expect(state.step == .list(resourceVersion: ""))
    }

    @Test func anUnreachableServerIsAskedForTheSameAgain() {
        var state = ReflectorState()
        #expect(state.listFailed(Self.error(.unreachable)) == .afterBackoff)
        #expect(state.step == .list(resourceVersion: "0"))
    }
}
