import BenchRunner
import BenchScenarios
import PeerTesting
import Testing

/// The bench's look at weftd as a process, and its soak, for a moment and at a small size.
@Suite(.serialized)
struct NodeBenchTests {
    @Test func weftdIsTimedAndWeighed() async throws {
        let scenario = NodeScenario([.nftables], services: 30, endpoints: 2, changes: 5, idleTime: .seconds(1))
        let progress = BenchProgress(isTerminal: false, now: { 0 }, write: { _ in })
        let run = BenchRun(BenchSettings(.rounds(1)), progress: progress) { 0 }
        let result = try #require(await run.run([scenario]).first)
        #expect(result.failures.map(\.description) == [])
        let metrics = [
            "start to all in the kernel", "resident memory", "most memory ever", "idle processor",
            "one endpoint moved, from event", "one endpoint moved, from request", "a Service added, from event",
            "its endpoints added, from event", "scaled by one, from event", "scaled to twice, from event",
        ]
        #expect(Set(result.metrics) == Set(metrics))
        for metric in metrics {
            let row = try #require(result.row(metric, "nftables"))
            #expect(row.unit == (metric.contains("memory") ? .bytes : metric.contains("idle") ? .share : .time))
            let isChange = metric.contains(", from ")
            #expect(row.summary.count == (isChange ? 5 : 1))
            // The floor of whatever is written.
            guard metric.hasSuffix("from event") || metric.hasPrefix("start") else { continue }
            let floor = try #require(result.row(metric, "nftables floor")).summary
            #expect(floor.count == (isChange ? 5 : 1) && floor.minimum > 1000)
            #expect(row.ratio != nil)
        }
        let memory = try #require(result.row("resident memory", "nftables")).summary.median
        #expect((1e7..<1e9).contains(memory))
        let (event, request) = (
            try #require(result.row("one endpoint moved, from event", "nftables")).summary,
            try #require(result.row("one endpoint moved, from request", "nftables")).summary
        )
        #expect(request.minimum > 1e5 && event.median <= request.median)
    }

    @Test(arguments: [BenchMode.nftables, .iptables])
    func weftdStandsKillsAndManyChanges(mode: BenchMode) async throws {
        let settings = SoakSettings(mode: mode, services: 20, endpoints: 3, kills: 6, churnSeconds: 1, rate: 100)
        let report = try await Soak(settings).run()
        #expect(report.failures == [])
        let text = report.text
        #expect(text.contains("churn: 100 endpoints changed") && text.contains("kills: 6 SIGKILLs"))
        #expect(text.contains("16 held connections"))
    }

    @Test func switchingModesLosesNoConnection() async throws {
        let settings = SoakSettings(services: 20, endpoints: 3, kills: 0, churnSeconds: 0, switches: 4)
        let report = try await Soak(settings).run()
        #expect(report.failures == [])
        #expect(report.text.contains("switches: 4 among iptables"))
        #expect(report.text.contains("16 held connections"))
    }
}
