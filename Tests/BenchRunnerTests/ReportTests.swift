import JSONTree
import Testing

@testable import BenchRunner

struct ReportTests {
    private func row(
        _ variant: BenchVariant,
        _ values: [Double],
        phase: String = BenchMeasurement.total,
        over baseline: [Double]? = nil
    ) throws -> BenchRow {
        BenchRow(
            metric: "first sync",
            phase: phase,
            variant: variant,
            summary: try #require(SampleSummary(values)),
            processorTime: phase == BenchMeasurement.total ? 2500 : nil,
            ratio: baseline.flatMap { baseline in RatioEstimate(values.map { [$0] }, to: baseline.map { [$0] }) }
        )
    }

    private func report(isCounted: Bool = false, load: Double = 0.1) throws -> BenchReport {
        let variants = [BenchVariant("iptables"), BenchVariant("nftables")]
        let cases = try [100, 1000].map { services in
            let base = [1e6, 2e6, 3e6].map { $0 * Double(services) }
            var result = BenchCase(
                scenario: "program",
                question: "How long?",
                parameters: [BenchParameter("services", services), BenchParameter("endpoints", 1)],
                variants: variants,
                baseline: "iptables",
                rounds: 3
            )
            result.rows = [
                try row(variants[0], base), try row(variants[1], base.map { $0 / 100 }, over: base),
                try row(variants[0], [123_456], phase: "kernel"),
            ]
            result.warnings = services == 100 ? ["noisy"] : []
            return result
        }
        return BenchReport(
            machine: BenchMachine(
                processor: "CPU",
                processorCount: 2,
                memory: 4 << 30,
                kernel: "6.18",
                date: "2026-01-01T00:00:00Z",
                load: load
            ),
            command: "weft-bench program",
            settings: BenchSettings(.rounds(3), isCounted: isCounted),
            cases: cases,
            missing: [BenchFailure(variant: "ipvs", reason: "no ip_vs: run it elsewhere")]
        )
    }

    @Test func theTableIsAlignedAndEndsWithWhatIsMissing() throws {
        let text = try report(load: 3).table
        #expect(
            text.hasPrefix(
                """
                Linux 6.18, 2 x CPU, 4.0 GiB, load 3.00, 2026-01-01T00:00:00Z

                program: 100 services x 1 endpoint, 3 rounds. How long?
                                         median  x iptables  95 %                p99    least  spread      cpu
                  first sync  iptables   200 ms           1                   300 ms   100 ms    50 %  2.50 us
                              nftables  2.00 ms       0.010  0.010 to 0.010  3.00 ms  1.00 ms    50 %  2.50 us
                  first sync, by phase  kernel
                  iptables              123 us
                  nftables                   -
                  note: noisy

                program: 1,000 services x 1 endpoint, 3 rounds. How long?
                """
            ),
            "\(text)"
        )
        #expect(
            text.hasSuffix(
                """

                program: first sync, medians   iptables  nftables
                  100 services x 1 endpoint      200 ms   2.00 ms
                  1,000 services x 1 endpoint    2.00 s   20.0 ms

                note: the load average is 3.00 on 2 processors: others work on this machine
                left out: ipvs: no ip_vs: run it elsewhere
                """
            ),
            "\(text)"
        )
    }

    @Test func countedFiguresAreInstructionsAndMediansOnly() throws {
        let text = try report(isCounted: true, load: 3).table
        #expect(text.contains("all figures are instructions"))
        #expect(text.contains("first sync  iptables  200,000,000           1\n"))
        #expect(!text.contains("cpu") && !text.contains("p99") && !text.contains("load average is"))
    }

    @Test func theJSONIsComplete() throws {
        let json = try report().json
        #expect(
            json.objectValue?.keys == [
                "command", "date", "machine", "kernel", "loadAverage", "clock", "unit", "cases", "warnings", "failures",
            ]
        )
        #expect(json[path: "machine", "processors"]?.intValue == 2)
        #expect(json["unit"]?.stringValue == "nanoseconds")
        #expect(try report(isCounted: true).json["unit"]?.stringValue == "instructions")
        let first = try #require(json["cases"]?[0])
        #expect(first[path: "parameters", "services"]?.intValue == 100)
        #expect(first["baseline"]?.stringValue == "iptables" && first["rounds"]?.intValue == 3)
        let rows = try #require(first["rows"]?.arrayValue)
        #expect(rows.count == 3)
        #expect(rows[1]["median"]?.doubleValue == 2e6 && rows[1]["count"]?.intValue == 3)
        #expect(rows[1][path: "ratio", "estimate"]?.doubleValue == 0.01)
        #expect(rows[0]["ratio"] == nil && rows[0]["processorTime"]?.doubleValue == 2500)
        #expect(json["failures"]?[0]?["variant"]?.stringValue == "ipvs")
        #expect(try JSONValue(parsing: "\(json)") == json)
    }

    @Test func numbersAreReadable() {
        let texts = [0.4, 12, 999.4, 999.6, 1234, 99_960, 1_500_000, 2.345e9, 123e9].map {
            Figure.text($0, isCounted: false)
        }
        #expect(
            texts == ["0.40 ns", "12.0 ns", "999 ns", "1.00 us", "1.23 us", "100 us", "1.50 ms", "2.35 s", "123 s"]
        )
        #expect(Figure.text(98_234_000, .bytes, isCounted: true) == "98.2 MB")
        #expect([0.0005, 0.12, 1].map { Figure.text($0, .share, isCounted: false) } == ["0.05 %", "12.0 %", "100 %"])
        #expect([0.0342, 0.2, 1.02, 24.13, 1234.5].map(Figure.ratio) == ["0.034", "0.20", "1.02", "24.1", "1,235"])
        #expect(
            [0, 999, 1000, 1_234_567, -12_345].map(Figure.grouped) == ["0", "999", "1,000", "1,234,567", "-12,345"]
        )
        #expect(Figure.fixed(-0.5, 2) == "-0.50" && Figure.fixed(1.999, 2) == "2.00")
    }
}
