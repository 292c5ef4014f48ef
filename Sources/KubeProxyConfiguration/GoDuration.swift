/// Durations as Go writes them: "1h30m0s", "500ms".
enum GoDuration {
    private static let units: [(name: String, nanoseconds: Double)] = [
        ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10), ("h", 3.6e12),
    ]

    /// Parses a duration; nil for anything else, and for one of more than 292 years.
    static func parse(_ text: String) -> Duration? {
        if text == "0" { return .zero }
        var rest = Substring(text)
        let isNegative = rest.first == "-"
        if let sign = rest.first, sign == "-" || sign == "+" { rest.removeFirst() }
        guard !rest.isEmpty else { return nil }
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { !($0.isASCII && $0.isNumber) && $0 != "." }
            rest = rest.dropFirst(unit.count)
            guard let number = Double(digits), let factor = units.first(where: { $0.name == unit }) else { return nil }
            total += number * factor.nanoseconds
        }
        guard total < 9.2e18 else { return nil }
        return .nanoseconds(Int64(isNegative ? -total : total))
    }

    /// A duration as Go writes it.
    static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        if seconds < 0 || attoseconds < 0 { return "-" + text(.zero - duration) }
        if seconds == 0, attoseconds != 0 {
            let nanoseconds = attoseconds / 1_000_000_000
            for (name, factor) in [("ms", 1_000_000), ("µs", 1000)] where nanoseconds % Int64(factor) == 0 {
                return "\(nanoseconds / Int64(factor))\(name)"
            }
            return "\(nanoseconds)ns"
        }
        let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
        let milliseconds = attoseconds / 1_000_000_000_000_000
        let fraction = milliseconds == 0 ? "" : "." + String(1000 + milliseconds).dropFirst()
        return (hours > 0 ? "\(hours)h" : "") + (seconds >= 60 ? "\(minutes)m" : "") + "\(rest)\(fraction)s"
    }
}
