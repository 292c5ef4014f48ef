import ArgumentParser
import Demo
import UnixSignals

struct DemoCommand: AsyncParsableCommand {
    enum Output: String, ExpressibleByArgument, CaseIterable { case table, json }

    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract:
            "Builds a whole cluster on this machine, in network namespaces, and proves with packets that it works.",
        discussion: """
            Needs root. The machine's own network is not touched. Exits with 0 only when every check holds, and leaves \
            nothing behind, also after Ctrl-C; what a crash left is removed by the next run.

            On a machine that is far slower than its clock, such as an emulated one, WEFT_PATIENCE=N in the \
            environment makes every deadline N times longer (1 to 100).
            """
    )

    @Option(help: "How many nodes, 1 to 20.") var nodes = 3
    @Option(help: "How Services are programmed: nftables, iptables or ipvs.") var mode = DemoOptions.Mode.nftables
    @Option(help: "How other nodes' pods are reached: host-gw (routes) or vxlan (an overlay, as flannel's).")
    var network = DemoOptions.Network.hostGateway
    @Flag(help: "Leave the cluster running, and print how to look inside and how to end it.") var keep = false
    @Flag(help: "Remove a cluster that --keep left running.") var down = false
    @Option(help: "The cluster's name, so that several can be there at once.") var name = "demo"
    @Option(name: .shortAndLong, help: "The result as a table or as json.") var output = Output.table

    func validate() throws {
        guard (1...20).contains(nodes) else { throw ValidationError("--nodes \(nodes): give 1 to 20") }
        guard !name.isEmpty, name.count <= 20, name.allSatisfy({ ("a"..."z").contains($0) || ("0"..."9").contains($0) })
        else { throw ValidationError("--name \(name): give 1 to 20 lower-case letters and digits") }
        if keep && down { throw ValidationError("--keep and --down: give one of them") }
    }

    func run() async throws {
        var options = DemoOptions()
        (options.name, options.nodes, options.keep) = (name, nodes, keep)
        (options.mode, options.network) = (mode, network)
        let demo = DemoRun(options)
        if down { return try demo.takeDown() }
        let report = try await interruptible { try await demo.run() }
        print(output == .json ? "\(report.json)" : report.table)
        if keep { print("\n" + demo.lookInside) }
        if !report.holds { throw ExitCode.failure }
    }

    /// Ctrl-C and SIGTERM cancel the work, which then removes what it made; 130 is the shell's status for that.
    private func interruptible<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result) async throws
        -> Result
    {
        let task = Task { try await work() }
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let listener = Task { for await _ in signals { task.cancel() } }
        defer { listener.cancel() }
        do {
            return try await task.value
        } catch is CancellationError {
            throw ExitCode(130)
        }
    }
}
