import ArgumentParser
import BenchRunner
import BenchScenarios
import PeerTesting

/// Other programs to compare with.
struct PeerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Also runs this kube-proxy, and weftd, as processes on the same objects from the same weft-store.",
            valueName: "kube-proxy=PATH"
        )
    ) var peer: String?
    @Flag(help: "With --peer: prints how the rules of the two differ for the same objects, instead of figures.")
    var diff = false

    func validate() throws {
        if diff, peer == nil { throw ValidationError("--diff compares with a kube-proxy: give --peer kube-proxy=PATH") }
    }

    /// The programs that are there, and what keeps the others from running.
    func programs() -> (found: [PeerProgram], missing: [BenchFailure]) {
        guard let peer else { return ([], []) }
        var found: [PeerProgram] = []
        var missing: [BenchFailure] = []
        for (name, program) in [
            ("weftd", PeerProgram.weftd), ("kube-proxy", { try PeerProgram(option: peer) }),
        ] as [(String, () throws -> PeerProgram)] {
            do { found.append(try program()) } catch {
                missing.append(BenchFailure(place: "peer", variant: name, reason: "\(error)"))
            }
        }
        return (found, missing)
    }

    func scenarios(
        _ programs: [PeerProgram],
        _ modes: [BenchMode],
        _ sizes: EndpointOptions,
        _ options: BenchOptions
    ) -> [any BenchScenario] {
        guard !programs.isEmpty else { return [] }
        return options.services.numbers.flatMap { services in
            sizes.endpoints.numbers.map { endpoints in
                PeerScenario(programs, modes: modes, services: services, endpoints: endpoints)
            }
        }
    }

    /// Prints what differs between the peer's rules and weftd's, for each mode and size.
    ///
    /// - Throws: the exit status 1 when one of them wrote nothing that could be compared.
    func printDifferences(_ sizes: EndpointOptions, _ options: BenchOptions) async throws {
        try BenchAnswer.needRoot()
        let (weftd, peer) = (try PeerProgram.weftd(), try PeerProgram(option: peer ?? ""))
        let progress = BenchProgress.standardError()
        var answers: [(about: String, difference: ListingDifference)] = []
        var isComplete = true
        for mode in options.modes.modes {
            if let reason = mode.reasonForAbsence {
                progress.note("left out: \(BenchFailure(variant: mode.rawValue, reason: reason))")
                isComplete = false
                continue
            }
            for services in options.services.numbers {
                for endpoints in sizes.endpoints.numbers {
                    let comparison = PeerComparison(
                        from: peer,
                        to: weftd,
                        mode: mode,
                        services: services,
                        endpoints: endpoints
                    )
                    do {
                        let difference = try await comparison.difference()
                        answers.append((comparison.title, difference))
                        if options.output == .table { print("\(comparison.title)\n\(difference.text)\n") }
                    } catch {
                        progress.note("\(comparison.title): \(error)")
                        isComplete = false
                    }
                }
            }
        }
        if options.output == .json { print(ListingDifference.text(json: answers)) }
        if !isComplete { throw ExitCode.failure }
    }
}
