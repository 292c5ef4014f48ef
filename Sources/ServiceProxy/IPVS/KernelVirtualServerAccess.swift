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
    private let recorder: CommitRecorder?

    /// Works in the calling thread's network namespace, and must be used from threads of the same one.
    init(recorder: CommitRecorder? = nil) throws {
        tables = try KernelTableAccess(recorder: recorder)
        connections = Mutex(Connections(servers: try .open(), routes: try LocalRoutes(recorder: recorder)))
        self.recorder = recorder
    }

    func commit(_ transaction: Transaction) throws -> CommitTimes { try tables.commit(transaction) }
    func isPresent(_ table: TableID) throws -> Bool { try tables.isPresent(table) }
    func present(_ table: TableID) throws -> PresentTable? { try tables.present(table) }
    func generation() throws -> Generation { try tables.generation() }

    func prepare(_ configuration: ProxyConfiguration) throws -> [String] {
        var changed: [String] = []
        let kernel = try Sysctl.read("kernel.osrelease")
        let settings = BalancingSettings.settings(kernel: kernel, strictARP: configuration.ipvsStrictARP)
        for (name, value) in settings {
            let before = try Sysctl.read(name)
            if try Sysctl.ensure(name, value) { changed.append("\(name) is \(value) now, was \(before)") }
        }
        if let wanted = IPVSTimeouts(configuration.ipvsTimeouts) {
            let (before, after) = try connections.withLock { connections throws(IPVSError) in
                let before = try connections.servers.timeouts()
                try connections.servers.setTimeouts(wanted)
                return (before, try connections.servers.timeouts())
            }
            if before != after {
                changed.append("timeouts are tcp \(after.tcp) s, tcpfin \(after.tcpFin) s, udp \(after.udp) s now")
            }
        }
        return changed
    }

    func hasScheduler(_ name: String) throws -> Bool {
        try IPVSConnection.isAvailable(IPVSScheduler(rawValue: name))
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
        recorder?.committed(.virtualServers(changes))
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
