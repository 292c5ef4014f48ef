import Glibc

/// How many times as much a variant takes as the baseline, and how sure that is.
///
/// Variants are interleaved, so what the machine did meanwhile met both: each round gives one ratio, of the round's
/// medians, and what counts is the median of these. The interval comes from drawing rounds anew (a bootstrap), never
/// single measurements: those of one round are not independent of each other. Few rounds drawn anew differ too little; the
/// interval's ends are moved outwards accordingly (Hesterberg, What Teachers Should Know about the Bootstrap, 2015).
public struct RatioEstimate: Hashable, Sendable {
    /// The fewest rounds whose extremes enclose the true median in 95 of 100 cases: 1 - 2/2^6.
    public static let sufficientRounds = 6

    /// The median of the rounds' ratios.
    public let ratio: Double
    /// The lower end of the 95 % interval.
    public let lower: Double
    /// The upper end of the 95 % interval.
    public let upper: Double

    /// Whether the interval has 1 in it: neither is shown to be faster.
    public var isUndecided: Bool { lower <= 1 && upper >= 1 }

    /// Compares rounds pairwise; nil when there is no round that both have, or the baseline took nothing.
    ///
    /// - Parameters:
    ///   - rounds: the variant's measurements, round by round.
    ///   - baseline: the baseline's, of the same rounds.
    ///   - resamples: how often rounds are drawn anew.
    ///   - seed: makes the interval the same for the same measurements.
    public init?(_ rounds: [[Double]], to baseline: [[Double]], resamples: Int = 2000, seed: UInt64 = 1) {
        let ratios = zip(rounds, baseline).compactMap { mine, theirs -> Double? in
            guard !mine.isEmpty, !theirs.isEmpty else { return nil }
            let divisor = SampleSummary.median(theirs)
            return divisor > 0 ? SampleSummary.median(mine) / divisor : nil
        }
        guard !ratios.isEmpty else { return nil }
        var generator = SeededGenerator(seed: seed)
        let medians = (0..<resamples).map { _ in
            SampleSummary.median(ratios.map { _ in ratios[Int.random(in: 0..<ratios.count, using: &generator)] })
        }.sorted()
        ratio = SampleSummary.median(ratios)
        let tail = Self.tail(rounds: ratios.count)
        lower = SampleSummary.quantile(tail, ofSorted: medians)
        upper = SampleSummary.quantile(1 - tail, ofSorted: medians)
    }

    /// The part of the resamples that lies outside the interval on either side: 2.5 % with many rounds.
    static func tail(rounds: Int) -> Double {
        guard rounds > 1 else { return 0 }
        let freedom = Double(rounds - 1)
        // The quantile of Student's t for 97.5 %, from that of the normal distribution (Abramowitz and Stegun 26.7.5).
        let normal = 1.959964
        let (third, fifth) = (normal * normal * normal, normal * normal * normal * normal * normal)
        let student =
            normal + (third + normal) / (4 * freedom)
            + (5 * fifth + 16 * third + 3 * normal) / (96 * freedom * freedom)
        return erfc(student * (Double(rounds) / freedom).squareRoot() / 2.0.squareRoot()) / 2
    }
}
