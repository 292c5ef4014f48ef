extension [UInt8] {
    /// Reads bytes from commented hexadecimal text, as golden tests write them.
    ///
    /// ```
    /// 14000000 1200 0503 01000000 00000000  // nlmsghdr
    /// 02 000000                             // nfgenmsg: AF_INET
    /// ```
    /// White space is skipped, and so is everything from "//" to the line's end.
    ///
    /// - Parameter text: an even number of digits. A character that is neither digit nor space ends the test.
    public init(hex text: String) {
        var digits: [UInt8] = []
        for line in text.split(separator: "\n") {
            for character in line.prefix(while: { $0 != "/" }) where !character.isWhitespace {
                guard let digit = character.hexDigitValue else { preconditionFailure("no hex digit: \(character)") }
                digits.append(UInt8(digit))
            }
        }
        precondition(digits.count.isMultiple(of: 2), "an odd number of hex digits")
        self = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
