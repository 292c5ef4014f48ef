import ClusterModel
import Testing

struct TimestampTests {
    static let times: [(String, Int64)] = [
        ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59Z", -1), ("2000-02-29T12:00:00Z", 951_825_600),
        ("2026-11-21T09:30:00Z", 1_795_253_400), ("2100-03-01T00:00:00Z", 4_107_542_400),
        ("1900-01-01T00:00:00Z", -2_208_988_800), ("0001-01-01T00:00:00Z", -62_135_596_800),
        ("9999-12-31T23:59:59Z", 253_402_300_799),
    ]

    @Test(arguments: times) func textAndSecondsAgree(text: String, seconds: Int64) {
        #expect(Timestamp(text)?.seconds == seconds)
        #expect(Timestamp(seconds: seconds).description == text)
    }

    @Test(arguments: [
        ("2026-11-21T10:30:00+01:00", "2026-11-21T09:30:00.000000Z"),
        ("2026-11-21T04:00:00.5-05:30", "2026-11-21T09:30:00.500000Z"),
        ("2026-11-21T09:30:00.123456789Z", "2026-11-21T09:30:00.123456Z"),
        ("2026-11-21t09:30:00.1234567891z", "2026-11-21T09:30:00.123456Z"),
    ])
    func offsetsAndFractionsAreRead(text: String, expected: String) {
        #expect(Timestamp(text)?.microsecondsDescription == expected)
    }

    @Test(arguments: [
        "", "2026-11-21", "2026-11-21T09:30Z", "2026-11-21T09:30:00", "2026-11-21 09:30:00Z", "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z", "2026-00-10T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00ZZ", "2026-01-01T00:00:00+1:00",
        "2026-01-01T00:00:00+25:00", "-026-01-01T00:00:00Z", "２026-01-01T00:00:00Z",
    ])
    func otherTextsAreRefused(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func everyDayOfFourCenturiesComesBack() {
        for day in stride(from: Int64(-30_000), to: 120_000, by: 1) {
            let time = Timestamp(seconds: day * 86_400 + 3661)
            guard Timestamp(time.description) == time else {
                Issue.record("day \(day) reads back as \(time)")
                return
            }
        }
    }

    @Test func durationsAddUp() {
        let time = Timestamp(seconds: 10, nanoseconds: 600_000_000)
        #expect(time.advanced(by: .milliseconds(500)) == Timestamp(seconds: 11, nanoseconds: 100_000_000))
        #expect(time.advanced(by: .milliseconds(-700)) == Timestamp(seconds: 9, nanoseconds: 900_000_000))
        #expect(time.duration(since: Timestamp(seconds: 9, nanoseconds: 900_000_000)) == .milliseconds(700))
        #expect(Timestamp(seconds: 1) < time)
        #expect(Timestamp.now() > Timestamp(seconds: 1_700_000_000))
    }
}
