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
}
