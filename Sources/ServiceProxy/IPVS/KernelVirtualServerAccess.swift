import IPVS
import LinuxSystem
import NFTables
import Netlink
import NetworkTypes
import Synchronization

/// The kernel's tables, virtual servers and routes.
final class KernelVirtualServerAccess: VirtualServerAccess {
    private struct Connections: ~Copyable {
        var servers: IPVSConnection
        var routes: LocalRoutes
    }

    private let tables: KernelTableAccess
    private let connections: Mutex<Connections>

    /// Works in the calling thread's network namespace, and must be used from threads of the same one.
    init() throws {
        tables = try KernelTableAccess()
        connections = Mutex(Connections(servers: try .open(), routes: try LocalRoutes()))
    }

    func commit(_ transaction: Transaction) throws -> CommitTimes { try tables.commit(transaction) }
    func isPresent(_ table: TableID) throws -> Bool { try tables.isPresent(table) }
    func present(_ table: TableID) throws -> PresentTable? { try tables.present(table) }
    func generation() throws -> Generation { try tables.generation() }

    func prepare() throws {
        for (name, value) in BalancingSettings.settings(kernel: try Sysctl.read("kernel.osrelease")) {
            try Sysctl.ensure(name, value)
        }
    }

    func virtualServers(_ family: IPFamily) throws -> [VirtualServer] {
        try connections.withLock { connections throws(IPVSError) in
            try connections.servers.virtualServers().map(\.server).filter { $0.id.family == family }
        }
    }

    func realServers(of id: VirtualServerID) throws -> [RealServerStatus] {
        try connections.withLock { connections throws(IPVSError) in try connections.servers.realServers(of: id) }
    }

    func apply(_ changes: [IPVSChange]) throws {
        guard !changes.isEmpty else { return }
        let outcome = try connections.withLock { connections throws(IPVSError) in
            try connections.servers.apply(changes)
        }
        if let failure = outcome.failures.first { throw failure.error }
    }

    func localRoutes(_ family: IPFamily) throws -> [IPAddress: IPAddress?] {
        try connections.withLock { connections throws(NetlinkError) in try connections.routes.list(family) }
    }

    func addLocalRoutes(_ addresses: [IPAddress], source: IPAddress?) throws {
        guard !addresses.isEmpty else { return }
        try connections.withLock { connections throws(NetlinkError) in
            try connections.routes.add(addresses, source: source)
        }
    }

    func removeLocalRoutes(_ addresses: [IPAddress]) throws {
        guard !addresses.isEmpty else { return }
        try connections.withLock { connections throws(NetlinkError) in try connections.routes.remove(addresses) }
    }

    func isLocal(_ address: IPAddress) throws -> Bool {
        try connections.withLock { connections throws(NetlinkError) in try connections.routes.isLocal(address) }
    }
}
