import ClusterModel
import IPVS
import NFTables
import NFTablesTesting
import NetworkTypes
import ServicePlan
import Synchronization
import Testing

@testable import ServiceProxy

struct IPVSBackendTests {
    /// A planner, a backend and what it writes to.
    private struct Setup {
        let family: IPFamily
        var planner: ServicePlanner
        let access = FakeVirtualServerAccess()
        var backend: IPVSBackend

        init(_ family: IPFamily, _ planner: ServicePlanner) throws {
            self.family = family
            self.planner = planner
            backend = IPVSBackend(family, ProxyConfiguration(), access: access, drainInterval: .zero)
            _ = self.planner.takeDirty()
            #expect(try start().outcome == .rebuilt)
        }

        func start() throws -> ProxyReport {
            try backend.replaceAll(with: planner.specs(family), node: planner.node)
        }

        mutating func sync() throws -> ProxyReport {
            try backend.apply(planner.takeDirty().filter { $0.family == family })
        }

        /// What a daemon does that was killed and comes back.
        mutating func restart() throws -> ProxyReport {
            backend = IPVSBackend(family, ProxyConfiguration(), access: access, drainInterval: .zero)
            return try start()
        }

        var text: String { access.canonicalText(family) }

        mutating func move(_ service: String = "web", to pods: [Int]) {
            let slice = ClusterFixture.slice(
                "\(service)-1",
                of: service,
                [ClusterFixture.port("http", 8080)],
                pods.map { .init(family == .ipv4 ? "10.244.0.\($0)" : "fd44::\($0)", node: "n2") },
                isIPv6: family == .ipv6
            )
            planner.upsert(slice)
        }
    }

    private static func clusterIP(_ family: IPFamily, _ number: Int = 1) throws -> IPAddress {
        try #require(IPAddress(family == .ipv4 ? "10.96.0.\(number)" : "fd96::\(number)"))
    }

    private static func pod(_ family: IPFamily, _ number: Int) throws -> IPEndpoint {
        let address = try #require(IPAddress(family == .ipv4 ? "10.244.0.\(number)" : "fd44::\(number)"))
        return IPEndpoint(address: address, port: 8080)
    }

    private func webCluster(_ family: IPFamily, _ pods: [Int]) throws -> Setup {
        var planner = ServicePlanner(node: ClusterFixture.node(family))
        planner.upsert(
            ClusterFixture.service(
                "web",
                clusterIPs: [try Self.clusterIP(family).description],
                ports: [ClusterFixture.port("http", 80, nodePort: 30080)],
                type: "NodePort"
            )
        )
        var setup = try Setup(family, planner)
        setup.move(to: pods)
        _ = try setup.sync()
        _ = setup.access.takeLog()
        return setup
    }

    @Test(arguments: IPFamily.allCases)
    func whatIsNewIsMadeBeforeAnythingLeadsThere(family: IPFamily) throws {
        let address = try Self.clusterIP(family)
        let id = VirtualServerID(.tcp, address, 80)
        var setup = try webCluster(family, [])
        setup.move(to: [2])
        _ = try setup.sync()
        let pod = try Self.pod(family, 2)
        #expect(setup.access.takeLog() == ["add \(id)", "add \(pod) to \(id)", "rules"])
        setup.planner.removeService(ObjectKey(namespace: "default", name: "web"))
        _ = try setup.sync()
        #expect(setup.access.takeLog() == ["rules", "unroute \(address)", "delete \(id)"])
        #expect(try setup.restart().outcome == .unchanged)
    }

    @Test(arguments: IPFamily.allCases)
    func oneEndpointExchangedIsTwoChangesAndNoRule(family: IPFamily) throws {
        var setup = try webCluster(family, [1, 2, 3])
        setup.move(to: [1, 3, 9])
        let report = try setup.sync()
        #expect(report.elementCount == 2)
        let id = VirtualServerID(.tcp, try Self.clusterIP(family), 80)
        let (gone, new) = (try Self.pod(family, 2), try Self.pod(family, 9))
        #expect(setup.access.takeLog() == ["add \(new) to \(id)", "delete \(gone) of \(id)"])
    }

