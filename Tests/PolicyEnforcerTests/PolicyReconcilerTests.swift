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
        report: @escaping @Sendable (PolicyProblem) -> Void = { _ in }
    ) throws -> PolicyReconciler {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return try PolicyReconciler(
            nodeName: PolicyWorld.nodeName,
            backends: [NFTablesPolicyBackend(.ipv4, access: access)],
            surroundings: .init(cutter: cutter, ownAddresses: { [] }),
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

    private func hold(_ address: IPAddress, _ comment: String, _ access: FakePolicyAccess) throws {
        var transaction = Transaction()
        let set = PolicySet.hold.declaration(Self.table, .ipv4)
        transaction.add([SetElement(ElementValue(.address(address)), comment: comment)], to: set)
        try access.commit(transaction)
    }

    @Test func malformedPoliciesAreToldOnce() async throws {
        let told = Mutex<[PolicyProblem]>([])
        let reconciler = try makeReconciler(FakePolicyAccess()) { problem in told.withLock { $0.append(problem) } }
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
