import Testing

@testable import BenchRunner

/// A scenario that measures what it is told to.
private final class ScriptedScenario: BenchScenario {
    let name = "scripted"
    let question = "What was asked?"
    let parameters = [BenchParameter("services", 1000)]
    let variants: [BenchVariant]
    let baseline = "a"
    let expectedWork = 1.0
    let values: (String, Int) throws -> [Double]
    let failingSetUp: String?
    private(set) var asked: [String] = []
    private(set) var isTornDown = false

    init(
        _ names: [String],
        failingSetUp: String? = nil,
        values: @escaping (String, Int) throws -> [Double] = { _, _ in [1] }
    ) {
        variants = names.map { BenchVariant($0) }
        self.values = values
        self.failingSetUp = failingSetUp
    }

    func setUp(_ variant: BenchVariant) throws {
        if variant.name == failingSetUp { throw BenchError("no such thing: make it") }
    }

    func measure(_ variant: BenchVariant, round: Int) throws -> [BenchMeasurement] {
        asked.append("\(variant.name)\(round)")
        return [BenchMeasurement("time", try values(variant.name, round), processorTime: 5)]
    }

    func tearDown() { isTornDown = true }
}

/// A clock that goes on by a second whenever someone looks.
private final class StepClock {
    var time = 0.0
    func now() -> Double {
        time += 1
        return time
    }
}

struct BenchRunTests {
    private func run(_ scenarios: [any BenchScenario], _ settings: BenchSettings) async -> [BenchCase] {
        let progress = BenchProgress(isTerminal: false, now: { 0 }, write: { _ in })
        let clock = StepClock()
        return await BenchRun(settings, progress: progress, now: clock.now).run(scenarios)
    }

    @Test func variantsTakeTurnsAndNobodyIsAlwaysFirst() async {
        let scenario = ScriptedScenario(["a", "b", "c"])
        let results = await run([scenario], BenchSettings(.rounds(6)))
        #expect(
            scenario.asked == [
                "a0", "b0", "c0", "c1", "b1", "a1", "b2", "c2", "a2", "a3", "c3", "b3", "c4", "a4", "b4", "b5", "a5",
                "c5",
            ]
        )
        #expect(results[0].rounds == 6)
        #expect(scenario.isTornDown)
    }

    @Test func everyOrderHasEachPlaceOnce() {
        for count in 0...5 {
            for round in 0..<12 {
                #expect(RoundOrder.places(round: round, count: count).sorted() == Array(0..<count))
            }
        }
    }

    @Test func whatFailsIsLeftOutAndTheOthersGoOn() async throws {
        let broken = ScriptedScenario(["a", "b", "c"], failingSetUp: "a") { name, round in
            if name == "c", round == 1 { throw BenchError("fell over\nin two lines") }
            return [Double(round + 1)]
        }
        let whole = ScriptedScenario(["a", "b"])
        let results = await run([broken, whole], BenchSettings(.rounds(3)))
        #expect(results.map(\.rounds) == [3, 3])
        #expect(
            results[0].failures.map(\.description) == [
                "scripted, 1,000 services: a: no such thing: make it",
                "scripted, 1,000 services: c: fell over; in two lines",
            ]
        )
        // What the baseline was is gone, so the next one is.
        #expect(results[0].baseline == "b")
        #expect(results[0].rows.map(\.variant.name) == ["b"])
        #expect(results[0].rows[0].summary.count == 3)
        #expect(results[1].rows.count == 2 && results[1].failures.isEmpty)
        #expect(broken.isTornDown)
        let report = BenchReport(machine: .current(), command: "", settings: BenchSettings(.rounds(3)), cases: results)
        #expect(!report.isComplete)
    }

    @Test func timeIsGivenOutWithThreeRoundsAtLeast() async {
        let short = await run([ScriptedScenario(["a"]), ScriptedScenario(["a"])], BenchSettings(.time(.seconds(1))))
        #expect(short.map(\.rounds) == [3, 3])
        let long = await run([ScriptedScenario(["a"]), ScriptedScenario(["a"])], BenchSettings(.time(.seconds(200))))
        #expect(long.allSatisfy { (15...60).contains($0.rounds) }, "\(long.map(\.rounds))")
    }

    @Test func sharesGoByTheRootOfTheWorkAndLeftoversAreSharedOut() {
        let share = TimeShare([100, 10_000, 0], total: 111)
        #expect(share.seconds(of: 0, elapsed: 0) == 10 * 111 / 111)
        #expect(share.seconds(of: 1, elapsed: 10) == 100)
        #expect(share.seconds(of: 2, elapsed: 50) == 61)
        #expect(share.seconds(of: 2, elapsed: 500) == 0)
    }

    @Test func noiseThatHidesTheAnswerIsTold() async throws {
        var generator = SeededGenerator(seed: 3)
        let values = (0..<40).map { _ in Double.random(in: 50...150, using: &generator) }
        let noisy = ScriptedScenario(["a", "b", "c"]) { name, round in
            name == "c" ? [1000 + Double(round % 2)] : [values[round * 2 + (name == "a" ? 0 : 1)]]
        }
        let warnings = await run([noisy], BenchSettings(.rounds(20)))[0].warnings
        #expect(warnings.contains { $0.hasPrefix("time, b: ") && $0.hasSuffix("times a: no difference is shown") })
        #expect(warnings.contains { $0.hasPrefix("time, a: noisy") })
        #expect(!warnings.contains { $0.hasPrefix("time, c") })
        let few = await run([ScriptedScenario(["a", "b"])], BenchSettings(.rounds(3)))[0].warnings
        #expect(few.contains { $0.hasPrefix("3 rounds: ") })
        let counted = BenchSettings(.rounds(3), isCounted: true)
        #expect(await run([ScriptedScenario(["a", "b"])], counted)[0].warnings.isEmpty)
    }

    @Test func theFirstRoundOfCountedInstructionsIsNotCounted() async throws {
        var calls = 0
        let scenario = ScriptedScenario(["a"]) { _, _ in
            calls += 1
            return [calls == 1 ? 1000 : 1]
        }
        let result = await run([scenario], BenchSettings(.rounds(3), isCounted: true))[0]
        #expect(scenario.asked == ["a0", "a0", "a1", "a2"])
        #expect(result.rounds == 3)
        #expect(result.rows[0].summary.count == 3)
        #expect(result.rows[0].summary.p99 == 1)
    }

    @Test func progressOverwritesOnATerminalAndIsSparseElsewhere() {
        for isTerminal in [true, false] {
            var text = ""
            var time = 0.0
            let progress = BenchProgress(isTerminal: isTerminal, now: { time }, write: { text += $0 })
            progress.show("one", isNew: true)
            progress.show("two")
            time = 30
            progress.show("three")
            progress.note("stays")
            #expect(
                text
                    == (isTerminal
                        ? "\r\u{1b}[Kone\r\u{1b}[Ktwo\r\u{1b}[Kthree\r\u{1b}[Kstays\n" : "one\nthree\nstays\n")
            )
        }
        #expect(RemainingTime.text(3.2) == "about 4 s left")
        #expect(RemainingTime.text(83) == "about 1 min 25 s left")
    }
}
