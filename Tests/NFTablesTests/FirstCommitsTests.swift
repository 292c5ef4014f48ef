import Testing

@testable import NFTables

struct FirstCommitsTests {
    @Test func theWaitEndsWithTheLastOfThem() async {
        let commits = FirstCommits(of: 2)
        commits.made()
        let waiting = Task {
            await commits.wait()
            return ContinuousClock.now
        }
        try? await Task.sleep(for: .milliseconds(120))
        let last = ContinuousClock.now
        commits.made()
        #expect(await waiting.value >= last)
    }

    @Test func aWriterThatNeverCommitsKeepsNobodyForever() async {
        await FirstCommits(of: 1).wait(atMost: .milliseconds(60))
        let cancelled = Task { await FirstCommits(of: 1).wait(atMost: .seconds(3600)) }
        cancelled.cancel()
        await cancelled.value
    }
}
