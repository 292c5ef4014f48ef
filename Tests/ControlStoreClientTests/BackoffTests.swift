import Testing

@testable import ControlStoreClient

struct BackoffTests {
    private static let start = ContinuousClock.now

    @Test func waitsDoubleUpToTheMaximum() {
        var backoff = Backoff()
        let waits = (0..<8).map { _ in backoff.next(now: Self.start, random: 0) }
        #expect(waits == [800, 1600, 3200, 6400, 12800, 15000, 15000, 15000].map { .milliseconds($0) })
    }

    @Test(arguments: [0, 0.25, 0.5, 0.999])
    func jitterStaysBetweenTheWaitAndItsDouble(random: Double) {
        var backoff = Backoff()
        for lowest in [800, 1600, 3200, 6400, 12800, 15000, 15000] {
            let wait = backoff.next(now: Self.start, random: random)
            #expect(wait >= .milliseconds(lowest))
            #expect(wait <= min(.seconds(30), .milliseconds(2 * lowest)))
        }
    }

    @Test func aQuietTimeBeginsAnew() {
        var backoff = Backoff()
        for _ in 0..<5 { _ = backoff.next(now: Self.start, random: 0) }
        #expect(backoff.next(now: Self.start + .seconds(120), random: 0) == .seconds(15))
        #expect(backoff.next(now: Self.start + .seconds(241), random: 0) == .milliseconds(800))
    }

    @Test func resetBeginsAnew() {
        var backoff = Backoff()
        for _ in 0..<5 { _ = backoff.next(now: Self.start, random: 0) }
        backoff.reset()
        #expect(backoff.next(now: Self.start, random: 0) == .milliseconds(800))
    }
}
