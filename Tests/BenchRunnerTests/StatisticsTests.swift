import Testing

@testable import BenchRunner

struct StatisticsTests {
    @Test func aSummaryOfKnownNumbers() throws {
        // 1 to 200 in another order: quartiles by type 7 are 50.75 and 150.25.
        let summary = try #require(SampleSummary((1...200).map { Double($0 * 77 % 201) }))
        #expect(summary.count == 200)
        #expect(summary.median == 100.5)
        #expect(summary.p99 == 198)
        #expect(summary.minimum == 1)
        #expect(abs(summary.spread - (150.25 - 50.75) / 100.5) < 1e-12)
    }

    @Test(arguments: [([7.0], 7.0, 7.0), ([3, 1], 2, 3), ([5, 1, 3], 3, 5)])
    func fewNumbers(values: [Double], median: Double, p99: Double) throws {
        let summary = try #require(SampleSummary(values))
        #expect(summary.median == median)
        #expect(summary.p99 == p99)
        #expect(SampleSummary([]) == nil)
    }

    @Test func theGeneratorIsTheSameInEveryRun() {
        // The reference sequence of SplitMix64 for the seed 1234567.
        var generator = SeededGenerator(seed: 1_234_567)
        #expect(generator.next() == 6_457_827_717_110_365_317)
        #expect(generator.next() == 3_203_168_211_198_807_973)
    }

    @Test func aRatioIsTheMedianOfTheRoundsRatios() throws {
        // The machine was ten times as slow in the last round: pairwise, that does not show.
        let baseline = [[100.0, 102, 98], [110], [1000]]
        let mine = [[200.0, 204, 196], [220], [2000]]
        let estimate = try #require(RatioEstimate(mine, to: baseline))
        #expect(estimate.ratio == 2)
        #expect(estimate.lower == 2 && estimate.upper == 2)
        #expect(!estimate.isUndecided)
    }

    @Test func aRatioNeedsABaseline() {
        #expect(RatioEstimate([[1]], to: []) == nil)
        #expect(RatioEstimate([[1]], to: [[0]]) == nil)
        #expect(RatioEstimate([[]], to: [[1]]) == nil)
    }

    @Test func fewRoundsWidenTheInterval() {
        // Student's t for 6 degrees of freedom is 2.447, times the root of 7/6 is 2.643, and beyond that lies 0.41 %.
        #expect(abs(RatioEstimate.tail(rounds: 7) - 0.0041) < 0.0003)
        #expect(RatioEstimate.tail(rounds: 3) < 0.00005)
        #expect(abs(RatioEstimate.tail(rounds: 10_000) - 0.025) < 0.0001)
    }

    @Test func sameMeasurementsGiveTheSameInterval() {
        let mine = (0..<9).map { [Double($0) + 10] }
        let baseline = (0..<9).map { [Double($0 * 5 % 9) + 10] }
        #expect(RatioEstimate(mine, to: baseline) == RatioEstimate(mine, to: baseline))
    }

    /// Of intervals from rounds whose true ratio is known, about 95 of 100 must have it in them.
    @Test(arguments: [7, 15, 30]) func theIntervalCoversTheTruth(rounds: Int) throws {
        var generator = SeededGenerator(seed: 42)
        // A sum of uniform numbers is nearly normal; drift meets both of a round.
        func noise() -> Double {
            (0..<12).map { _ in Double.random(in: -0.5...0.5, using: &generator) }.reduce(0, +)
        }
        var covered = 0
        for _ in 0..<200 {
            var mine: [[Double]] = []
            var baseline: [[Double]] = []
            for _ in 0..<rounds {
                let drift = 1 + 0.3 * noise().magnitude
                baseline.append([1000 * drift * (1 + 0.05 * noise())])
                mine.append([1500 * drift * (1 + 0.05 * noise())])
            }
            let estimate = try #require(RatioEstimate(mine, to: baseline, resamples: 400))
            if estimate.lower <= 1.5, 1.5 <= estimate.upper { covered += 1 }
        }
        #expect((182...198).contains(covered), "\(covered) of 200")
    }
}
