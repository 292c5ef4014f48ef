import NFTables
import NFTablesTesting
import NetworkTypes
import ServicePlan
import ServiceProxyTesting
import Testing

@testable import ServiceProxy

/// The whole contract, row by row: what the pure plan says, and what packets find in the rendered tables.
struct ExpectationTableTests {
    private typealias Table = ExpectationTable

    @Test(arguments: IPFamily.allCases, ExpectationTable.Detection.allCases)
    func thePlanIsTheContract(family: IPFamily, detection: ExpectationTable.Detection) {
        var rows = 0
        for row in Table.rows {
            for spec in Table.planner([row], family, detection).specs(family) {
                #expect(spec.frontends.map(\.kind) == Frontend.Kind.allCases)
                for frontend in spec.frontends {
                    for client in ClientPosition.allCases where detection != .none || client != .localPod {
                        let expected = Table.expected(row, frontend.kind, from: client, detection)
                        let planned = planned(spec, frontend, client, family)
                        #expect(planned == expected, "\(row), \(frontend.kind.name) from \(client), \(spec.identity)")
                        rows += 1
                    }
                }
            }
        }
        // 8 policies, 12 states of endpoints, 3 protocols, 4 frontends, and the clients.
        #expect(rows == 8 * 12 * 3 * 4 * (detection == .none ? 2 : 3))
    }

    private func planned(
        _ spec: ServicePortSpec,
        _ frontend: Frontend,
        _ client: ClientPosition,
        _ family: IPFamily
    ) -> ExpectationTable.Expected {
        switch spec.verdict(of: frontend, for: client) {
        case .reject: .reject
        case .drop: .drop
        case .forward(let scope, let masquerade):
            .reach(Self.pods(spec.endpoints(scope).map(\.endpoint), family), masqueraded: masquerade)
        }
    }

    /// The pods' numbers; all of them answer on port 8080.
    private static func pods(_ endpoints: some Sequence<IPEndpoint>, _ family: IPFamily) -> Set<Int> {
        Set(
            endpoints.map { endpoint in
                let found = (2...5).first { "\(endpoint.address)" == Table.podAddress($0, family) }
                return endpoint.port.rawValue == 8080 ? found ?? -1 : -2
            }
        )
    }

    @Test(arguments: IPFamily.allCases, ExpectationTable.Detection.allCases)
    func packetsFindTheContractInTheTable(family: IPFamily, detection: ExpectationTable.Detection) throws {
        try sendPackets(family, detection) { specs, node in
            let access = FakeTableAccess()
            _ = try NFTablesBackend(family, ProxyConfiguration(), access: access).replaceAll(with: specs, node: node)
            return access.ruleset
        }
    }

    @Test(arguments: IPFamily.allCases, ExpectationTable.Detection.allCases)
    func packetsFindTheContractInTheChains(family: IPFamily, detection: ExpectationTable.Detection) throws {
        try sendPackets(family, detection) { specs, node in
            let access = FakeIPTablesAccess()
            _ = try IPTablesBackend(family, ProxyConfiguration(), access: access).replaceAll(with: specs, node: node)
            return access.ruleset
        }
    }

    /// Sends packets through what a mode renders, for every row.
    private func sendPackets(
        _ family: IPFamily,
        _ detection: ExpectationTable.Detection,
        render: ([ServicePortSpec], NodeContext) throws -> FakeRuleset
    ) throws {
        var rows = 0
        for row in Table.rows {
            let planner = Table.planner([row], family, detection)
            let ruleset = try render(planner.specs(family), planner.node)
            for spec in planner.specs(family) {
                for frontend in spec.frontends {
                    for client in ClientPosition.allCases {
                        // The evaluator has no way from the node to itself through input.
                        if client == .node, frontend.address == nil { continue }
                        let expected = Table.expected(row, frontend.kind, from: client, detection)
                        let found = packets(spec, frontend, client, family, ruleset)
                        #expect(found == [expected], "\(row), \(frontend.kind.name) from \(client), \(spec.identity)")
                        rows += 1
                    }
                }
            }
        }
        #expect(rows == 8 * 12 * 3 * 11)
    }

