public import LinuxSystem

/// Tools that look at the kernel with other people's code: `ip`, `nft`, `conntrack`, ...
///
/// Only tests start them.
public enum Witness {
    /// Runs a tool in the calling thread's network namespace.
    ///
    /// - Parameters:
    ///   - tool: the program's name.
    ///   - arguments: its arguments.
    /// - Returns: its output, as text.
    /// - Throws: with its messages when it ends otherwise than with code 0, or not within a minute.
    @discardableResult
    public static func run(_ tool: String, _ arguments: String...) throws -> String {
        try run(tool, arguments)
    }

    /// Runs a tool in a network namespace.
    ///
    /// - Parameters:
    ///   - tool: the program's name.
    ///   - arguments: its arguments.
    ///   - namespace: where; nil for the calling thread's own.
    ///   - input: what it reads on its input.
    /// - Returns: its output, as text.
    /// - Throws: with its messages when it ends otherwise than with code 0, or not within a minute.
    @discardableResult
    public static func run(
        _ tool: String,
        _ arguments: [String],
        in namespace: NetworkNamespace? = nil,
        input: String = ""
    ) throws -> String {
        let command = ProcessCommand(
            tool,
            arguments,
            networkNamespace: namespace,
            standardInput: .bytes(Array(input.utf8))
        )
        return try ChildProcess.runSuccessfully(command, until: .after(.seconds(60))).text
    }

    /// Whether a tool is installed.
    public static func has(_ tool: String) -> Bool {
        ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].contains { File.exists("\($0)/\(tool)") }
    }
}
