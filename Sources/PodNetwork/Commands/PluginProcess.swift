import Glibc
import JSONTree
import LinuxSystem

/// The plugin as a process: what an executable's main calls.
public enum PluginProcess {
    /// The largest configuration that is read, in bytes; real ones have a few thousand.
    private static let inputLimit = 16 << 20

    /// Reads environment and standard input, does what is asked, and prints the outcome.
    ///
    /// - Returns: the exit code.
    public static func run() -> Int32 {
        // A runtime that went away must not kill the plugin in the middle of its work.
        _ = signal(SIGPIPE, SIG_IGN)
        // Only the first: making an array of all takes a program this short a noticeable while.
        let program = unsafe CommandLine.unsafeArgv[0].map { unsafe String(cString: $0) } ?? ""
        let environment = environment()
        var input: [UInt8] = []
        let outcome = CNIPlugin.run(program: program, environment: environment) { () throws(CNIError) in
            input = try readInput()
            return input
        }
        for note in outcome.notes { _ = print("\(note)\n", to: STDERR_FILENO) }
        guard let document = outcome.document else { return outcome.exitCode }
        if print("\(document.description)\n", to: STDOUT_FILENO) { return outcome.exitCode }
        if outcome.exitCode == 0 { undo(program, environment, input) }
        return 1
    }

    /// An attachment whose result nobody got is a failed one, and leaves nothing behind.
    private static func undo(_ program: String, _ environment: [String: String], _ input: [UInt8]) {
        guard environment[CNIVariable.command.rawValue] == CNICommand.add.rawValue else { return }
        var environment = environment
        environment[CNIVariable.command.rawValue] = CNICommand.delete.rawValue
        _ = CNIPlugin.run(program: program, environment: environment) { input }
    }

    private static func environment() -> [String: String] {
        var environment = [String: String](minimumCapacity: CNIVariable.allCases.count)
        for name in CNIVariable.allCases.lazy.map(\.rawValue) {
            if let value = unsafe getenv(name) { environment[name] = unsafe String(cString: value) }
        }
        return environment
    }

    private static func readInput() throws(CNIError) -> [UInt8] {
        // Nobody types a configuration; who tries VERSION by hand gets an answer without pressing control-D.
        if isatty(STDIN_FILENO) == 1 { return [] }
        let input = FileDescriptor(owning: STDIN_FILENO)
        do {
            return try input.readToEnd(limit: inputLimit)
        } catch {
            throw CNIError(
                .inputOutput,
                "can't read the network configuration from standard input",
                details: "\(error)",
                errno: error
            )
        }
    }

    private static func print(_ text: String, to descriptor: Int32) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let bytes = rest
            let written = try? SystemCall.run {
                unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            }
            guard let written else { return false }
            rest = rest.dropFirst(written)
        }
        return true
    }
}
