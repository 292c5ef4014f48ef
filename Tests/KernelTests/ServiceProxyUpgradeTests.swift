import ClusterModel
import JSONTree
import LinuxSystemTesting
import NetworkTypes
import ServicePlan
import ServiceProxy
import ServiceProxyTesting
import Testing
import TrafficTesting

/// A table that has to be written anew as a whole: the layout of another version, or rules that somebody changed.
@Suite(.enabled(if: KernelFeature.nft.isAvailable && KernelFeature.veth.isAvailable))
struct ServiceProxyUpgradeTests {
    /// What makes the table unlike what this version would have left.
    enum Change: String, Sendable, CaseIterable {
        case olderLayout
        case newerLayout
        case changedRule
    }

    @Test(arguments: Change.allCases, IPFamily.allCases)
    func clientsKeepTheirEndpointsWhenTheTableIsReplaced(change: Change, family: IPFamily) throws {
        let address = try #require(IPAddress(ServiceProxyObjects.clusterIP(1, family)))
        let target = IPEndpoint(address: address, port: 80)
        let table = family == .ipv4 ? "ip" : "ip6"
        try ServiceProxyNetwork.with { network in
            var objects = try network.node.run { try ServiceProxyObjects(family) }
            objects.addService("web", 1, nodePort: 30081)
            objects.setEndpoints("web", [1, 2])
            try network.node.run { _ = try objects.start() }
            // Affinity begins with a history, so that numbers and groups are not those of a new table.
            objects.addService("sticky", 2, ["sessionAffinity": "ClientIP"])
            objects.setEndpoints("sticky", [2, 1])
            objects.addService("web", 1, ["sessionAffinity": "ClientIP"])
            objects.planner.removeService(.init(namespace: "default", name: "sticky"))
            try network.node.run { _ = try objects.sync() }
            let before = try network.ask(from: network.client, target, times: 3).map(\.server)
            #expect(Set(before).count == 1)
            try alter(change, network.node, table)
            let report = try network.node.run { try ServiceProxyObjects(family, planner: objects.planner).start() }
            #expect(report.outcome == .rebuilt)
            // Twelve questions would meet the other pod with a probability of 4095/4096.
            let after = try network.ask(from: network.client, target, times: 12).map(\.server)
            #expect(Set(after) == Set(before))
            let listing = try network.node.witness("nft", "list", "table", table, "weft")
            #expect(listing.contains("weft services, layout 1\""))
            #expect(
                try network.node.run { try ServiceProxyObjects(family, planner: objects.planner).start() }.outcome
                    == .unchanged
            )
        }
    }

    private func alter(_ change: Change, _ node: TestNamespace, _ family: String) throws {
        switch change {
        case .changedRule: try node.witness("nft", "insert", "rule", family, "weft", "prerouting", "counter")
        case .olderLayout, .newerLayout:
            // The kernel keeps a table's comment, so the listing is loaded with another one.
            let listing = try node.witness("nft", "list", "table", family, "weft")
            let other = listing.replacing("layout 1\"", with: change == .olderLayout ? "layout 0\"" : "layout 2\"")
            try Witness.run("nft", ["-f", "-"], in: node.namespace, input: "delete table \(family) weft\n" + other)
        }
    }

    @Test func aTableOfSomebodyElseIsNotReadForClients() throws {
        try withTestNamespace { namespace in
            let foreign = """
                table ip weft {
                    comment "somebody's"
                    map affinity { type ipv4_addr . classid : mark; flags dynamic,timeout; timeout 1h; }
                }
                """
            try Witness.run("nft", ["-f", "-"], in: namespace.namespace, input: foreign + "\n")
            let objects = try ServiceProxyObjects.everything(.ipv4)
            #expect(try objects.start().outcome == .rebuilt)
            #expect(try objects.start().outcome == .unchanged)
        }
    }

    /// What a Service of a hundred thousand endpoints costs is a matter of time only.
    @Test func aHundredThousandEndpointsAreProgrammedAndChanged() throws {
        try withTestNamespace { _ in
            var objects = try ServiceProxyObjects(.ipv4)
            objects.addService("vast", 1)
            for slice in 0..<100 {
                objects.setEndpoints("vast", (251 + slice * 500)..<(251 + slice * 500 + 500), slice: "\(slice)")
            }
            let report = try objects.start()
            #expect(report.outcome == .rebuilt)
            // Two ports with 50,000 endpoints each.
            #expect(report.elementCount > 100_000)
            _ = objects.planner.takeDirty()
            objects.setEndpoints("vast", [60_000], slice: "more")
            let change = try objects.sync()
            #expect(change.elementCount < 20)
            #expect(try ServiceProxyObjects(.ipv4, planner: objects.planner).start().outcome == .unchanged)
        }
    }
}
