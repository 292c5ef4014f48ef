import NFTables
import NetworkTypes
import ServicePlan
import Testing

@testable import ServiceProxy

/// The rules of a small cluster, as nft would be told to make them.
struct LayoutGoldenTests {
    @Test(arguments: IPFamily.allCases)
    func smallClusterReadsAsTheGoldenFile(family: IPFamily) throws {
        let script = Self.script(ClusterFixture.smallCluster(family), family)
        print(script)
    }

    static func script(_ planner: ServicePlanner, _ family: IPFamily) -> String {
        let options = LayoutOptions(
            family: family,
            localDetector: ClusterFixture.node(family).localDetector,
            masqueradeMark: 0x4000,
            nodePortAddresses: nil
        )
        let built = ServiceLayout.building(planner.specs(family), options)
        var transaction = Transaction()
        transaction.add(Table(options.table, comment: ServiceLayout.comment))
        for set in LayoutSet.fixed { transaction.add(built.layout.rules.set(set)) }
        built.changes.append(to: &transaction, built.layout.rules)
        return transaction.script
    }
}
