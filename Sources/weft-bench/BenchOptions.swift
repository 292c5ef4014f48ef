import ArgumentParser
import BenchRunner
import BenchScenarios

/// What every bench can be told.
struct BenchOptions: ParsableArguments {
    @Option(help: "The modes that are compared, with commas between: iptables, ipvs, nftables.")
    var modes = ModeList(BenchMode.allCases)
    @Option(help: "Numbers of Services, with commas between.") var services = NumberList([100, 1000, 10_000])
    @Option(help: "How many rounds each size gets; without it, as many as fit into --time.") var rounds: Int?
    @Option(help: "The time for everything: 90s, 5m. Each size gets three rounds at least.") var time = TimeText(300)
    @Option(name: .shortAndLong, help: "The figures as a table or as json.") var output = BenchOutput.table
    @Flag(help: "The clock counts instructions (a virtual machine of `scripts/vm --counted`): figures are these.")
    var counted = false

    func validate() throws {
        if time.seconds == 0 { throw ValidationError("--time 0: give a second at least") }
        if let rounds, !(1...1000).contains(rounds) { throw ValidationError("--rounds \(rounds): give 1 to 1000") }
    }

    /// Asks everything, prints the answers, and ends with status 1 where some are missing.
    ///
    /// - Parameters:
    ///   - others: what is missing already.
    ///   - scenarios: what is asked of the modes that this kernel can do.
    /// - Throws: the exit status 1 then.
    func run(missing others: [BenchFailure] = [], _ scenarios: ([BenchMode]) -> [any BenchScenario]) async throws {
        let missing = modes.modes.compactMap { mode in
            mode.reasonForAbsence.map { BenchFailure(variant: mode.rawValue, reason: $0) }
        }
        let present = modes.modes.filter { mode in !missing.contains { $0.variant == mode.rawValue } }
        let asked = present.isEmpty ? [] : scenarios(present)
        try await BenchAnswer.ask(asked, settings, output, missing: missing + others)
    }

    private var settings: BenchSettings {
        // Rounds of counted instructions are nearly the same: a few are enough.
        let length = rounds ?? (counted ? 3 : nil)
        return BenchSettings(length.map { .rounds($0) } ?? .time(.seconds(time.seconds)), isCounted: counted)
    }
}

/// `100,1000,10000`.
struct NumberList: ExpressibleByArgument {
    let numbers: [Int]

    init(_ numbers: [Int]) { self.numbers = numbers }

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        let numbers = parts.compactMap { $0 }.filter { (1...50_000).contains($0) }
        guard !parts.isEmpty, numbers.count == parts.count else { return nil }
        self.numbers = numbers
    }

    var defaultValueDescription: String { numbers.map(String.init).joined(separator: ",") }
}

/// `iptables,nftables`.
struct ModeList: ExpressibleByArgument {
    let modes: [BenchMode]

    init(_ modes: [BenchMode]) { self.modes = modes }

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map {
            BenchMode(rawValue: String($0))
        }
        let modes = parts.compactMap { $0 }
        guard !parts.isEmpty, modes.count == parts.count, Set(modes).count == modes.count else { return nil }
        self.modes = modes
    }

    var defaultValueDescription: String { modes.map(\.rawValue).joined(separator: ",") }
}

/// `90s`, `5m`, or seconds.
struct TimeText: ExpressibleByArgument {
    let seconds: Int

    init(_ seconds: Int) { self.seconds = seconds }

    init?(argument: String) {
        let unit = argument.hasSuffix("m") ? 60 : 1
        let digits = argument.hasSuffix("m") || argument.hasSuffix("s") ? String(argument.dropLast()) : argument
        guard let number = Int(digits), (0...86_400).contains(number * unit) else { return nil }
        seconds = number * unit
    }

    var defaultValueDescription: String { "\(seconds)s" }
}