    @Test(arguments: IPFamily.allCases)
    func aBusyEndpointDrainsAndGoesWhenItIsIdle(family: IPFamily) throws {
        var setup = try webCluster(family, [1, 2])
        let id = VirtualServerID(.tcp, try Self.clusterIP(family), 80)
        let (old, new) = (try Self.pod(family, 1), try Self.pod(family, 3))
        setup.access.connect(2, to: old, of: id)
        setup.move(to: [2, 3])
        _ = try setup.sync()
        #expect(setup.access.takeLog() == ["add \(new) to \(id)", "weight 0 for \(old) of \(id)"])
        #expect(setup.backend.hasUnfinishedWork)
        #expect(try setup.restart().outcome == .unchanged)
        #expect(setup.backend.hasUnfinishedWork)
        setup.access.connect(0, to: old, of: id)
        #expect(try setup.sync().outcome == .changed)
        #expect(setup.access.takeLog() == ["delete \(old) of \(id)"])
        #expect(!setup.backend.hasUnfinishedWork)
        #expect(try setup.sync().outcome == .unchanged)
        // One that comes back is used again.
        setup.access.connect(1, to: new, of: id)
        setup.move(to: [2])
        _ = try setup.sync()
        setup.move(to: [2, 3])
        _ = try setup.sync()
        #expect(setup.access.takeLog() == ["weight 0 for \(new) of \(id)", "weight 1 for \(new) of \(id)"])
    }

    @Test(arguments: IPFamily.allCases)
    func aServiceThatGoesKeepsItsServerWhileItHasConnections(family: IPFamily) throws {
        var setup = try webCluster(family, [1, 2])
        let address = try Self.clusterIP(family)
        let id = VirtualServerID(.tcp, address, 80)
        let (busy, idle) = (try Self.pod(family, 1), try Self.pod(family, 2))
        setup.access.connect(1, to: busy, of: id)
        setup.planner.removeService(ObjectKey(namespace: "default", name: "web"))
        _ = try setup.sync()
        #expect(setup.access.takeLog() == ["rules", "weight 0 for \(busy) of \(id)", "delete \(idle) of \(id)"])
        setup.access.connect(0, to: busy, of: id)
        #expect(try setup.restart().outcome == .changed)
        #expect(setup.access.takeLog() == ["unroute \(address)", "delete \(id)"])
    }

    @Test(arguments: IPFamily.allCases)
    func othersServersStay(family: IPFamily) throws {
        var setup = try webCluster(family, [1])
        let foreign = VirtualServer(VirtualServerID(.tcp, try Self.clusterIP(family, 77), 80), scheduler: "wlc")
        let intruder = VirtualServerID(.tcp, try Self.clusterIP(family), 81)
        try setup.access.apply([.addVirtualServer(foreign), .addVirtualServer(VirtualServer(intruder))])
        _ = setup.access.takeLog()
        #expect(try setup.restart().outcome == .changed)
        // What stands on an address of ours would take packets that are to be rejected.
        #expect(setup.access.takeLog() == ["delete \(intruder)"])
        #expect(try setup.access.virtualServers(family).contains(foreign))
    }

    @Test(arguments: IPFamily.allCases)
    func aRestartWritesNothing(family: IPFamily) throws {
        var setup = try Setup(family, ClusterFixture.smallCluster(family))
        let before = setup.text
        _ = setup.access.takeLog()
        let report = try setup.restart()
        #expect(report.outcome == .unchanged)
        #expect(report.elementCount == 0)
        #expect(setup.access.takeLog() == [])
        #expect(setup.text == before)
    }

