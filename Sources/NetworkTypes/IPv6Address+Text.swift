extension IPv6Address {
    /// Parses RFC 4291 text: groups, one "::" and an IPv4 tail; no zone ("%eth0"), no brackets.
    public init?(_ text: some StringProtocol) { self.init(text.utf8, allowingLeadingZeros: false) }

    /// Parses like ``init(_:)``, but an IPv4 tail may have leading zeros.
    public init?(sloppy text: some StringProtocol) { self.init(text.utf8, allowingLeadingZeros: true) }

    init?(_ text: some Collection<UInt8>, allowingLeadingZeros: Bool) {
        // 8 groups need 7 colons; "1::" and "::1" have one empty part more on one side.
        let parts = text.split(separator: UInt8(ascii: ":"), maxSplits: 9, omittingEmptySubsequences: false)
        guard parts.count >= 3, parts.count <= 9 else { return nil }
        var scanner = GroupScanner()
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            guard part.isEmpty else {
                guard scanner.append(part, isLast: isLast, allowingLeadingZeros: allowingLeadingZeros) else {
                    return nil
                }
                continue
            }
            // An empty part is the gap, except that "::" at either end makes two of them.
            if index == 0 {
                guard parts[1].isEmpty else { return nil }
            } else if isLast {
                guard parts[index - 1].isEmpty, scanner.gap == scanner.groups.count else { return nil }
            } else {
                guard scanner.gap == nil else { return nil }
                scanner.gap = scanner.groups.count
            }
        }
        guard let number = scanner.number else { return nil }
        self.init(rawValue: number)
    }
}

private struct GroupScanner {
    var groups: [UInt16] = []
    var gap: Int?

    mutating func append(_ part: some Collection<UInt8>, isLast: Bool, allowingLeadingZeros: Bool) -> Bool {
        if isLast, part.contains(UInt8(ascii: ".")) {
            guard let tail = IPv4Address(part, allowingLeadingZeros: allowingLeadingZeros) else { return false }
            groups.append(UInt16(truncatingIfNeeded: tail.rawValue >> 16))
            groups.append(UInt16(truncatingIfNeeded: tail.rawValue))
            return true
        }
        guard part.count <= 4 else { return false }
        var value: UInt16 = 0
        for character in part {
            guard let digit = hexDigitValue(character) else { return false }
            value = value << 4 | UInt16(digit)
        }
        groups.append(value)
        return true
    }

    var number: UInt128? {
        var all = groups
        if let gap {
            // "::" stands for at least one group of zeros (RFC 5952, 4.2.2 forbids writing less, 4291 reading it).
            guard all.count <= 7 else { return nil }
            all.insert(contentsOf: repeatElement(0, count: 8 - all.count), at: gap)
        }
        return all.count == 8 ? all.reduce(0) { $0 << 16 | UInt128($1) } : nil
    }
}

extension IPv6Address: CustomStringConvertible {
    /// The canonical text of RFC 5952; IPv4-mapped addresses end in a dotted quad.
    public var description: String {
        if let mappedIPv4 { return "::ffff:\(mappedIPv4)" }
        let groups = groups
        let gap = Self.longestZeroRun(in: groups)
        let text = { (range: Range<Int>) in
            range.map { String(groups[$0], radix: 16) }.joined(separator: ":")
        }
        guard gap.count > 1 else { return text(0..<8) }
        return text(0..<gap.lowerBound) + "::" + text(gap.upperBound..<8)
    }

    private static func longestZeroRun(in groups: [UInt16]) -> Range<Int> {
        var best = 0..<0
        var start = 0
        for index in groups.indices {
            if groups[index] != 0 { start = index + 1 }
            if index + 1 - start > best.count { best = start..<(index + 1) }
        }
        return best
    }
}

/// The value of an ASCII hexadecimal digit, either case; nil for any other byte.
func hexDigitValue(_ character: UInt8) -> UInt8? {
    switch character {
    case 0x30...0x39: character - 0x30
    case 0x41...0x46: character - 0x41 + 10
    case 0x61...0x66: character - 0x61 + 10
    default: nil
    }
}
