import ClusterModel
import JSONTree
import NFTables
import NFTablesTesting
import NetworkTypes
import PolicyPlan
import PolicyTesting
import Testing

@testable import PolicyEnforcer

/// What the rules do to packets is what the plan says, after every step of every case.
struct RenderingTests {
    @Test(arguments: PolicyCase.all)
    func rulesAgreeWithPlan(_ example: PolicyCase) throws {
        var world = PolicyWorld.standard
        var setups = try IPFamily.allCases.map { try PolicySetup($0) }
        for index in setups.indices { try setups[index].move(to: world) }
        for step in example.steps {
            for change in step.changes { world.apply(change) }
            for index in setups.indices {
                try setups[index].move(to: world)
                let probes = PolicyProbe.all(world, setups[index].family)
                let wrong = probes.filter { setups[index].allows($0) != setups[index].plan($0) }
                #expect(wrong.isEmpty, "\(wrong.count) of \(probes.count), such as \(wrong.first?.description ?? "")")
            }
        }
    }

    @Test(arguments: PolicyCase.all)
    func aRestartWritesNothing(_ example: PolicyCase) throws {
        var world = PolicyWorld.standard
        var setup = try PolicySetup(.ipv4)
        for step in example.steps {
            for change in step.changes { world.apply(change) }
            try setup.move(to: world)
        }
        let before = setup.access.ruleset.canonicalText(of: NFTablesPolicyBackend.table(.ipv4))
        let report = try setup.restart()
        #expect(report.outcome == .unchanged)
        #expect(setup.access.ruleset.canonicalText(of: NFTablesPolicyBackend.table(.ipv4)) == before)
    }

    @Test(arguments: PolicyCase.all)
    func changesLeadWhereANewStartLeads(_ example: PolicyCase) throws {
        var world = PolicyWorld.standard
        var setup = try PolicySetup(.ipv6)
        for step in example.steps {
            for change in step.changes { world.apply(change) }
            try setup.move(to: world)
        }
        let table = NFTablesPolicyBackend.table(.ipv6)
        let backend = NFTablesPolicyBackend(.ipv6, access: FakePolicyAccess())
        let access = FakePolicyAccess()
        _ = try NFTablesPolicyBackend(.ipv6, access: access).replaceAll(with: setup.planner.model, releasing: [])
        #expect(setup.access.ruleset.canonicalText(of: table) == access.ruleset.canonicalText(of: table))
        #expect(backend.family == .ipv6)
    }

    @Test func baseChainsAreMadeOnce() throws {
        var setup = try PolicySetup(.ipv4)
        for example in PolicyCase.all {
            var world = PolicyWorld.standard
            for change in example.steps[0].changes { world.apply(change) }
            try setup.move(to: world)
        }
        let made = setup.access.transactions.flatMap(\.operations).filter { operation in
            if case .chain(let chain) = operation.object { chain.base != nil } else { false }
        }
        #expect(made.count == 2)
        let deletedTables = setup.access.transactions.dropFirst().flatMap(\.operations).filter { operation in
            if case .table = operation.object { true } else { false }
        }
        #expect(deletedTables.isEmpty)
    }

    @Test func aLabelChangeIsOneElement() throws {
        var world = PolicyWorld.standard
        var setup = try PolicySetup(.ipv4)
        let from = [PolicySpec.from([PolicySpec.pods(PolicySpec.labels("pod=b"))])]
        world.apply(.policy("x/p", PolicySpec.spec(PolicySpec.labels("pod=a"), ingress: from)))
        try setup.move(to: world)
        world.apply(.pod("x/c", ["pod": "b"]))
        let report = try setup.move(to: world)
        #expect(report?.elementCount == 1 && report?.operationCount == 1)
    }
}

/// A plan and a backend over a table in memory.
struct PolicySetup {
    let family: IPFamily
    let access = FakePolicyAccess()
    private(set) var planner = PolicyPlanner(nodeName: PolicyWorld.nodeName)
    private var backend: NFTablesPolicyBackend
    private var told = PolicyWorld()
    private var ruleset = FakeRuleset()

    init(_ family: IPFamily) throws {
        self.family = family
        backend = NFTablesPolicyBackend(family, access: access)
        _ = try backend.replaceAll(with: planner.model, releasing: [])
    }

    @discardableResult
    mutating func move(to world: PolicyWorld) throws -> PolicyReport? {
        world.tell(&planner, since: told)
        told = world
        let changes = planner.takeChanges()
        defer { ruleset = access.ruleset }
        guard !changes.isEmpty else { return nil }
        return try backend.apply(changes, of: planner.model, releasing: [])
    }

    /// Another run takes over.
    mutating func restart() throws -> PolicyReport {
        backend = NFTablesPolicyBackend(family, access: access)
        planner = PolicyPlanner(nodeName: PolicyWorld.nodeName, hints: try backend.hints())
        told.tell(&planner, since: PolicyWorld())
        _ = planner.takeChanges()
        defer { ruleset = access.ruleset }
        return try backend.replaceAll(with: planner.model, releasing: [])
    }

    func plan(_ probe: PolicyProbe) -> Bool {
        planner.model.allows(probe.source, probe.destination, probe.transport, probe.port)
    }

    mutating func allows(_ probe: PolicyProbe) -> Bool {
        let packet = TestPacket(
            probe.transport,
            from: IPEndpoint(address: probe.source, port: 40_000),
            to: IPEndpoint(address: probe.destination, port: probe.port),
            inputInterface: "veth0"
        )
        return ruleset.evaluate(packet, on: TestHost(addresses: [])).fate == .accepted
    }
}

extension PolicyWorld {
    /// Tells a planner what differs from an earlier state.
    func tell(_ planner: inout PolicyPlanner, since before: PolicyWorld) {
        for (key, json) in policies.sorted(by: { $0.key < $1.key }) where before.policies[key] != json {
            planner.upsert(NetworkPolicy(unchecked: json))
        }
        for key in before.policies.keys where policies[key] == nil { planner.removePolicy(key) }
        for (key, json) in pods.sorted(by: { $0.key < $1.key }) where before.pods[key] != json {
            planner.upsert(Pod(unchecked: json))
        }
        for key in before.pods.keys where pods[key] == nil { planner.removePod(key) }
        for (name, json) in namespaces.sorted(by: { $0.key < $1.key }) where before.namespaces[name] != json {
            planner.upsert(Namespace(unchecked: json))
        }
        for name in before.namespaces.keys where namespaces[name] == nil { planner.removeNamespace(name) }
    }
}
