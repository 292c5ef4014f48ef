/// Numbers as people read them.
enum Figure {
    /// Nanoseconds with three digits and a unit: `12.3 us`; or instructions: `122,658`; or `98.2 MB`, `0.05 %`.
    static func text(_ value: Double, _ unit: BenchUnit = .time, isCounted: Bool) -> String {
        switch unit {
        case .bytes: return "\(digits(value / 1e6)) MB"
        case .share: return "\(digits(value * 100)) %"
        case .time: break
        }
        if isCounted { return grouped(Int(value.rounded())) }
        for (unit, size) in [("s", 1e9), ("ms", 1e6), ("us", 1e3)] where value >= size * 0.9995 {
            return "\(digits(value / size)) \(unit)"
        }
        return "\(digits(value)) ns"
    }

    /// A ratio: `0.034`, `1.02`, `24.1`.
    static func ratio(_ value: Double) -> String {
        value < 0.0995 ? fixed(value, 3) : value < 99.95 ? digits(max(value, 0)) : grouped(Int(value.rounded()))
    }

    /// A part in whole percents: `12 %`.
    static func percent(_ part: Double) -> String { "\(Int((part * 100).rounded())) %" }

    /// A whole number with its thousands apart: `10,000`.
    static func grouped(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return text
    }

    /// Three digits that count, at most.
    private static func digits(_ value: Double) -> String {
        value < 9.995 ? fixed(value, 2) : value < 99.95 ? fixed(value, 1) : String(Int(value.rounded()))
    }

    /// A number with so many places.
    static func fixed(_ value: Double, _ places: Int) -> String {
        let scale = (0..<places).reduce(1) { scale, _ in scale * 10 }
        let scaled = Int((value.magnitude * Double(scale)).rounded())
        let fraction = String(scaled % scale)
        let sign = value < 0 && scaled > 0 ? "-" : ""
        return "\(sign)\(scaled / scale)." + String(repeating: "0", count: places - fraction.count) + fraction
    }
}
