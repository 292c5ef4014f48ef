import ClusterModel
import JSONTree
import NetworkTypes
import ServiceProxy
import Testing

@testable import NodeDaemon

struct HealthReportTests {
    private static let now = Timestamp(seconds: 1_700_000_000)
    private static let before = Timestamp(seconds: 1_699_999_990)
    private static let longAgo = Timestamp(seconds: 1_699_999_900)

    private static func report(
        _ families: [IPFamily: ProxyHealth.FamilyState],
        synced: Bool = true,
        routes: Bool = true,
        eligible: Bool = true
    ) -> HealthReport {
        HealthReport(
            proxy: ProxyHealth(families: families, timeout: .seconds(60), isSynced: synced),
            hasRoutes: routes,
            isNodeEligible: eligible,
            now: now
        )
    }

    @Test func healthyInKubeProxysWords() {
        let report = Self.report([.ipv6: .init(lastUpdated: Self.before), .ipv4: .init(lastUpdated: Self.longAgo)])
        #expect(report.isReady && report.isAlive)
        let status =
            #""status":{"IPv4":{"lastUpdated":"2023-11-14T22:13:20.000000Z","healthy":true},"#
            + #""IPv6":{"lastUpdated":"2023-11-14T22:13:20.000000Z","healthy":true}}}"#
        let times = #"{"lastUpdated":"2023-11-14T22:13:20.000000Z","currentTime":"2023-11-14T22:13:20.000000Z","#
        #expect(report.healthzBody == times + #""nodeEligible":true,"healthy":true,"# + status)
        #expect(report.livezBody == times + #""healthy":true,"# + status)
    }

    @Test func aChangeThatWaitsTooLongIsUnhealthy() {
        let report = Self.report([
            .ipv4: .init(lastQueued: Self.longAgo, lastUpdated: Self.longAgo), .ipv6: .init(lastUpdated: Self.before),
        ])
        #expect(!report.isReady && !report.isAlive)
        let body = report.healthzBody
        #expect(body.hasPrefix(#"{"lastUpdated":"2023-11-14T22:11:40.000000Z""#))
        #expect(body.contains(#""healthy":false,"status""#))
        #expect(body.contains(#""IPv6":{"lastUpdated":"2023-11-14T22:13:20.000000Z","healthy":true}"#))
    }

    @Test func aChangeThatWaitsForAMomentIsHealthy() {
        #expect(Self.report([.ipv4: .init(lastQueued: Self.before, lastUpdated: Self.longAgo)]).isReady)
    }

    @Test func beforeTheFirstSyncItIsAliveButNotReady() {
        let report = Self.report([.ipv4: .init()], synced: false)
        #expect(!report.isReady)
        #expect(report.isAlive)
        #expect(report.healthzBody.contains(#""lastUpdated":"0001-01-01T00:00:00Z","healthy":false"#))
    }

    @Test func missingRoutesKeepItFromBeingReady() {
        let report = Self.report([.ipv4: .init(lastUpdated: Self.before)], routes: false)
        #expect(!report.isReady)
        #expect(report.isAlive)
    }

    @Test func theNodesStateCountsForHealthzOnly() {
        let report = Self.report([.ipv4: .init(lastUpdated: Self.before)], eligible: false)
        #expect(!report.isReady)
        #expect(report.isAlive)
        #expect(report.healthzBody.contains(#""nodeEligible":false,"healthy":true"#))
        #expect(!report.livezBody.contains("nodeEligible"))
    }

    @Test func aNodeOnItsWayOutIsNotEligible() {
        let node = Node(name: "n")
        #expect(NodeEligibility.isEligible(node))
        #expect(!NodeEligibility.isEligible(nil))
        var leaving = node
        leaving.json["metadata"]?["deletionTimestamp"] = "2026-11-21T00:00:00Z"
        #expect(!NodeEligibility.isEligible(leaving))
        var tainted = node
        tainted.json["spec"] = ["taints": [["key": "other"], ["key": "ToBeDeletedByClusterAutoscaler"]]]
        #expect(!NodeEligibility.isEligible(tainted))
        tainted.json["spec"] = ["taints": [["key": "other"]]]
        #expect(NodeEligibility.isEligible(tainted))
    }
}
