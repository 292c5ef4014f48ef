import Testing

@testable import PrometheusText

struct ProcessMetricsTests {
    private static let tail =
        " S 1 2 3 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 4 0 1000 8192 3 18446744073709551615"

    @Test(arguments: ["7 (weftd)", "7 (a) b)", "7 (we (ft) d)"])
    func theCommandNameMayHoldParentheses(head: String) throws {
        let usage = try #require(ProcessUsage(stat: head + Self.tail, ticksPerSecond: 100, pageSize: 4096))
        #expect(usage.cpuSeconds == 3)
        #expect(usage.startSecondsAfterBoot == 10)
        #expect(usage.virtualBytes == 8192)
        #expect(usage.residentBytes == 12288)
    }

    @Test(arguments: ["", "7 (weftd", "7 (weftd) S 1 2", "7 (weftd) " + String(repeating: "x ", count: 30)])
    func anythingElseIsNoUsage(stat: String) {
        #expect(ProcessUsage(stat: stat, ticksPerSecond: 100, pageSize: 4096) == nil)
    }

    @Test func thisProcessHasThemAll() {
        let text = PrometheusRegistry().render(ProcessMetrics.samples())
        for name in [
            "process_resident_memory_bytes", "process_virtual_memory_bytes", "process_cpu_seconds_total",
            "process_start_time_seconds", "process_open_fds",
        ] {
            #expect(text.contains("\n\(name) "))
        }
    }

    @Test func bootTimeIsTheLineOfThatName() {
        #expect(ProcessMetrics.bootTime(stat: "cpu 1 2\nbtime 1700000000\nprocesses 3\n") == 1_700_000_000)
        #expect(ProcessMetrics.bootTime(stat: "cpu 1 2\n") == nil)
    }
}
