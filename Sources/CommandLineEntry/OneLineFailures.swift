public import ArgumentParser
import Glibc

extension AsyncParsableCommand {
    /// Parses the command line, runs the command and ends the process.
    ///
    /// Whatever is wrong is one line on standard error, `NAME: what`, without the parser's usage text; wrong input
    /// points to `--help`. The status is 64 (`EX_USAGE`) for wrong input, and the command's own otherwise.
    public static func runToTheEnd() async -> Never {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            exit(withError: nil)
        } catch {
            let code = exitCode(for: error)
            // Help and version are answers; an ExitCode's reason has been told already.
            if code == .success || error is ExitCode { exit(withError: error) }
            let hint = code == .validationFailure ? " (see \(_commandName) --help)" : ""
            let text = Array("\(_commandName): \(message(for: error))\(hint)\n".utf8)
            _ = unsafe write(STDERR_FILENO, text, text.count)
            Glibc.exit(code.rawValue)
        }
    }
}