    /// What becomes of packets, over all dice.
    private func packets(
        _ spec: ServicePortSpec,
        _ frontend: Frontend,
        _ client: ClientPosition,
        _ family: IPFamily,
        _ ruleset: FakeRuleset
    ) -> Set<ExpectationTable.Expected> {
        let node = Self.source(.node, family)
        var found: Set<ExpectationTable.Expected> = []
        var reached: [Bool: Set<Int>] = [:]
        for dice in 0..<UInt32(3) {
            var ruleset = ruleset
            let packet = TestPacket(
                spec.identity.transport,
                from: IPEndpoint(address: Self.source(client, family), port: 40000),
                to: IPEndpoint(address: frontend.address ?? node, port: frontend.port),
                inputInterface: client == .node ? nil : client == .localPod ? "cni0" : "eth0"
            )
            let host = TestHost(addresses: [node], random: { dice % max(1, $0) })
            let outcome = ruleset.evaluate(packet, on: host)
            switch outcome.fate {
            case .dropped: found.insert(.drop)
            case .rejected: found.insert(.reject)
            case .accepted:
                reached[outcome.isMasqueraded, default: []].formUnion(Self.pods([outcome.packet.destination], family))
            }
        }
        for (isMasqueraded, pods) in reached { found.insert(.reach(pods, masqueraded: isMasqueraded)) }
        return found
    }

    private static func source(_ client: ClientPosition, _ family: IPFamily) -> IPAddress {
        let texts: [ClientPosition: [String]] = [
            .localPod: ["10.244.0.200", "fd44::200"], .node: ["192.168.0.1", "2001:db8::1"],
            .outside: ["198.51.100.7", "2001:db8:a::7"],
        ]
        return IPAddress(texts[client]?[family == .ipv4 ? 0 : 1] ?? "") ?? .any(family)
    }

    /// A pod that reaches itself is masqueraded through every frontend; another pod is not where it need not be.
    @Test(arguments: IPFamily.allCases)
    func aPodThatReachesItselfIsMasqueraded(family: IPFamily) throws {
        for row in Table.rows where row.endpoints == "local ready" && !row.hasAffinity {
            let planner = Table.planner([row], family, .prefix)
            let access = FakeTableAccess()
            let backend = NFTablesBackend(family, ProxyConfiguration(), access: access)
            _ = try backend.replaceAll(with: planner.specs(family), node: planner.node)
            for spec in planner.specs(family) {
                for frontend in spec.frontends {
                    for dice in 0..<UInt32(2) {
                        var ruleset = access.ruleset
                        let own = try #require(IPAddress(Table.podAddress(2, family)))
                        let node = Self.source(.node, family)
                        let packet = TestPacket(
                            spec.identity.transport,
                            from: IPEndpoint(address: own, port: 40000),
                            to: IPEndpoint(address: frontend.address ?? node, port: frontend.port),
                            inputInterface: "cni0"
                        )
                        let host = TestHost(addresses: [node], random: { dice % max(1, $0) })
                        let outcome = ruleset.evaluate(packet, on: host)
                        let isItself = outcome.packet.destination.address == own
                        let isAlways = frontend.kind != .clusterIP && !row.externalLocal
                        #expect(outcome.isMasqueraded == (isItself || isAlways), "\(row) \(frontend.kind.name)")
                    }
                }
            }
        }
    }

    @Test(arguments: IPFamily.allCases)
    func anUnknownPortOfALiveClusterIPIsRejectedAndOtherAddressesPass(family: IPFamily) throws {
        let row = try #require(Table.rows.first { $0.endpoints == "both ready" })
        let planner = Table.planner([row], family, .prefix)
        let access = FakeTableAccess()
        let backend = NFTablesBackend(family, ProxyConfiguration(), access: access)
        _ = try backend.replaceAll(with: planner.specs(family), node: planner.node)
        let cases: [(Frontend.Kind, Port, Outcome.Fate)] = [
            (.clusterIP, 81, .rejected), (.externalIP, 81, .accepted), (.loadBalancer, 81, .accepted),
        ]
        for (kind, port, fate) in cases {
            for client in ClientPosition.allCases {
                var ruleset = access.ruleset
                let packet = TestPacket(
                    .tcp,
                    from: IPEndpoint(address: Self.source(client, family), port: 40000),
                    to: IPEndpoint(address: try #require(Table.address(kind, family)), port: port),
                    inputInterface: client == .node ? nil : "eth0"
                )
                let host = TestHost(addresses: [Self.source(.node, family)], random: { _ in 0 })
                let outcome = ruleset.evaluate(packet, on: host)
                #expect(outcome.fate == fate, "\(kind) from \(client)")
                #expect(outcome.packet.destination == packet.destination)
            }
        }
    }
}
