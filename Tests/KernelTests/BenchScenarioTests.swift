import BenchRunner
import BenchScenarios
import LinuxSystem
import LinuxSystemTesting
import PluginTesting
import Testing

/// Each scenario of the bench for a moment, at a small size, with every mode that this kernel can do.
@Suite(.serialized, .enabled(if: KernelFeature.nft.isAvailable && KernelFeature.veth.isAvailable))
struct BenchScenarioTests {
    private let modes = BenchMode.allCases.filter { $0.reasonForAbsence == nil }

    private func run(_ scenario: any BenchScenario) async throws -> BenchCase {
        let progress = BenchProgress(isTerminal: false, now: { 0 }, write: { _ in })
        let run = BenchRun(BenchSettings(.rounds(2)), progress: progress) { 0 }
        let result = try #require(await run.run([scenario]).first)
        #expect(result.failures.map(\.description) == [])
        #expect(result.variants == scenario.variants)
        return result
    }

    @Test func programMeasuresEveryPhaseOfEveryMode() async throws {
        #expect(modes.contains(.nftables))
        let result = try await run(ProgramScenario(modes, services: 20, endpoints: 3))
        #expect(result.metrics == ["first sync", "one endpoint moved"])
        for metric in result.metrics {
            for mode in modes.map(\.rawValue) {
                let total = try #require(result.row(metric, mode)?.summary)
                #expect(total.count == (metric == "first sync" ? 2 : total.count) && total.minimum > 0)
                var sum = 0.0
                for phase in ["decode", "plan", "diff", "encode", "kernel"] {
                    let part = try #require(result.row(metric, mode, phase: phase)?.summary)
                    #expect(part.minimum > 0, "\(mode), \(metric): \(phase) took nothing")
                    sum += part.minimum
                }
                #expect(sum <= total.p99)
            }
        }
    }

    @Test func aPlainBatchIsMeasuredBesideEveryStep() async throws {
        if KernelFeature.ipvs.isAvailable { #expect(modes.contains(.ipvs)) }
        for mode in modes {
            let result = try await run(BatchScenario(mode, services: 20, endpoints: 3, changes: 4))
            #expect(result.metrics == ["first sync"] + ClusterStep.metrics)
            for metric in result.metrics {
                let plain = try #require(result.row(metric, "plain batch"))
                let whole = try #require(result.row(metric, mode.rawValue))
                let count = metric == "first sync" ? 2 : 8
                #expect(plain.summary.count == count && whole.summary.count == count)
                #expect(plain.ratio == nil && whole.ratio != nil)
                #expect(plain.summary.minimum > 1000 && whole.summary.minimum > 1000)
            }
        }
    }

    @Test(.enabled(if: !KernelFeature.ipvs.isAvailable))
    func aBatchOfIPVSWithoutTheModuleIsLeftOutWithTheReason() async throws {
        let progress = BenchProgress(isTerminal: false, now: { 0 }, write: { _ in })
        let run = BenchRun(BenchSettings(.rounds(1)), progress: progress) { 0 }
        let result = try #require(await run.run([BatchScenario(.ipvs, services: 3, endpoints: 1)]).first)
        #expect(result.rows.isEmpty)
        let reasons = result.failures.map(\.description)
        #expect(reasons.count == 2 && reasons.allSatisfy { $0.contains("modprobe ip_vs") })
        #expect(reasons.allSatisfy { $0.contains("make bench-vm") })
    }

    @Test func connectReachesThePodThroughEveryMode() async throws {
        let result = try await run(ConnectScenario(modes, services: 10, connections: 50))
        #expect(result.metrics == ["connect"])
        for variant in result.variants {
            let row = try #require(result.row("connect", variant.name))
            #expect(row.summary.count == 100 && row.summary.minimum > 1000)
            #expect(row.processorTime ?? 0 > 0)
            #expect((row.ratio == nil) == (variant.name == "direct"))
        }
    }

    @Test func pluginsAreMeasuredBesideTheKernelAlone() async throws {
        var programs = [try PluginProgram.weft()]
        if File.exists("/usr/lib/cni/bridge") { programs.append(try .peer(folder: "/usr/lib/cni")) }
        let result = try await run(PluginScenario(programs, pods: 2, reservations: 3))
        #expect(result.metrics == ["ADD", "DEL", "8 ADDs at once", "8 DELs at once"])
        #expect(result.variants.count == 1 + 2 * programs.count)
        for variant in result.variants {
            #expect(try #require(result.row("ADD", variant.name)).summary.count == 20)
            #expect(try #require(result.row("8 DELs at once", variant.name)).summary.minimum > 1000)
        }
        let error = #expect(throws: BenchError.self) { try PluginProgram.peer(folder: "/nowhere") }
        #expect(error?.description.contains("--peer-cni /nowhere") == true)
    }

    @Test func aModeThatTheKernelLacksIsLeftOutWithAWayOut() async throws {
        for mode in BenchMode.allCases where !modes.contains(mode) {
            let progress = BenchProgress(isTerminal: false, now: { 0 }, write: { _ in })
            let run = BenchRun(BenchSettings(.rounds(1)), progress: progress) { 0 }
            let scenario = ProgramScenario([mode, .nftables], services: 3, endpoints: 1)
            let result = try #require(await run.run([scenario]).first)
            #expect(result.failures.count == 1)
            #expect(result.failures.first?.description.contains("make bench-vm") == true)
            #expect(result.row("first sync", "nftables") != nil)
        }
    }
}
