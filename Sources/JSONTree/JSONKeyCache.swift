/// Long keys that were seen lately, so that ten thousand objects share one `kubernetes.io/service-name`.
struct JSONKeyCache {
    private var slots: [String] = []

    /// The string of some ASCII bytes, shared with an earlier one where possible.
    mutating func string(_ input: Span<UInt8>, _ range: Range<Int>) -> String {
        if slots.isEmpty { slots = [String](repeating: "", count: 64) }
        var hash = UInt32(truncatingIfNeeded: range.count)
        for index in range.suffix(8) { hash = (hash ^ UInt32(input[index])) &* 0x0100_0193 }
        let slot = Int(hash >> 26)
        if isEqual(slots[slot], input, range) { return slots[slot] }
        let fresh = String(copying: unsafe UTF8Span(unchecked: input.extracting(range), isKnownASCII: true))
        slots[slot] = fresh
        return fresh
    }

    private func isEqual(_ string: String, _ input: Span<UInt8>, _ range: Range<Int>) -> Bool {
        let known = string.utf8Span.span
        guard known.count == range.count else { return false }
        for index in 0..<known.count where known[index] != input[range.lowerBound + index] { return false }
        return true
    }
}
