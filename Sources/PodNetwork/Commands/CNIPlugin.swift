/// The plugin as a function: from environment and standard input to what is printed.
public enum CNIPlugin {
    /// Does what a runtime asks for.
    ///
    /// - Parameters:
    ///   - environment: the variables, see `variableNames`.
    ///   - input: reads standard input to its end; not called when the environment is at fault.
    /// - Returns: what to print, and the exit code.
    public static func run(
        environment: [String: String],
        input: () throws(CNIError) -> [UInt8]
    ) -> CommandOutcome {
        guard let command = environment[CNIVariable.command.rawValue], !command.isEmpty else {
            return CommandOutcome(notes: [VersionCommand.about])
        }
        var version = SpecVersion.newest
        do throws(CNIError) {
            let invocation = try Invocation(environment: environment)
            let bytes = try input()
            if invocation.command == .version { return VersionCommand.run(bytes) }
            version = NetworkConfiguration.versionForErrors(in: bytes)
            let network = try NetworkConfiguration(parsing: bytes)
            try network.require(invocation.command)
            return try run(invocation, network)
        } catch {
            return CommandOutcome(error, version: version)
        }
    }

    private static func run(
        _ invocation: Invocation,
        _ network: NetworkConfiguration
    ) throws(CNIError) -> CommandOutcome {
        switch invocation.command {
        case .add: try AddCommand(invocation: invocation, network: network).run()
        case .delete: try DeleteCommand(invocation: invocation, network: network).run()
        case .check: try CheckCommand(invocation: invocation, network: network).run()
        case .collectGarbage: try GarbageCollectionCommand(network: network).run()
        case .status: try StatusCommand(network: network).run()
        case .version: VersionCommand.run([])
        }
    }

    /// The environment variables that matter; a program needs to read no others.
    public static let variableNames = CNIVariable.allCases.map(\.rawValue)
}
