import ArgumentParser
import BenchRunner
import PluginTesting

struct CNICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cni",
        abstract: "ADD and DEL of the CNI plugin as a runtime sees them, beside the kernel's work and other plugins."
    )

    @Option(help: "Numbers of containers on the bridge, with commas between.") var pods = CountList([0, 500])
    @Option(help: "Numbers of addresses that others have reserved, with commas between.")
    var reservations = CountList([0, 500, 5000])
    @Option(help: ArgumentHelp("Also measures the bridge and host-local of this folder.", valueName: "folder"))
    var peerCni: String?
    @OptionGroup var length: LengthOptions

    func run() async throws {
        var (programs, missing) = ([PluginProgram](), [BenchFailure]())
        var wanted = [("weft-cni", { try PluginProgram.weft() })]
        if let peerCni { wanted.append(("reference", { try PluginProgram.peer(folder: peerCni) })) }
        for (name, program) in wanted {
            do { programs.append(try program()) } catch {
                missing.append(BenchFailure(place: "cni", variant: name, reason: "\(error)"))
            }
        }
        try await length.run(
            missing: missing,
            sizes.map {
                PluginScenario(programs, pods: $0.pods, reservations: $0.reservations)
            }
        )
    }

    /// All numbers of containers without foreign reservations, and all numbers of reservations with the fewest
    /// containers.
    private var sizes: [(pods: Int, reservations: Int)] {
        let fewest = pods.numbers.min() ?? 0
        return pods.numbers.map { ($0, 0) } + reservations.numbers.filter { $0 > 0 }.map { (fewest, $0) }
    }
}

/// How long a bench goes on, and how it answers.
struct LengthOptions: ParsableArguments {
    @Option(help: "How many rounds each size gets; without it, as many as fit into --time.") var rounds: Int?
    @Option(help: "The time for everything: 90s, 5m. Each size gets three rounds at least.") var time = TimeText(180)
    @Option(name: .shortAndLong, help: "The figures as a table or as json.") var output = BenchOutput.table

    func validate() throws {
        if let rounds, !(1...1000).contains(rounds) { throw ValidationError("--rounds \(rounds): give 1 to 1000") }
    }

    func run(missing: [BenchFailure], _ scenarios: [any BenchScenario]) async throws {
        let settings = BenchSettings(rounds.map { .rounds($0) } ?? .time(.seconds(time.seconds)))
        try await BenchAnswer.ask(scenarios, settings, output, missing: missing)
    }
}

/// `0,500`.
struct CountList: ExpressibleByArgument {
    let numbers: [Int]

    init(_ numbers: [Int]) { self.numbers = numbers }

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        let numbers = parts.compactMap { $0 }.filter { (0...30_000).contains($0) }
        guard !parts.isEmpty, numbers.count == parts.count else { return nil }
        self.numbers = numbers
    }

    var defaultValueDescription: String { numbers.map(String.init).joined(separator: ",") }
}
