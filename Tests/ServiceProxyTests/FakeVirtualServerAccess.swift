import IPVS
import NFTables
import NFTablesTesting
import NetworkTypes
import Synchronization

@testable import ServiceProxy

/// Virtual servers, routes and a table in memory, with the kernel's refusals and a record of the order of writes.
final class FakeVirtualServerAccess: VirtualServerAccess {
    struct State {
        var servers: [VirtualServerID: VirtualServer] = [:]
        var realServers: [VirtualServerID: [IPEndpoint: RealServerStatus]] = [:]
        var routes: [IPAddress: IPAddress?] = [:]
        var local: Set<IPAddress> = []
        /// What was written, in order: "add TCP 10.96.0.1:80", "route 10.96.0.1", "rules", ...
        var log: [String] = []
        /// The next write of a kind fails.
        var failing: String?
        /// Schedulers that the kernel lacks.
        var lackingSchedulers: Set<String> = []
    }

    let tables = FakeTableAccess()
    func generation() -> Generation {
        Generation(identifier: 1, process: 1, processName: "test", port: 1)
    }

    let state = Mutex(State())

    func prepare(_ configuration: ProxyConfiguration) throws -> [String] { [] }

    func hasScheduler(_ name: String) throws -> Bool { state.withLock { !$0.lackingSchedulers.contains(name) } }

    func commit(_ transaction: Transaction) throws -> CommitTimes {
        try note("rules")
        return try tables.commit(transaction)
    }

    func isPresent(_ table: TableID) throws -> Bool { try present(table) != nil }

    func present(_ table: TableID) throws -> PresentTable? { try tables.present(table) }

    func virtualServers(_ family: IPFamily) throws -> [VirtualServer] {
        state.withLock { $0.servers.values.filter { $0.id.family == family } }
    }

    func realServers(of id: VirtualServerID) throws -> [RealServerStatus] {
        state.withLock { Array(($0.realServers[id] ?? [:]).values) }
    }

    func apply(_ changes: [IPVSChange]) throws { for change in changes { try apply(change) } }

    private func apply(_ change: IPVSChange) throws {
        let id = change.virtualServer
        try note(Self.text(change))
        try state.withLock { state in
            let isThere = state.servers[id] != nil
            switch change {
            case .addVirtualServer(let server):
                guard !isThere else { throw IPVSError(.alreadyExists, object: "\(id)") }
                state.servers[id] = server
            case .updateVirtualServer(let server):
                guard isThere else { throw IPVSError(.notFound, object: "\(id)") }
                state.servers[id] = server
            case .deleteVirtualServer:
                guard isThere else { throw IPVSError(.notFound, object: "\(id)") }
                state.servers[id] = nil
                state.realServers[id] = nil
            case .addRealServer(let server, _):
                guard isThere else { throw IPVSError(.notFound, object: "\(id)") }
                guard state.realServers[id]?[server.endpoint] == nil else {
                    throw IPVSError(.alreadyExists, object: "\(id) \(server.endpoint)")
                }
                state.realServers[id, default: [:]][server.endpoint] = RealServerStatus(server)
            case .updateRealServer(let server, _):
                guard state.realServers[id]?[server.endpoint] != nil else {
                    throw IPVSError(.notFound, object: "\(id) \(server.endpoint)")
                }
                state.realServers[id]?[server.endpoint]?.server = server
            case .deleteRealServer(let endpoint, _):
                guard state.realServers[id]?.removeValue(forKey: endpoint) != nil else {
                    throw IPVSError(.notFound, object: "\(id) \(endpoint)")
                }
            case .setVirtualServer, .setRealServer:
                throw IPVSError(.invalid, object: "\(id)", text: "the backend knows what is there")
            }
        }
    }

    private static func text(_ change: IPVSChange) -> String {
        switch change {
        case .addVirtualServer(let server): "add \(server.id)"
        case .updateVirtualServer(let server): "update \(server.id)"
        case .deleteVirtualServer(let id): "delete \(id)"
        case .addRealServer(let server, let id): "add \(server.endpoint) to \(id)"
        case .updateRealServer(let server, let id): "weight \(server.weight) for \(server.endpoint) of \(id)"
        case .deleteRealServer(let endpoint, let id): "delete \(endpoint) of \(id)"
        case .setVirtualServer(let server): "set \(server.id)"
        case .setRealServer(let server, let id): "set \(server.endpoint) of \(id)"
        }
    }

    func localRoutes(_ family: IPFamily) throws -> [IPAddress: IPAddress?] {
        state.withLock { $0.routes.filter { $0.key.family == family } }
    }

    func addLocalRoutes(_ addresses: [IPAddress], source: IPAddress?) throws {
        for address in addresses {
            try note("route \(address)")
            state.withLock { $0.routes[address] = .some(source) }
        }
    }

    func removeLocalRoutes(_ addresses: [IPAddress]) throws {
        for address in addresses {
            try note("unroute \(address)")
            state.withLock { _ = $0.routes.removeValue(forKey: address) }
        }
    }

    func isLocal(_ address: IPAddress) throws -> Bool { state.withLock { $0.local.contains(address) } }

    private func note(_ text: String) throws {
        try state.withLock { state in
            if let failing = state.failing, text.hasPrefix(failing) {
                state.failing = nil
                throw IPVSError(.kernel, operation: text, text: "as the test wants it")
            }
            state.log.append(text)
        }
    }

    /// What was written since the last look.
    func takeLog() -> [String] {
        state.withLock { state in
            defer { state.log = [] }
            return state.log
        }
    }

    /// Gives a real server connections.
    func connect(_ count: UInt32, to endpoint: IPEndpoint, of id: VirtualServerID) {
        state.withLock { $0.realServers[id]?[endpoint]?.activeConnections = count }
    }

    /// Everything that is there, sorted: equal for equal states.
    func canonicalText(_ family: IPFamily) -> String {
        let table = TableID(TableFamily(family), IPVSBackend.tableName)
        let (servers, routes) = state.withLock { state -> ([String], [String]) in
            let servers = state.servers.values.filter { $0.id.family == family }.sorted { $0.id < $1.id }
            return (
                servers.map { server in
                    let real = (state.realServers[server.id] ?? [:]).values.map {
                        "\($0.server.endpoint)*\($0.server.weight)"
                    }
                    return "\(server.id) \(server.scheduler) \(server.persistence?.timeout ?? 0) \(real.sorted())"
                },
                state.routes.filter { $0.key.family == family }.map { "\($0.key) src \(String(describing: $0.value))" }
            )
        }
        return (servers + routes.sorted() + [tables.ruleset.canonicalText(of: table, without: ["affinity"])]).joined(
            separator: "\n"
        )
    }
}
