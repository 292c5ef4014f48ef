import IPVS
import NFTables
import NFTablesTesting
import NetworkTypes
import ServicePlan
import Synchronization
import Testing

@testable import ServiceProxy

/// The plan says who reaches whom; rules, evaluated packet by packet, and virtual servers say the same.
struct IPVSAgreementTests {
    /// Changes one by one end as if everything was written at once; and what the rules and servers do is the plan's.
    @Test(arguments: IPFamily.allCases, [1, 2, 3, 4, 5, 6] as [UInt64])
    func changesEndAsAReplacementDoes(family: IPFamily, seed: UInt64) throws {
        var cluster = RandomCluster(family, seed: seed)
        let access = FakeVirtualServerAccess()
        let backend = IPVSBackend(family, ProxyConfiguration(), access: access)
        _ = try backend.replaceAll(with: [], node: cluster.planner.node)
        var compared = 0
        for _ in 1...12 {
            for _ in 0..<(seed % 3 + 1) * 2 { cluster.change() }
            _ = try backend.apply(cluster.planner.takeDirty().filter { $0.family == family })
            compared += try compare(cluster, access)
            let other = FakeVirtualServerAccess()
            let fresh = IPVSBackend(family, ProxyConfiguration(), access: other)
            _ = try fresh.replaceAll(with: cluster.planner.specs(family), node: cluster.planner.node)
            #expect(other.canonicalText(family) == access.canonicalText(family))
            let restarted = IPVSBackend(family, ProxyConfiguration(), access: access)
            let report = try restarted.replaceAll(with: cluster.planner.specs(family), node: cluster.planner.node)
            #expect(report.outcome == .unchanged)
        }
        #expect(compared > 50)
    }

    private func compare(_ cluster: RandomCluster, _ access: FakeVirtualServerAccess) throws -> Int {
        var count = 0
        for spec in cluster.planner.specs(cluster.family) {
            for frontend in spec.frontends {
                for client in ClientPosition.allCases {
                    // The evaluator has no way from the node to itself.
                    if client == .node, frontend.address == nil { continue }
                    try compare(spec, frontend, client, access)
                    count += 1
                }
            }
        }
        return count
    }

    private func compare(
        _ spec: ServicePortSpec,
        _ frontend: Frontend,
        _ client: ClientPosition,
        _ access: FakeVirtualServerAccess
    ) throws {
        let family = spec.family
        let source = Self.source(client, family)
        let outcome = try send(spec, frontend, client, access)
        let isShutOut = !frontend.sourceRanges.isEmpty && !frontend.sourceRanges.contains { $0.contains(source) }
        let verdict = isShutOut ? .drop : spec.verdict(of: frontend, for: client)
        let message: Comment = "\(spec.identity) \(frontend) from \(client)"
        switch verdict {
        case .drop: #expect(outcome.fate == .dropped, message)
        case .reject: #expect(outcome.fate == .rejected, message)
        case .forward(let scope, let masquerade):
            let target = outcome.packet.destination
            let id = VirtualServerID(spec.identity.transport, target.address, target.port)
            let servers = try access.realServers(of: id).map(\.server.endpoint)
            #expect(Set(servers) == Set(spec.endpoints(scope).map(\.endpoint)), message)
            #expect(try access.virtualServers(family).contains { $0.id == id }, message)
            #expect(access.state.withLock { $0.routes[target.address] != nil }, message)
            #expect(outcome.isMasqueraded == masquerade, message)
        }
    }

    /// What the rules do with a packet, IPVS left out: where it is sent to a virtual server, nothing is said to its
    /// being unserved, as IPVS takes it before.
    private func send(
        _ spec: ServicePortSpec,
        _ frontend: Frontend,
        _ client: ClientPosition,
        _ access: FakeVirtualServerAccess
    ) throws -> Outcome {
        let family = spec.family
        let node = Self.source(.node, family)
        var ruleset = access.tables.ruleset
        let table = TableID(TableFamily(family), IPVSBackend.tableName)
        if case .forward = spec.verdict(of: frontend, for: client) {
            // As if IPVS had taken the packet: the rule that rejects what it leaves is away.
            var transaction = Transaction()
            transaction.flush(Chain(table, "unserved"))
            try ruleset.commit(transaction)
        }
        let packet = TestPacket(
            spec.identity.transport,
            from: IPEndpoint(address: Self.source(client, family), port: 40000),
            to: IPEndpoint(address: frontend.address ?? node, port: frontend.port),
            inputInterface: client == .node ? nil : client == .localPod ? "cni0" : "eth0"
        )
        return ruleset.evaluate(packet, on: TestHost(addresses: [node], random: { _ in 0 }))
    }

    private static func source(_ client: ClientPosition, _ family: IPFamily) -> IPAddress {
        let texts: [ClientPosition: [String]] = [
            .localPod: ["10.244.0.200", "fd44::200"], .node: ["192.168.0.1", "2001:db8::1"],
            .outside: ["198.51.100.7", "2001:db8:a::7"],
        ]
        return IPAddress(texts[client]?[family == .ipv4 ? 0 : 1] ?? "") ?? .any(family)
    }
}
