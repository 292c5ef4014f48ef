/// Runs scenarios one after the other, and in each of them the variants in rounds: A B C, C B A, B C A, ...
public final class BenchRun {
    private let settings: BenchSettings
    private let progress: BenchProgress
    /// Seconds of a clock.
    private let now: () -> Double

    /// A run.
    ///
    /// - Parameters:
    ///   - settings: how long it goes on.
    ///   - progress: who is told how far it is.
    ///   - now: seconds of a clock.
    public init(_ settings: BenchSettings, progress: BenchProgress, now: @escaping () -> Double) {
        self.settings = settings
        self.progress = progress
        self.now = now
    }

    /// Runs them all; a variant that fails is left out, and everything else goes on.
    ///
    /// - Parameter scenarios: what is asked, in the order of asking.
    /// - Returns: the answers, in the same order.
    public func run(_ scenarios: [any BenchScenario]) async -> [BenchCase] {
        let start = now()
        let total: Double = if case .time(let time) = settings.length { time / .seconds(1) } else { 0 }
        let share = TimeShare(scenarios.map(\.expectedWork), total: total)
        var results: [BenchCase] = []
        for (index, scenario) in scenarios.enumerated() {
            if Task.isCancelled { break }
            let later = scenarios[(index + 1)...].map(\.expectedWork).reduce(0, +)
            let laterRatio = later / max(scenario.expectedWork, 1)
            let end = now() + share.seconds(of: index, elapsed: now() - start)
            let place = "[\(index + 1)/\(scenarios.count)]"
            results.append(await run(scenario, place: place, until: end, laterRatio: laterRatio, runEnd: start + total))
        }
        progress.clear()
        return results
    }

    private func run(
        _ scenario: any BenchScenario,
        place: String,
        until end: Double,
        laterRatio: Double,
        runEnd: Double
    ) async -> BenchCase {
        var result = BenchCase(scenario)
        let title = "\(place) \(scenario.name)" + (result.size.isEmpty ? "" : ", \(result.size)")
        progress.show("\(title): setting up", isNew: true)
        await setUp(scenario, &result, title)
        await warmUp(scenario, &result, title)
        var samples = CaseSamples()
        let start = now()
        while !result.variants.isEmpty, !Task.isCancelled {
            let left = remaining(result.rounds, start: start, laterRatio: laterRatio, runEnd: runEnd)
            await round(scenario, &result, &samples, title, left: left)
            result.rounds += 1
            if isEnough(result.rounds, start: start, end: end) { break }
        }
        progress.show("\(title): cleaning up")
        await scenario.tearDown()
        result.finish(samples, wanted: scenario.baseline, settings)
        return result
    }

    private func setUp(_ scenario: any BenchScenario, _ result: inout BenchCase, _ title: String) async {
        for variant in result.variants {
            do {
                progress.show("\(title): setting up \(variant.name)")
                try await scenario.setUp(variant)
            } catch {
                result.leaveOut(variant, error)
            }
        }
    }

    /// A round that nobody counts: caches, modules and translated code are then as they stay.
    private func warmUp(_ scenario: any BenchScenario, _ result: inout BenchCase, _ title: String) async {
        guard settings.isCounted else { return }
        var uncounted = CaseSamples()
        await round(scenario, &result, &uncounted, "\(title): warming up", left: "")
    }

    private func round(
        _ scenario: any BenchScenario,
        _ result: inout BenchCase,
        _ samples: inout CaseSamples,
        _ title: String,
        left: String
    ) async {
        let variants = result.variants
        for place in RoundOrder.places(round: result.rounds, count: variants.count) where !Task.isCancelled {
            let variant = variants[place]
            progress.show("\(title): round \(result.rounds + 1)\(wantedRounds), \(variant.name)\(left)")
            do {
                samples.add(try await scenario.measure(variant, round: result.rounds), of: variant)
            } catch {
                samples.forget(variant)
                result.leaveOut(variant, error)
            }
        }
    }

    private var wantedRounds: String {
        if case .rounds(let rounds) = settings.length { " of \(rounds)" } else { "" }
    }

    private func isEnough(_ rounds: Int, start: Double, end: Double) -> Bool {
        switch settings.length {
        case .rounds(let wanted): return rounds >= wanted
        case .time:
            // A round that would end too late by more than its half is not begun.
            let half = (now() - start) / Double(rounds) / 2
            return rounds >= settings.mostRounds || rounds >= settings.fewestRounds && now() + half >= end
        }
    }

    private func remaining(_ done: Int, start: Double, laterRatio: Double, runEnd: Double) -> String {
        guard done > 0 else { return "" }
        let each = (now() - start) / Double(done)
        let seconds: Double =
            switch settings.length {
            case .rounds(let wanted): each * (Double(wanted - done) + Double(wanted) * laterRatio)
            case .time: max(runEnd - now(), each * Double(settings.fewestRounds - done))
            }
        return "; " + RemainingTime.text(seconds)
    }
}

extension BenchCase {
    fileprivate init(_ scenario: any BenchScenario) {
        self.init(
            scenario: scenario.name,
            question: scenario.question,
            parameters: scenario.parameters,
            variants: scenario.variants,
            rounds: 0
        )
    }

    fileprivate mutating func leaveOut(_ variant: BenchVariant, _ error: any Error) {
        variants.removeAll { $0 == variant }
        let place = scenario + (size.isEmpty ? "" : ", \(size)")
        failures.append(BenchFailure(place: place, variant: variant.name, reason: "\(error)"))
    }

    fileprivate mutating func finish(_ samples: CaseSamples, wanted: String, _ settings: BenchSettings) {
        baseline = (variants.first { $0.name == wanted } ?? variants.first)?.name
        rows = samples.rows(variants, baseline: baseline)
        warnings = NoiseCheck.warnings(self, settings)
    }
}
