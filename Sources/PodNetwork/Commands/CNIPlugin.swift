/// The plugin as a function: from environment and standard input to what is printed.
public enum CNIPlugin {
    /// Does what a runtime asks for.
    ///
    /// - Parameters:
    ///   - program: the path or name that the program was started under: it may be that of one of the reference plugins.
    ///   - environment: the variables that ``CNIVariable`` names; a program needs to read no others.
    ///   - input: reads standard input to its end; not called when the environment is at fault.
    /// - Returns: what to print, and the exit code.
    public static func run(
        program: String = "weft-cni",
        environment: [String: String],
        input: () throws(CNIError) -> [UInt8]
    ) -> CommandOutcome {
        run(program: program, environment: environment, input: input) { _ in }
    }

    /// The same, with something that is told of each step of an ADD and may fail it; for tests.
    static func run(
        program: String,
        environment: [String: String],
        input: () throws(CNIError) -> [UInt8],
        observer: (String) throws(CNIError) -> Void
    ) -> CommandOutcome {
        guard let command = environment[CNIVariable.command.rawValue], !command.isEmpty else {
            return CommandOutcome(notes: [VersionCommand.about])
        }
        var bytes: [UInt8] = []
        do throws(CNIError) {
            let invocation = try Invocation(environment: environment)
            bytes = try input()
            if invocation.command == .version { return VersionCommand.run(bytes) }
            var network = try NetworkConfiguration(parsing: bytes)
            try network.require(invocation.command)
            var type = try pluginType(program, network)
            if type == .flannel { (type, network) = try FlannelConfiguration.delegate(network, invocation.command) }
            return try run(Call(invocation: invocation, network: network, type: type), observer: observer)
        } catch {
            return CommandOutcome(error, version: NetworkConfiguration.versionForErrors(in: bytes))
        }
    }

    private static func pluginType(
        _ program: String,
        _ network: NetworkConfiguration
    ) throws(CNIError) -> PluginType {
        if let type = PluginType.of(program: program, configured: network.type) { return type }
        throw network.reader.unsupported(
            "type",
            "\"\(network.type)\"",
            "this program serves the types \(PluginType.list)"
        )
    }

    /// One call, understood.
    private struct Call {
        let invocation: Invocation
        let network: NetworkConfiguration
        let type: PluginType
    }

    private static func run(
        _ call: Call,
        observer: (String) throws(CNIError) -> Void
    ) throws(CNIError) -> CommandOutcome {
        let (invocation, network, type) = (call.invocation, call.network, call.type)
        switch (type, invocation.command) {
        case (.loopback, _): return try LoopbackCommand(invocation: invocation, network: network).run()
        case (.hostLocal, .add), (.hostLocal, .delete), (.hostLocal, .check):
            return try HostLocalCommand(invocation: invocation, network: network).run()
        case (_, .add):
            return try AddCommand(invocation: invocation, network: network, type: type).run(observer: observer)
        case (_, .delete): return try DeleteCommand(invocation: invocation, network: network, type: type).run()
        case (_, .check): return try CheckCommand(invocation: invocation, network: network, type: type).run()
        case (_, .collectGarbage):
            return try GarbageCollectionCommand(invocation: invocation, network: network, type: type).run()
        case (_, .status): return try StatusCommand(invocation: invocation, network: network, type: type).run()
        case (_, .version): return VersionCommand.run([])
        }
    }
}
