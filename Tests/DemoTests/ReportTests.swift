import JSONTree
import Testing

@testable import Demo

struct ReportTests {
    private static let empty = Report(mode: .iptables, network: .vxlan, nodes: 2)
    private let holds = Check(what: "a", expected: "20 of 20", seen: "20 of 20", holds: true, milliseconds: 12.4)
    private let fails = Check(what: "longer", expected: "0", seen: "1", holds: false, milliseconds: 2345)

    @Test func columnsAreAlignedAndTimesToTheRight() {
        var report = Self.empty
        report.checks = [holds, fails]
        #expect(
            report.table == """
                mode iptables, network vxlan, 2 nodes
                      WHAT    EXPECTED  SEEN       TIME
                ok    a       20 of 20  20 of 20  12 ms
                FAIL  longer  0         1         2.3 s
                """
        )
    }

    @Test func oneFailureIsEnough() {
        var report = Self.empty
        #expect(!report.holds)
        report.checks = [holds]
        #expect(report.holds)
        report.checks.append(fails)
        #expect(!report.holds)
    }

    @Test func programsGetTheSame() {
        var report = Self.empty
        report.checks = [fails]
        #expect(report.json["holds"] == .bool(false))
        #expect(report.json["mode"] == .string("iptables"))
        #expect(report.json["network"] == .string("vxlan"))
        #expect(report.json["nodes"]?.intValue == 2)
        #expect(report.json["checks"]?[0]?["what"] == .string("longer"))
        #expect(report.json["checks"]?[0]?["milliseconds"] == .number(2345))
    }

    @Test(arguments: [(0.4, "0 ms"), (999.4, "999 ms"), (1000, "1.0 s"), (12_345, "12.3 s")])
    func durationsAreShort(milliseconds: Double, expected: String) {
        #expect(duration(milliseconds) == expected)
    }
}
