import ArgumentParser
import BenchRunner
import Glibc
import LinuxSystem

/// Asking scenarios, whichever command they belong to.
enum BenchAnswer {
    /// Refuses to go on as somebody else than root.
    static func needRoot() throws {
        guard geteuid() == 0 else { throw BenchError("needs root, for network namespaces of its own") }
    }

    /// Asks everything, prints the answers, and ends with status 1 where some are missing.
    ///
    /// - Throws: the exit status 1 then.
    static func ask(
        _ scenarios: [any BenchScenario],
        _ settings: BenchSettings,
        _ output: BenchOutput,
        missing: [BenchFailure]
    ) async throws {
        try needRoot()
        let machine = BenchMachine.current()
        let progress = BenchProgress.standardError()
        for failure in missing { progress.note("left out: \(failure)") }
        let run = BenchRun(settings, progress: progress) { Double(MonotonicTime.now.nanoseconds) / 1e9 }
        let report = BenchReport(
            machine: machine,
            command: CommandLine.arguments.joined(separator: " "),
            settings: settings,
            cases: await run.run(scenarios),
            missing: missing
        )
        print(output == .json ? "\(report.json)" : report.table)
        if !report.isComplete { throw ExitCode.failure }
    }
}
