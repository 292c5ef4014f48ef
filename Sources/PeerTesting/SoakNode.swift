import BenchRunner
import BenchScenarios
import IPVS
import LinuxSystem
import NFTables
import NFTablesInspect

/// weftd in a namespace, to be started and killed as often as one likes.
final class SoakNode {
    let namespace: NetworkNamespace
    let view: KernelView
    private let name: String
    /// The mode of the next start.
    var mode: BenchMode
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
        try withNetworkNamespace(namespace) {
            let rules = try RulesetReader().read().canonicalDump
            return mode == .ipvs ? rules + (try Self.virtualServers()) : rules
        }
    }

    /// The virtual servers with their real servers that are not draining, in an order of their own.
    private static func virtualServers() throws -> String {
        var connection = try IPVSConnection.open()
        var lines: [String] = []
        for server in try connection.virtualServers().map(\.server).sorted(by: { $0.id < $1.id }) {
            let real = try connection.realServers(of: server.id).map(\.server).filter { $0.weight > 0 }
                .map { "\($0.endpoint)*\($0.weight)" }.sorted()
            if !real.isEmpty { lines.append("\(server.id) \(server.scheduler) \(real.joined(separator: " "))") }
        }
        return lines.joined(separator: "\n")
    }

    /// Waits until the kernel holds so many Services at least.
    func waitUntilComplete(_ services: Int) async throws {
        let deadline = Deadline.after(.seconds(120))
        while try view.serviceCount() < services {
            if let failure = try process?.failure() { throw BenchError(failure) }
            guard !deadline.hasPassed else { throw BenchError("\(name) does not program \(services) Services") }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Waits until the kernel holds the same as that of another node, and no rules of another mode than the present.
    func waitUntilSettled(as other: SoakNode, _ limit: Duration = .seconds(20)) async throws -> String? {
        if let difference = try await waitUntilEqual(to: other, limit) { return difference }
        let deadline = Deadline.after(limit)
        while let left = try otherTable() {
            if deadline.hasPassed { return "table \(left) of another mode is still there" }
            try await Task.sleep(for: .milliseconds(20))
        }
        return try await waitUntilEqual(to: other, limit)
    }

    /// A table that only another mode has; what remains of mode ipvs for its connections is none.
    private func otherTable() throws -> TableID? {
        let tables: [BenchMode: String] = [.nftables: "weft", .iptables: "nat", .ipvs: "weft-ipvs"]
        return try withNetworkNamespace(namespace) {
            let reader = try RulesetReader()
            return try tables.filter { $0.key != mode }.map { TableID(.ip, $0.value) }
                .first { try reader.hasTable($0) }
        }
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