    @Test(arguments: ["server", "real server", "weight", "scheduler", "route", "source", "rule", "element", "table"])
    func whatSomebodyElseChangedIsPutRight(fault: String) throws {
        var setup = try Setup(.ipv4, ClusterFixture.smallCluster(.ipv4))
        let before = setup.text
        let id = VirtualServerID(.tcp, try Self.clusterIP(.ipv4), 80)
        let address = try Self.clusterIP(.ipv4)
        let real = RealServer(try Self.pod(.ipv4, 2))
        let table = TableID(.ip, IPVSBackend.tableName)
        var foreign = Transaction()
        switch fault {
        case "server": try setup.access.apply([.deleteVirtualServer(id)])
        case "real server": try setup.access.apply([.deleteRealServer(real.endpoint, of: id)])
        case "weight": try setup.access.apply([.updateRealServer(RealServer(real.endpoint, weight: 7), of: id)])
        case "scheduler": try setup.access.apply([.updateVirtualServer(VirtualServer(id, scheduler: "lc"))])
        case "route": try setup.access.removeLocalRoutes([address])
        case "source": try setup.access.addLocalRoutes([address], source: .any(.ipv4))
        case "rule": foreign.flush(Chain(table, "services"))
        case "table": foreign.delete(Table(table))
        default:
            let elements = try #require(setup.access.tables.ruleset.elements(of: "services", in: table))
            foreign.delete(elements, from: LayoutSet.services.declaration(table, .ipv4))
        }
        if !foreign.isEmpty { _ = try setup.access.commit(foreign) }
        #expect(setup.text != before)
        #expect(try setup.restart().outcome != .unchanged)
        #expect(setup.text == before)
        #expect(try setup.restart().outcome == .unchanged)
    }

    @Test(arguments: ["add TCP", "route", "rules", "unroute", "delete TCP"])
    func afterAFailureTheNextTryMends(failing: String) throws {
        var setup = try webCluster(.ipv4, [1])
        let before = setup.text
        func other(_ planner: inout ServicePlanner) {
            planner.upsert(
                ClusterFixture.service("other", clusterIPs: ["10.96.0.2"], ports: [ClusterFixture.port("http", 80)])
            )
            planner.upsert(
                ClusterFixture.slice("o-1", of: "other", [ClusterFixture.port("http", 8080)], [.init("10.244.0.5")])
            )
        }
        other(&setup.planner)
        let isEnd = failing == "unroute" || failing == "delete TCP"
        if isEnd {
            _ = try setup.sync()
            setup.planner.removeService(ObjectKey(namespace: "default", name: "other"))
        }
        setup.access.state.withLock { $0.failing = failing }
        #expect(throws: (any Error).self) { try setup.sync() }
        #expect(throws: ProxyError.self) { try setup.backend.apply([]) }
        #expect(try setup.start().outcome != .rebuilt)
        #expect((setup.text == before) == isEnd)
        #expect(try setup.restart().outcome == .unchanged)
    }

    @Test(arguments: IPFamily.allCases)
    func privateAddressesAreTheSameAfterEverythingWasLost(family: IPFamily) throws {
        var setup = try Setup(family, ClusterFixture.smallCluster(family))
        let before = setup.text
        setup = try Setup(family, ClusterFixture.smallCluster(family))
        #expect(setup.text == before)
        let range = VirtualAddressPool.standardRange(family)
        let addresses = try setup.access.virtualServers(family).compactMap { $0.id.endpoint?.address }
        #expect(addresses.contains { range.contains($0) })
    }

    @Test func theSchedulerAndItsSwitchesAreTheConfigurations() throws {
        let access = FakeVirtualServerAccess()
        let planner = ClusterFixture.smallCluster(.ipv4)
        for (name, flags) in [("rr", VirtualServerFlags()), ("mh", .hashPort)] {
            let backend = IPVSBackend(.ipv4, ProxyConfiguration(ipvsScheduler: name), access: access)
            _ = try backend.replaceAll(with: planner.specs(.ipv4), node: planner.node)
            for server in try access.virtualServers(.ipv4) {
                #expect(server.scheduler.rawValue == name)
                #expect(server.flags == flags)
            }
        }
    }

    @Test func theSettingsDependOnTheKernel() {
        let names = BalancingSettings.settings(kernel: "6.1.0-56-amd64").map(\.name)
        #expect(!names.contains("net.ipv4.vs.conn_reuse_mode"))
        #expect(BalancingSettings.settings(kernel: "5.4.0").last?.name == "net.ipv4.vs.conn_reuse_mode")
        #expect(BalancingSettings.settings(kernel: "6.1").map(\.value) == ["1", "1", "1"])
    }
}
