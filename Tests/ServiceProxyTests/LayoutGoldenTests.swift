import NFTables
import NetworkTypes
import ServicePlan
import Testing

@testable import ServiceProxy

/// The rules of a small cluster, as nft would be told to make them.
struct LayoutGoldenTests {
    @Test(arguments: IPFamily.allCases)
    func smallClusterReadsAsWrittenDown(family: IPFamily) {
        let planner = ClusterFixture.smallCluster(family)
        let backend = NFTablesBackend(family, ProxyConfiguration(), access: FakeTableAccess())
        let script = backend.replacement(with: planner.specs(family), node: planner.node).script
        // Without what makes room for it: an older table is added, if it is not there, and deleted.
        let found = script.split(separator: "\n").dropFirst(2)
        let golden = (family == .ipv4 ? LayoutGolden.ipv4 : LayoutGolden.ipv6).split(separator: "\n")
        #expect(found.count == golden.count)
        for (line, expected) in zip(found, golden) { #expect(line == expected) }
    }
}
