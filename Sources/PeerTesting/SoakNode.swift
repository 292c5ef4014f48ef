import BenchRunner
import BenchScenarios
import LinuxSystem
import NFTables
import NFTablesInspect

/// weftd in a namespace, to be started and killed as often as one likes.
final class SoakNode {
    let namespace: NetworkNamespace
    let view: KernelView
    private let name: String
    private let mode: BenchMode
    private let server: String
    private let log: String
    private(set) var process: PeerProcess?

    init(_ name: String, _ mode: BenchMode, _ namespace: NetworkNamespace, _ store: PeerStore) throws {
        self.name = name
        self.mode = mode
        self.namespace = namespace
        server = "unix:\(store.directory)/store.sock"
        log = "\(store.directory)/\(name).log"
        view = try KernelView(namespace, mode: mode.rawValue)
    }

    func start() throws {
        process = try PeerProcess(
            name,
            PeerProgram.weftd().path,
            PeerProgram.weftdArguments(mode: mode.rawValue, server: server),
            in: namespace,
            log: log
        )
    }

    func kill() throws {
        try process?.kill()
        process = nil
    }

    func stop() throws {
        try process?.stop()
        process = nil
    }

    /// What it wrote, in an order of its own and without handles, counters and times.
    func dump() throws -> String {
        try withNetworkNamespace(namespace) { try RulesetReader().read().canonicalDump }
    }

    /// Waits until the kernel holds the same as that of another node; tells the first line that differs if it does not.
    func waitUntilEqual(to other: SoakNode, _ limit: Duration = .seconds(20)) async throws -> String? {
        let deadline = Deadline.after(limit)
        while true {
            // Of a dump between two commits the library says so; it is made anew.
            if let (mine, wanted) = try? (dump(), other.dump()) {
                if mine == wanted, !mine.isEmpty { return nil }
                if deadline.hasPassed { return Self.difference(mine, wanted) }
            }
            if let failure = try process?.failure() ?? other.process?.failure() { return failure }
            if deadline.hasPassed { return "the rules change all the time" }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private static func difference(_ mine: String, _ wanted: String) -> String {
        let (mine, wanted) = (mine.split(separator: "\n"), wanted.split(separator: "\n"))
        let place = zip(mine, wanted).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        guard let place else { return "\(mine.count) lines instead of \(wanted.count)" }
        return "line \(place + 1) of \(wanted.count) is \"\(mine[place])\" instead of \"\(wanted[place])\""
    }
}
