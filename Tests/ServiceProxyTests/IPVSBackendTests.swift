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
        let retired = "weight 0 for \(pod) of \(id)"
        #expect(setup.access.takeLog() == ["rules", retired, "unroute \(address)", "delete \(id)"])
        #expect(try setup.restart().outcome == .unchanged)
    }

    @Test(arguments: IPFamily.allCases)
    func oneEndpointExchangedIsThreeChangesAndNoRule(family: IPFamily) throws {
        var setup = try webCluster(family, [1, 2, 3])
        setup.move(to: [1, 3, 9])
        let report = try setup.sync()
        #expect(report.elementCount == 3)
        let id = VirtualServerID(.tcp, try Self.clusterIP(family), 80)
        let (gone, new) = (try Self.pod(family, 2), try Self.pod(family, 9))
        // Connections are counted when no new one can come.
        let written = ["add \(new) to \(id)", "weight 0 for \(gone) of \(id)", "delete \(gone) of \(id)"]
        #expect(setup.access.takeLog() == written)
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
        let retired = [busy, idle].map { "weight 0 for \($0) of \(id)" }
        #expect(setup.access.takeLog() == ["rules"] + retired + ["delete \(idle) of \(id)"])
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
        #expect(try setup.backend.unreportedChange() != nil || !foreign.isEmpty)
        // The kernel tells of what happens to tables.
        if !foreign.isEmpty {
            _ = try setup.access.commit(foreign)
            #expect(try setup.backend.unreportedChange() == nil)
        }
        #expect(setup.text != before)
        #expect(try setup.restart().outcome != .unchanged)
        #expect(setup.text == before)
        #expect(try setup.restart().outcome == .unchanged)
        #expect(try setup.backend.unreportedChange() == nil)
    }

    @Test func realServersAreLookedAtInTurn() throws {
        var planner = ServicePlanner(node: ClusterFixture.node(.ipv4))
        for number in 1...1200 {
            let (name, address) = ("s\(number)", "10.96.\(number / 250).\(number % 250 + 1)")
            planner.upsert(
                ClusterFixture.service(name, clusterIPs: [address], ports: [ClusterFixture.port("http", 80)])
            )
            planner.upsert(
                ClusterFixture.slice(name, of: name, [ClusterFixture.port("http", 8080)], [.init("10.244.0.2")])
            )
        }
        let setup = try Setup(.ipv4, planner)
        for _ in 1...4 { #expect(try setup.backend.unreportedChange() == nil) }
        // Those of the last one are met within three looks, wherever they begin.
        let id = try #require(setup.access.virtualServers(.ipv4).last?.id)
        try setup.access.apply([.deleteRealServer(try Self.pod(.ipv4, 2), of: id)])
        let found = try (1...3).compactMap { _ in try setup.backend.unreportedChange() }
        #expect(found.first == "real servers of virtual server \(id) are otherwise")
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

    /// A cluster of one Service with annotations of its own and of its slice.
    private func annotated(
        _ scheduler: String?,
        _ weights: String?,
        _ configuration: ProxyConfiguration = ProxyConfiguration()
    ) throws -> (FakeVirtualServerAccess, ServicePlanner, IPVSBackend) {
        var planner = ServicePlanner(node: ClusterFixture.node(.ipv4))
        var service = ClusterFixture.service("web", clusterIPs: ["10.96.0.1"], ports: [ClusterFixture.port("http", 80)])
        if let scheduler { service.metadata.annotations[ServiceAnnotations.scheduler] = scheduler }
        var slice = ClusterFixture.slice(
            "web-1",
            of: "web",
            [ClusterFixture.port("http", 8080)],
            [.init("10.244.0.2"), .init("10.244.0.3"), .init("10.244.0.4")]
        )
        if let weights { slice.metadata.annotations[ServiceAnnotations.weights] = weights }
        planner.upsert(service)
        planner.upsert(slice)
        let access = FakeVirtualServerAccess()
        return (access, planner, IPVSBackend(.ipv4, configuration, access: access))
    }

    @Test func aServiceHasItsOwnSchedulerAndItsEndpointsTheirShares() throws {
        let (access, planner, backend) = try annotated("mh", "10.244.0.2=3,10.244.0.4=0")
        _ = try backend.replaceAll(with: planner.specs(.ipv4), node: planner.node)
        let server = try #require(try access.virtualServers(.ipv4).first)
        #expect(server.scheduler == .maglevHashing)
        #expect(server.flags == .hashPort)
        let weights = try access.realServers(of: server.id).map { "\($0.server.endpoint)*\($0.server.weight)" }
        #expect(weights.sorted() == ["10.244.0.2:8080*3", "10.244.0.3:8080*1", "10.244.0.4:8080*0"])
        #expect(!backend.hasUnfinishedWork)
        #expect(try backend.replaceAll(with: planner.specs(.ipv4), node: planner.node).outcome == .unchanged)
        // Another share is one change.
        _ = access.takeLog()
        let (_, other, _) = try annotated("mh", "10.244.0.2=5,10.244.0.4=0")
        let report = try backend.replaceAll(with: other.specs(.ipv4), node: planner.node)
        #expect(report.outcome == .changed)
        #expect(access.takeLog() == ["weight 5 for 10.244.0.2:8080 of \(server.id)"])
    }

    @Test func aSchedulerThatTheKernelLacksIsToldOnceAndTheNodesServes() throws {
        let (access, planner, backend) = try annotated("lblcr", nil)
        access.state.withLock { $0.lackingSchedulers = ["lblcr"] }
        let report = try backend.replaceAll(with: planner.specs(.ipv4), node: planner.node)
        #expect(report.remarks.count == 1)
        #expect(report.remarks.first?.contains("no scheduler \"lblcr\"") == true)
        #expect(report.remarks.first?.contains("modprobe ip_vs_lblcr") == true)
        #expect(try access.virtualServers(.ipv4).map(\.scheduler) == [.roundRobin])
        #expect(try backend.replaceAll(with: planner.specs(.ipv4), node: planner.node).remarks.isEmpty)
    }

    @Test(
        arguments: [
            ("fair", nil, "metadata.annotations[weft.dev/ipvs-scheduler]: must be one of rr, wrr"),
            (nil, "10.244.0.2=x", "metadata.annotations[weft.dev/ipvs-weights]: must be ADDRESS=WEIGHT"),
            (nil, "10.244.0.2=65536", "metadata.annotations[weft.dev/ipvs-weights]: must be ADDRESS=WEIGHT"),
            (nil, "10.244.0.2", "metadata.annotations[weft.dev/ipvs-weights]: must be ADDRESS=WEIGHT"),
        ] as [(String?, String?, String)]
    )
    func wrongAnnotationsAreToldAndTheDefaultsHold(scheduler: String?, weights: String?, expected: String) throws {
        let (access, planner, backend) = try annotated(scheduler, weights)
        let problems = planner.problems.map { "\($0)" }
        #expect(problems.count == 1)
        #expect(problems.first?.contains(expected) == true, "\(problems)")
        _ = try backend.replaceAll(with: planner.specs(.ipv4), node: planner.node)
        let server = try #require(try access.virtualServers(.ipv4).first)
        #expect(server.scheduler == .roundRobin)
        #expect(try access.realServers(of: server.id).allSatisfy { $0.server.weight == 1 })
    }

    @Test func serversInExcludedRangesAreNobodysBusiness() throws {
        let range = try #require(IPPrefix("10.96.0.0/24"))
        var configuration = ProxyConfiguration()
        configuration.ipvsExcludedRanges = [range]
        let (access, planner, backend) = try annotated(nil, nil, configuration)
        _ = try backend.replaceAll(with: planner.specs(.ipv4), node: planner.node)
        let intruder = VirtualServerID(.tcp, try Self.clusterIP(.ipv4), 81)
        try access.apply([.addVirtualServer(VirtualServer(intruder))])
        #expect(try backend.replaceAll(with: planner.specs(.ipv4), node: planner.node).outcome == .unchanged)
        // Our own is served there all the same.
        #expect(try access.virtualServers(.ipv4).count == 2)
        #expect(try backend.replaceAll(with: [], node: planner.node).outcome == .changed)
        #expect(try access.virtualServers(.ipv4).contains { $0.id == intruder })
    }

    @Test func timesAreSecondsAndNothingIsLeftAlone() {
        #expect(IPVSTimeouts(IPVSConnectionTimes()) == nil)
        let times = IPVSConnectionTimes(tcp: .seconds(900), tcpFin: .milliseconds(10))
        #expect(IPVSTimeouts(times) == IPVSTimeouts(tcp: 900, tcpFin: 1, udp: 0))
    }

    @Test func theSettingsDependOnTheKernel() {
        let strict = BalancingSettings.settings(kernel: "6.1", strictARP: true).suffix(2).map {
            "\($0.name)=\($0.value)"
        }
        #expect(strict == ["net.ipv4.conf.all.arp_ignore=1", "net.ipv4.conf.all.arp_announce=2"])
        let names = BalancingSettings.settings(kernel: "6.1.0-56-amd64").map(\.name)
        #expect(!names.contains("net.ipv4.vs.conn_reuse_mode"))
        #expect(BalancingSettings.settings(kernel: "5.4.0").last?.name == "net.ipv4.vs.conn_reuse_mode")
        #expect(BalancingSettings.settings(kernel: "6.1").map(\.value) == ["1", "1", "1"])
    }
}
