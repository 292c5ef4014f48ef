import ClusterModel
import Conntrack
import CoreMetrics
import JSONTree
import Logging
import NFTables
import NFTablesTesting
import NetworkTypes
import PolicyPlan
import PolicyTesting
import Synchronization
import Testing

@testable import PolicyEnforcer

/// The loop between objects and tables.
struct PolicyReconcilerTests {
    private static let table = NFTablesPolicyBackend.table(.ipv4)

    private func makeReconciler(
        _ access: FakePolicyAccess,
        cutter: FlowCutter? = nil,
        isGone: @escaping @Sendable (HeldAddress) async -> Bool = { _ in false },
        noticeDrift: @escaping @Sendable (PolicyDrift) -> Void = { _ in },
        report: @escaping @Sendable (PolicyProblem) -> Void = { _ in }
    ) throws -> PolicyReconciler {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        var surroundings = PolicyReconciler.Surroundings(cutter: cutter, ownAddresses: { [] }, isGone: isGone)
        surroundings.holdPatience = .zero
        surroundings.noticeDrift = noticeDrift
        return try PolicyReconciler(
            nodeName: PolicyWorld.nodeName,
            backends: [NFTablesPolicyBackend(.ipv4, access: access)],
            surroundings: surroundings,
            report: report,
            metrics: NOOPMetricsHandler.instance,
            logger: logger
        )
    }

    private func tell(_ world: PolicyWorld, _ reconciler: PolicyReconciler) async {
        for json in world.policies.values { await reconciler.upsert(NetworkPolicy(unchecked: json)) }
        for json in world.namespaces.values { await reconciler.upsert(Namespace(unchecked: json)) }
        for json in world.pods.values { await reconciler.upsert(Pod(unchecked: json)) }
    }

    private func fill(_ reconciler: PolicyReconciler) async {
        for input in PolicyReconciler.Input.allCases { await reconciler.markSynced(input) }
    }

    private static var isolated: PolicyWorld {
        var world = PolicyWorld.standard
        world.apply(.policy("x/p", PolicySpec.spec(types: ["Ingress"])))
        return world
    }

    @Test func nothingIsWrittenBeforeEverythingIsKnown() async throws {
        let access = FakePolicyAccess()
        let reconciler = try makeReconciler(access)
        await tell(Self.isolated, reconciler)
        await reconciler.markSynced(.pods)
        await reconciler.markSynced(.policies)
        #expect(await reconciler.syncOnce())
        #expect(access.transactions.isEmpty)
        await reconciler.markSynced(.namespaces)
        #expect(await reconciler.syncOnce())
        #expect(access.transactions.count == 1)
        #expect(access.ruleset.elements(of: "ingress", in: Self.table)?.count == 3)
        #expect(await reconciler.hasSynced)
    }

    @Test func afterAFailureEverythingIsCompared() async throws {
        let access = FakePolicyAccess()
        let reconciler = try makeReconciler(access)
        await tell(PolicyWorld.standard, reconciler)
        await fill(reconciler)
        #expect(await reconciler.syncOnce())
        access.failNext(NFTablesError(.generationChanged, operation: "commit"))
        await tell(Self.isolated, reconciler)
        #expect(await reconciler.syncOnce() == false)
        #expect(access.ruleset.elements(of: "ingress", in: Self.table)?.isEmpty == true)
        #expect(await reconciler.syncOnce())
        #expect(access.ruleset.elements(of: "ingress", in: Self.table)?.count == 3)
    }

    @Test func whatSomebodyElseTookAwayIsMendedAndToldOnce() async throws {
        let access = FakePolicyAccess()
        let told = Mutex<[PolicyDrift]>([])
        let reconciler = try makeReconciler(access, noticeDrift: { drift in told.withLock { $0.append(drift) } })
        await tell(Self.isolated, reconciler)
        await fill(reconciler)
        #expect(await reconciler.syncOnce())
        var removal = Transaction()
        removal.delete(Table(Self.table))
        try access.commit(removal)
        await reconciler.suspect(.ipv4, "nft (7) changed them")
        #expect(await reconciler.syncOnce())
        #expect(access.ruleset.elements(of: "ingress", in: Self.table)?.count == 3)
        let drift = told.withLock { $0 }
        #expect(drift.map(\.cause) == ["nft (7) changed them"] && drift.first?.report.outcome == .rebuilt)
        // A sign with nothing behind it, once it is time to look again, is no news; and what a policy changes is not
        // somebody else's doing.
        let count = access.transactions.count
        var world = Self.isolated
        world.apply(.policy("x/q", PolicySpec.spec(types: ["Egress"])))
        await tell(world, reconciler)
        let deadline = ContinuousClock.now + .seconds(30)
        await reconciler.suspect(.ipv4, "again")
        while await reconciler.isSuspected(.ipv4), .now < deadline { await reconciler.syncOnce() }
        #expect(await !reconciler.isSuspected(.ipv4))
        #expect(access.transactions.count == count + 1)
        #expect(told.withLock(\.count) == 1)
    }

