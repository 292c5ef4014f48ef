/// The order in which a round asks the variants.
///
/// Each round begins with another one, and every other round goes backwards, so that nobody is always first, and
/// nobody always follows the same one.
public enum RoundOrder {
    /// The places of the variants in a round.
    ///
    /// - Parameters:
    ///   - round: the number of the round, from 0.
    ///   - count: how many variants there are.
    /// - Returns: each place once.
    public static func places(round: Int, count: Int) -> [Int] {
        let rotated = (0..<count).map { ($0 + round / 2) % max(count, 1) }
        return round.isMultiple(of: 2) ? rotated : rotated.reversed()
    }
}
