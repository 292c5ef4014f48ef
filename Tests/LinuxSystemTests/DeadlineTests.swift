import LinuxSystem
import Testing

struct DeadlineTests {
    @Test func noLimitNeverPasses() {
        #expect(!Deadline.never.hasPassed)
        #expect(Deadline.never.remaining == nil)
        #expect(Deadline.never.pollMilliseconds == -1)
    }

    @Test func nowHasPassed() {
        #expect(Deadline.now.hasPassed)
        #expect(Deadline.now.pollMilliseconds == 0)
        #expect(Deadline.after(.seconds(-5)).remaining == .zero)
    }

    @Test func whatIsLeftIsRoundedUp() {
        let deadline = Deadline.after(.seconds(3600))
        #expect(!deadline.hasPassed)
        #expect((3_500_000...3_600_000).contains(deadline.pollMilliseconds))
    }

    @Test(arguments: [Duration.seconds(Int64.max), .seconds(9_223_372_036)])
    func whatOverflowsIsNoLimit(duration: Duration) {
        #expect(!Deadline.after(duration).hasPassed)
        #expect(Deadline.after(.seconds(Int64.min)).hasPassed)
    }

    @Test func theEarlierOfTwo() {
        let soon = Deadline.after(.seconds(10))
        let late = Deadline.after(.seconds(1000))
        #expect(soon.earlier(late) == soon)
        #expect(late.earlier(soon) == soon)
        #expect(soon.earlier(.never) == soon)
        #expect(Deadline.never.earlier(soon) == soon)
    }

    @Test func theClockDoesNotGoBack() {
        let first = MonotonicTime.now
        #expect(MonotonicTime.now - first >= .zero)
        #expect(!(MonotonicTime.now < first))
    }
}
