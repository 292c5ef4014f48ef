/// A program to start: what it runs, where, and where its input and output go.
public struct ProcessCommand: Sendable {
    /// Where the program's input comes from.
    public enum Input: Sendable {
        /// /dev/null.
        case null
        /// These bytes, then the end.
        case bytes([UInt8])
        /// The caller's own file 0.
        case inherited
    }

    /// Where the program's output goes.
    public enum Output: Sendable {
        /// /dev/null.
        case null
        /// Kept in memory, to be read from the `ChildProcess`.
        case captured
        /// Appended to a file, which is made when missing.
        case logFile(String)
        /// The caller's own file 1, or 2.
        case inherited
    }

    /// The program: a path, or a name to be found in PATH.
    public var executable: String
    /// Its arguments, without the program's own name.
    public var arguments: [String]
    /// Its whole environment; nil for the caller's own.
    public var environment: [String: String]?
    /// Where it starts; nil for the caller's own directory.
    public var workingDirectory: String?
    /// The network namespace that it starts in; nil for the calling thread's own.
    public var networkNamespace: NetworkNamespace?
    /// Its input.
    public var standardInput: Input
    /// Its output.
    public var standardOutput: Output
    /// Its messages.
    public var standardError: Output
    /// Whether it starts a process group of its own, so that it and its children can be signalled together, and a
    /// Ctrl-C at the terminal does not reach it.
    public var startsProcessGroup: Bool
    /// Whether the kernel kills it when this process ends (`PR_SET_PDEATHSIG`), after a crash too.
    public var endsWithParent: Bool

    /// Describes a program.
    ///
    /// - Parameters:
    ///   - executable: a path, or a name to be found in PATH.
    ///   - arguments: without the program's own name.
    ///   - environment: the whole environment; nil for the caller's own.
    ///   - networkNamespace: nil for the calling thread's own.
    ///   - standardInput: where its input comes from.
    ///   - standardOutput: where its output goes.
    ///   - standardError: where its messages go.
    ///   - startsProcessGroup: whether it leads a process group of its own.
    ///   - endsWithParent: whether the kernel kills it when this process ends.
    public init(
        _ executable: String,
        _ arguments: [String] = [],
        environment: [String: String]? = nil,
        networkNamespace: NetworkNamespace? = nil,
        standardInput: Input = .null,
        standardOutput: Output = .captured,
        standardError: Output = .captured,
        startsProcessGroup: Bool = false,
        endsWithParent: Bool = false
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = nil
        self.networkNamespace = networkNamespace
        self.standardInput = standardInput
        self.standardOutput = standardOutput
        self.standardError = standardError
        self.startsProcessGroup = startsProcessGroup
        self.endsWithParent = endsWithParent
    }

    /// The command line, for messages.
    public var commandLine: String { ([executable] + arguments).joined(separator: " ") }
}