    /// The pod has no address in its status; the one that weft-cni held is isolated and let go in one transaction.
    @Test func aHeldAddressIsLetGoWithTheTransactionThatBringsItsRules() async throws {
        let access = FakePolicyAccess()
        let reconciler = try makeReconciler(access)
        var world = Self.isolated
        world.apply(.podFields("x/a", ["status.podIPs": [], "metadata.uid": "77"]))
        await tell(world, reconciler)
        await fill(reconciler)
        #expect(await reconciler.syncOnce())
        let address = try #require(IPAddress("10.244.0.99"))
        try hold(address, "x/a 77", access)
        #expect(await reconciler.syncOnce())
        #expect(access.ruleset.elements(of: "hold", in: Self.table)?.isEmpty == true)
        let isolated = access.ruleset.elements(of: "isolated", in: Self.table)?.map(\.key) ?? []
        #expect(isolated.contains(ElementValue(.address(address))))
        let last = try #require(access.transactions.last)
        #expect(last.operations.contains { $0.description.contains("hold") })
        #expect(last.operations.contains { $0.description.contains("ingress") })
    }

    /// Neither another pod of the name nor one that is not known.
    @Test(arguments: ["x/a 78", "x/new 1", "", "unreadable"])
    func anAddressOfAPodThatIsNotKnownStaysHeld(_ comment: String) async throws {
        let access = FakePolicyAccess()
        let reconciler = try makeReconciler(access)
        var world = Self.isolated
        world.apply(.podFields("x/a", ["status.podIPs": [], "metadata.uid": "77"]))
        await tell(world, reconciler)
        await fill(reconciler)
        #expect(await reconciler.syncOnce())
        try hold(try #require(IPAddress("10.244.0.99")), comment, access)
        #expect(await reconciler.syncOnce())
        #expect(access.ruleset.elements(of: "hold", in: Self.table)?.count == 1)
    }

    /// The pod was deleted before this node was told of it, and nobody called the plugin: whoever knows all pods says so.
    @Test func anAddressOfAPodThatIsGoneIsLetGo() async throws {
        let access = FakePolicyAccess()
        let asked = Mutex<[HeldAddress]>([])
        let reconciler = try makeReconciler(
            access,
            isGone: { held in
                asked.withLock { $0.append(held) }
                return held.pod?.name == "gone"
            }
        )
        await tell(Self.isolated, reconciler)
        await fill(reconciler)
        #expect(await reconciler.syncOnce())
        let (gone, late) = (try #require(IPAddress("10.244.0.98")), try #require(IPAddress("10.244.0.99")))
        try hold(gone, "x/gone 1", access)
        try hold(late, "x/late 2", access)
        var held: [SetElement] = []
        for _ in 0..<1000 {
            #expect(await reconciler.syncOnce())
            held = access.ruleset.elements(of: "hold", in: Self.table) ?? []
            if held.count == 1, asked.withLock({ $0.count }) > 1 { break }
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(held.map(\.key) == [ElementValue(.address(late))])
        #expect(Set(asked.withLock { $0 }.map(\.address)) == [gone, late])
    }

    /// Between the look at the held addresses and the write, the address was given to another pod.
    @Test func whatIsHeldForAnotherPodByNowStaysHeld() throws {
        let access = FakePolicyAccess()
        let backend = NFTablesPolicyBackend(.ipv4, access: access)
        _ = try backend.replaceAll(with: PolicyModel(), releasing: [])
        let address = try #require(IPAddress("10.244.0.99"))
        try hold(address, "x/second 2", access)
        let first = HeldAddress(address, comment: "x/first 1")
        _ = try backend.apply(PolicyChanges(), of: PolicyModel(), releasing: [first])
        #expect(access.ruleset.elements(of: "hold", in: Self.table)?.count == 1)
        _ = try backend.apply(PolicyChanges(), of: PolicyModel(), releasing: try backend.held())
        #expect(access.ruleset.elements(of: "hold", in: Self.table)?.isEmpty == true)
    }

    /// The kubelet knows a pod of its own file by another identifier than the API knows the pod's mirror.
    @Test func aStaticPodIsKnownByTheKubeletsIdentifier() async throws {
        let access = FakePolicyAccess()
        let reconciler = try makeReconciler(access)
        await tell(Self.isolated, reconciler)
        var mirror = Pod(namespace: "x", name: "static-n1")
        mirror.metadata.uid = "77"
        mirror.metadata.annotations = ["kubernetes.io/config.mirror": "0123abcd"]
        mirror.spec.nodeName = PolicyWorld.nodeName
        await reconciler.upsert(mirror)
        await fill(reconciler)
        #expect(await reconciler.syncOnce())
        try hold(try #require(IPAddress("10.244.0.99")), "x/static-n1 0123abcd", access)
        #expect(await reconciler.syncOnce())
        #expect(access.ruleset.elements(of: "hold", in: Self.table)?.isEmpty == true)
    }

    private func hold(_ address: IPAddress, _ comment: String, _ access: FakePolicyAccess) throws {
        var transaction = Transaction()
        let set = PolicySet.hold.declaration(Self.table, .ipv4)
        transaction.add([SetElement(ElementValue(.address(address)), comment: comment)], to: set)
        try access.commit(transaction)
    }

    @Test func malformedPoliciesAreToldOnce() async throws {
        let told = Mutex<[PolicyProblem]>([])
        let reconciler = try makeReconciler(
            FakePolicyAccess(),
            report: { problem in told.withLock { $0.append(problem) } }
        )
        var world = PolicyWorld.standard
        let rule = PolicySpec.from([PolicySpec.block("10.0.0.0/99")])
        world.apply(.policy("x/bad", PolicySpec.spec(ingress: [rule])))
        await tell(world, reconciler)
        await tell(world, reconciler)
        #expect(told.withLock { $0 }.map(\.field) == ["spec.ingress[0].from[0].ipBlock.cidr"])
        #expect(await reconciler.problems.count == 1)
    }
}

/// Which connections a change ends.
struct ForbiddenFlowsTests {
    @Test func onlyForbiddenConnectionsOfChangedAddresses() throws {
        var planner = PolicyPlanner(nodeName: PolicyWorld.nodeName)
        var world = PolicyWorld.standard
        let friends = [PolicySpec.from([PolicySpec.pods(PolicySpec.labels("pod=b"))], [PolicySpec.port("TCP", 80)])]
        world.apply(.policy("x/p", PolicySpec.spec(PolicySpec.labels("pod=a"), ingress: friends)))
        world.tell(&planner, since: PolicyWorld())
        _ = planner.takeChanges()
        let server = try #require(IPAddress("10.244.0.10"))
        let node = try #require(IPAddress("10.244.0.1"))
        let forbidden = ForbiddenFlows(of: [server], planner.model, ownAddresses: [node])
        func flow(_ from: String, _ to: String, _ port: Port, realServer: String? = nil) throws -> Flow {
            let source = IPEndpoint(address: try #require(IPAddress(from)), port: 4000)
            let target = IPEndpoint(address: try #require(IPAddress(to)), port: port)
            let real = IPEndpoint(
                address: try #require(IPAddress(realServer ?? to)),
                port: realServer == nil ? port : 80
            )
            return Flow(
                original: FlowTuple(.tcp, from: source, to: target),
                reply: FlowTuple(.tcp, from: real, to: source)
            )
        }
        #expect(try !forbidden.contains(flow("10.244.0.11", "10.244.0.10", 80)))
        #expect(try forbidden.contains(flow("10.244.0.11", "10.244.0.10", 81)))
        #expect(try forbidden.contains(flow("10.244.0.12", "10.244.0.10", 80)))
        #expect(try !forbidden.contains(flow("10.244.0.10", "10.244.0.12", 80)))
        #expect(try !forbidden.contains(flow("10.244.0.1", "10.244.0.10", 81)))
        #expect(try !forbidden.contains(flow("10.244.0.12", "10.244.0.13", 81)))
        #expect(try forbidden.contains(flow("10.244.0.12", "10.96.0.1", 443, realServer: "10.244.0.10")))
        #expect(try !forbidden.contains(flow("10.244.0.11", "10.96.0.1", 443, realServer: "10.244.0.10")))
    }
}
