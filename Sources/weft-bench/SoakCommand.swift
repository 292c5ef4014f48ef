import ArgumentParser
import BenchRunner
import BenchScenarios
import Glibc
import PeerTesting

struct SoakCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "soak",
        abstract: "weftd under more changes than a cluster makes, and killed again and again, with traffic through it.",
        discussion: "Exits with 1 when a connection was lost, or the kernel's rules are not what they should be."
    )

    @Option(help: "The mode that weftd runs in: iptables, ipvs or nftables.") var mode = SoakMode.nftables
    @Option(help: "The number of Services.") var services = 1000
    @Option(help: "The number of endpoints of each Service.") var endpoints = 10
    @Option(help: "How often weftd is killed.") var kills = 200
    @Option(help: "How long endpoints change: 60s, 5m; 0s: not at all.") var churn = TimeText(60)
    @Option(help: "How many endpoints change in a second.") var rate = 1000
    @Option(help: "How often weftd is started in another mode, of those that the kernel can do.") var switches = 0

    func validate() throws {
        for (option, value, range) in [
            ("services", services, 10...50_000), ("endpoints", endpoints, 2...100), ("kills", kills, 0...100_000),
            ("rate", rate, 1...100_000), ("switches", switches, 0...100_000),
        ] where !range.contains(value) {
            throw ValidationError("--\(option) \(value): give \(range.lowerBound) to \(range.upperBound)")
        }
    }

    func run() async throws {
        guard geteuid() == 0 else { throw BenchError("needs root, for network namespaces of its own") }
        let settings = SoakSettings(
            mode: mode.benchMode,
            services: services,
            endpoints: endpoints,
            kills: kills,
            churnSeconds: churn.seconds,
            rate: rate,
            switches: switches
        )
        let progress = BenchProgress.standardError()
        let report = try await Soak(settings) { progress.note($0) }.run()
        print(report.text)
        if !report.failures.isEmpty { throw ExitCode.failure }
    }
}

/// The modes by name.
enum SoakMode: String, ExpressibleByArgument, CaseIterable {
    case iptables, ipvs, nftables

    var benchMode: BenchMode {
        switch self {
        case .iptables: .iptables
        case .ipvs: .ipvs
        case .nftables: .nftables
        }
    }
}
