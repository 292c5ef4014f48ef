import NFTables
import NFTablesTesting
import NetworkTypes
import ServicePlan
import Testing

@testable import ServiceProxy

/// The plan says who reaches whom, and the rendered rules, evaluated packet by packet, say the same.
struct PlanAgreementTests {
    /// What became of the packets of one client to one frontend, over all dice.
    private struct Seen: Equatable {
        var endpoints: Set<IPEndpoint> = []
        var masqueraded: Set<Bool> = []
        var fates: Set<Outcome.Fate> = []
    }

    @Test(arguments: IPFamily.allCases, [1, 2, 3, 4] as [UInt64])
    func theTableDoesWhatThePlanSays(family: IPFamily, seed: UInt64) throws {
        let access = FakeTableAccess()
        try compare(family, seed, ruleset: { access.ruleset }) {
            NFTablesBackend(family, ProxyConfiguration(), access: access)
        }
    }

    @Test(arguments: IPFamily.allCases, [1, 2, 3, 4] as [UInt64])
    func theChainsOfIPTablesDoWhatThePlanSays(family: IPFamily, seed: UInt64) throws {
        let access = FakeIPTablesAccess()
        try compare(family, seed, ruleset: { access.ruleset }) {
            IPTablesBackend(family, ProxyConfiguration(), access: access)
        }
    }

    private func compare(
        _ family: IPFamily,
        _ seed: UInt64,
        ruleset: () -> FakeRuleset,
        makeBackend: () -> any ProxyBackend
    ) throws {
        var cluster = RandomCluster(family, seed: seed)
        let backend = makeBackend()
        _ = try backend.replaceAll(with: [], node: cluster.planner.node)
        var compared = 0
        for round in 1...12 {
            for _ in 0..<(seed % 3 + 1) * 2 { cluster.change() }
            _ = try backend.apply(cluster.planner.takeDirty().filter { $0.family == family })
            if round % 4 == 0 { compared += try compare(cluster, ruleset()) }
        }
        #expect(compared > 50)
        // And a restart finds all as it should be.
        let restarted = makeBackend()
        let report = try restarted.replaceAll(with: cluster.planner.specs(family), node: cluster.planner.node)
        #expect(report.outcome == .unchanged)
    }

    /// Compares every frontend from every position; returns how many comparisons that were.
    private func compare(_ cluster: RandomCluster, _ ruleset: FakeRuleset) throws -> Int {
        let family = cluster.family
        var count = 0
        for spec in cluster.planner.specs(family) {
            for frontend in spec.frontends {
                for client in ClientPosition.allCases {
                    // The evaluator has no way from the node to itself through input.
                    if client == .node, frontend.address == nil { continue }
                    let expected = expectation(spec, frontend, client, family)
                    let found = try send(spec, frontend, client, family, ruleset)
                    #expect(found == expected, "\(spec.identity) \(frontend) from \(client)")
                    count += 1
                }
            }
        }
        return count
    }

    private func expectation(
        _ spec: ServicePortSpec,
        _ frontend: Frontend,
        _ client: ClientPosition,
        _ family: IPFamily
    ) -> Seen {
        let source = Self.source(client, family)
        let isShutOut = !frontend.sourceRanges.isEmpty && !frontend.sourceRanges.contains { $0.contains(source) }
        if isShutOut { return Seen(fates: [.dropped]) }
        switch spec.verdict(of: frontend, for: client) {
        case .drop: return Seen(fates: [.dropped])
        case .reject: return Seen(fates: [.rejected])
        case .forward(let scope, let masquerade):
            let endpoints = Set(spec.endpoints(scope).map(\.endpoint))
            return Seen(endpoints: endpoints, masqueraded: [masquerade], fates: [.accepted])
        }
    }

    private static func source(_ client: ClientPosition, _ family: IPFamily) -> IPAddress {
        let texts: [ClientPosition: [String]] = [
            .localPod: ["10.244.0.200", "fd44::200"], .node: ["192.168.0.1", "2001:db8::1"],
            .outside: ["198.51.100.7", "2001:db8:a::7"],
        ]
        return IPAddress(texts[client]?[family == .ipv4 ? 0 : 1] ?? "") ?? .any(family)
    }

    /// Sends one packet for every value that the dice can show.
    private func send(
        _ spec: ServicePortSpec,
        _ frontend: Frontend,
        _ client: ClientPosition,
        _ family: IPFamily,
        _ ruleset: FakeRuleset
    ) throws -> Seen {
        let node = Self.source(.node, family)
        var seen = Seen()
        for dice in 0..<UInt32(max(1, spec.clusterEndpoints.count, spec.localEndpoints.count)) {
            // Clients are not remembered from one packet to the next.
            var ruleset = ruleset
            let packet = TestPacket(
                spec.identity.transport,
                from: IPEndpoint(address: Self.source(client, family), port: 40000),
                to: IPEndpoint(address: frontend.address ?? node, port: frontend.port),
                inputInterface: client == .node ? nil : client == .localPod ? "cni0" : "eth0"
            )
            let host = TestHost(addresses: [node], random: { dice % max(1, $0) })
            let outcome = ruleset.evaluate(packet, on: host)
            seen.fates.insert(outcome.fate)
            guard outcome.fate == .accepted else { continue }
            seen.endpoints.insert(outcome.packet.destination)
            seen.masqueraded.insert(outcome.isMasqueraded)
            #expect(outcome.packet.mark == 0, "no mark is left on the packet")
        }
        return seen
    }
}
