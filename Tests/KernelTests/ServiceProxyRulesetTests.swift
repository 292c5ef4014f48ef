import ClusterModel
import JSONTree
import LinuxSystemTesting
import NFTablesInspect
import NetworkTypes
import ServicePlan
import ServiceProxy
import ServiceProxyTesting
import Testing

/// What the kernel and nft make of the proxy's table.
@Suite(.enabled(if: KernelFeature.nft.isAvailable))
struct ServiceProxyRulesetTests {
    @Test(arguments: IPFamily.allCases)
    func theListingIsCleanAndLoadsAgain(family: IPFamily) throws {
        try withTestNamespace { namespace in
            let report = try ServiceProxyObjects.everything(family).start()
            #expect(report.outcome == .rebuilt)
            let listing = try namespace.witness("nft", "list", "ruleset")
            #expect(listing.contains("default/web:tcp NodePort"))
            for word in ["unknown", "@nh", "@th", "[invalid", "xt target"] {
                #expect(!listing.contains(word), "\(word)")
            }
            try namespace.witness("nft", "flush", "ruleset")
            try Witness.run("nft", ["-f", "-"], in: namespace.namespace, input: listing)
            #expect(try namespace.witness("nft", "list", "ruleset") == listing)
            // Over a table that is there, too: what a user does who edits a listing.
            try Witness.run("nft", ["-f", "-"], in: namespace.namespace, input: listing)
        }
    }

    @Test(arguments: IPFamily.allCases)
    func aRestartWritesNothing(family: IPFamily) throws {
        try withTestNamespace { _ in
            var objects = try ServiceProxyObjects.everything(family)
            _ = try objects.start()
            // Ids come to depend on the history.
            for pods in [[3, 1], [2, 5, 7, 3], [7], [1, 2, 3, 4, 5, 6]] {
                objects.setEndpoints("web", pods)
                objects.setEndpoints("sticky", pods)
                objects.setEndpoints("outside", pods)
                _ = try objects.sync()
            }
            let before = try RulesetReader.canonicalDump()
            let again = try ServiceProxyObjects(family, planner: objects.planner)
            let report = try again.start()
            #expect(report.outcome == .unchanged && report.operationCount == 0)
            #expect(try RulesetReader.canonicalDump() == before)
        }
    }

    @Test(arguments: IPFamily.allCases)
    func aRestartWritesOnlyWhatChangedMeanwhile(family: IPFamily) throws {
        try withTestNamespace { _ in
            var objects = try ServiceProxyObjects.everything(family)
            _ = try objects.start()
            objects.setEndpoints("web", [1, 9, 3])
            var again = try ServiceProxyObjects(family, planner: objects.planner)
            let report = try again.start()
            #expect(report.outcome == .changed)
            // One endpoint, in the two groups of the two ports.
            #expect(report.elementCount == 4)
            _ = again.planner.takeDirty()
            #expect(try again.start().outcome == .unchanged)
        }
    }

    @Test(arguments: IPFamily.allCases)
    func chainsOfServicesThatAreGoneGo(family: IPFamily) throws {
        try withTestNamespace { namespace in
            var objects = try ServiceProxyObjects.everything(family)
            _ = try objects.start()
            objects.setEndpoints("large", 251..<560)
            _ = try objects.sync()
            objects.setEndpoints("largesticky", [1, 2])
            _ = try objects.sync()
            for name in ["large", "largesticky", "sticky", "outside"] {
                objects.planner.removeService(ObjectKey(namespace: "default", name: name))
            }
            _ = try objects.sync()
            let listing = try namespace.witness("nft", "list", "ruleset")
            #expect(!listing.contains("chain large"))
            #expect(!listing.contains("chain affinity-10800s"))
            #expect(!listing.contains("chain inside-find-group"))
            #expect(try ServiceProxyObjects(family, planner: objects.planner).start().outcome == .unchanged)
        }
    }

    @Test func theFamiliesKeepOutOfEachOther() throws {
        try withTestNamespace { namespace in
            _ = try ServiceProxyObjects.everything(.ipv4).start()
            _ = try ServiceProxyObjects.everything(.ipv6).start()
            let tables = try namespace.witness("nft", "list", "tables")
            #expect(tables == "table ip weft\ntable ip6 weft\n")
            #expect(try ServiceProxyObjects.everything(.ipv4).start().outcome == .unchanged)
        }
    }

    @Test func aFlushedRulesetIsBuiltAnew() throws {
        try withTestNamespace { namespace in
            let objects = try ServiceProxyObjects.everything(.ipv4)
            _ = try objects.start()
            let before = try RulesetReader.canonicalDump()
            try namespace.witness("nft", "flush", "ruleset")
            #expect(throws: (any Error).self) {
                _ = try objects.backend.apply(
                    objects.planner.specs(.ipv4).map { spec in
                        PlanChange(identity: spec.identity, family: .ipv4, spec: nil)
                    }
                )
            }
            #expect(try objects.start().outcome == .rebuilt)
            #expect(try RulesetReader.canonicalDump() == before)
        }
    }
}
