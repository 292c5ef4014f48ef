/// Gives out the time of a run to its scenarios.
struct TimeShare {
    /// The weights of the scenarios, in the order in which they run.
    let weights: [Double]
    /// The time for all of them, in seconds.
    let total: Double

    init(_ work: [Double], total: Double) {
        // By the root, so that a small size, whose rounds are short, gets many of them.
        weights = work.map { max($0, 1).squareRoot() }
        self.total = total
    }

    /// How many seconds a scenario has, when so many of the total are gone; what others left over is shared.
    func seconds(of index: Int, elapsed: Double) -> Double {
        let rest = weights[index...].reduce(0, +)
        return rest > 0 ? max(0, total - elapsed) * weights[index] / rest : 0
    }
}
