extension JSONParser {
    /// The string whose opening quotation mark is at the position.
    mutating func string(_ input: Span<UInt8>) throws(JSONFault) -> String {
        let start = position + 1
        let (end, isASCII) = endOfPlainRun(input, from: start)
        guard end < input.count else { throw self.end(input) }
        guard input[end] == UInt8(ascii: "\"") else { return try stringWithEscapes(input, from: start, plainTo: end) }
        position = end + 1
        return copied(input, start..<end, isASCII: isASCII)
    }

    private mutating func stringWithEscapes(
        _ input: Span<UInt8>,
        from start: Int,
        plainTo firstEnd: Int
    ) throws(JSONFault) -> String {
        var result = copied(input, start..<firstEnd, isASCII: false)
        position = firstEnd
        while true {
            guard position < input.count else { throw end(input) }
            switch input[position] {
            case UInt8(ascii: "\""):
                position += 1
                return result
            case UInt8(ascii: "\\"):
                result.unicodeScalars.append(try escape(input))
            default:
                guard input[position] >= 0x20 else {
                    throw JSONFault(
                        code: .unexpectedCharacter,
                        offset: position,
                        text: "a control character in a string"
                    )
                }
                let start = position
                position = endOfPlainRun(input, from: start).end
                result += copied(input, start..<position, isASCII: false)
            }
        }
    }

    /// The character of the escape whose backslash is at the position.
    private mutating func escape(_ input: Span<UInt8>) throws(JSONFault) -> Unicode.Scalar {
        let start = position
        guard start + 1 < input.count else { throw end(input) }
        position += 2
        switch input[start + 1] {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape(input, from: start)
        default:
            throw JSONFault(code: .invalidEscape, offset: start, text: "an unknown escape in a string")
        }
    }

    private mutating func unicodeEscape(_ input: Span<UInt8>, from start: Int) throws(JSONFault) -> Unicode.Scalar {
        let first = try hexDigits(input)
        if let scalar = Unicode.Scalar(first) { return scalar }
        let half = JSONFault(code: .invalidEscape, offset: start, text: "half of a surrogate pair in a string")
        guard first < 0xdc00 else { throw half }
        for byte in [UInt8(ascii: "\\"), UInt8(ascii: "u")] {
            guard position < input.count else { throw end(input) }
            guard input[position] == byte else { throw half }
            position += 1
        }
        let second = try hexDigits(input)
        guard (0xdc00...0xdfff).contains(second) else { throw half }
        let code = 0x10000 + (UInt32(first) - 0xd800) << 10 + (UInt32(second) - 0xdc00)
        guard let scalar = Unicode.Scalar(code) else { throw half }
        return scalar
    }

    private mutating func hexDigits(_ input: Span<UInt8>) throws(JSONFault) -> UInt16 {
        var result: UInt16 = 0
        for _ in 0..<4 {
            guard position < input.count else { throw end(input) }
            let digit: UInt8
            switch input[position] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = input[position] - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = input[position] - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = input[position] - UInt8(ascii: "A") + 10
            default:
                throw JSONFault(code: .invalidEscape, offset: position, text: "expected a hexadecimal digit after \\u")
            }
            result = result << 4 | UInt16(digit)
            position += 1
        }
        return result
    }

    /// The number whose first character is at the position.
    mutating func number(_ input: Span<UInt8>) throws(JSONFault) -> JSONValue {
        let start = position
        let isNegative = input[position] == UInt8(ascii: "-")
        if isNegative { position += 1 }
        let digits = position
        let magnitude = try digitRun(input)
        guard position == digits + 1 || input[digits] != UInt8(ascii: "0") else {
            throw JSONFault(code: .invalidNumber, offset: digits, text: "a number with a leading zero")
        }
        var isWhole = true
        if position < input.count, input[position] == UInt8(ascii: ".") {
            isWhole = false
            position += 1
            _ = try digitRun(input)
        }
        if position < input.count, input[position] | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            position += 1
            if position < input.count, input[position] == UInt8(ascii: "+") || input[position] == UInt8(ascii: "-") {
                position += 1
            }
            _ = try digitRun(input)
        }
        if isWhole, let magnitude, let value = Self.signed(magnitude, isNegative: isNegative) {
            return .integer(value)
        }
        guard let value = Double(copied(input, start..<position, isASCII: true)), value.isFinite else {
            throw JSONFault(code: .numberOutOfRange, offset: start, text: "a number too large for a double")
        }
        return .number(value)
    }

    private static func signed(_ magnitude: UInt64, isNegative: Bool) -> Int64? {
        guard isNegative else { return Int64(exactly: magnitude) }
        guard magnitude <= UInt64(Int64.max) + 1 else { return nil }
        return Int64(truncatingIfNeeded: 0 &- magnitude)
    }

    /// Goes past one digit or more.
    /// - Returns: their value, or nil when it does not fit 64 bits.
    private mutating func digitRun(_ input: Span<UInt8>) throws(JSONFault) -> UInt64? {
        let start = position
        var value: UInt64? = 0
        while position < input.count {
            let digit = input[position] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            if let partial = value {
                let (product, overflow) = partial.multipliedReportingOverflow(by: 10)
                let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
                value = overflow || carry ? nil : sum
            }
            position += 1
        }
        guard position > start else {
            if position == input.count { throw end(input) }
            throw JSONFault(code: .invalidNumber, offset: position, text: "expected a digit in a number")
        }
        return value
    }

    /// A part of the input as a string; the input was found to be UTF-8 as a whole, and parts end at ASCII bytes.
    private func copied(_ input: Span<UInt8>, _ range: Range<Int>, isASCII: Bool) -> String {
        String(copying: unsafe UTF8Span(unchecked: input.extracting(range), isKnownASCII: isASCII))
    }

    /// Where a run of bytes that stand for themselves ends: the first quotation mark, backslash or control character,
    /// or the end of the input; eight bytes at a time.
    func endOfPlainRun(_ input: Span<UInt8>, from start: Int) -> (end: Int, isASCII: Bool) {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        let bytes = unsafe input.bytes
        var index = start
        var seen: UInt64 = 0
        while index + 8 <= input.count {
            let word = UInt64(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5c)
            let stops =
                ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | ((word &- ones &* 0x20) & ~word)
            guard stops & tops == 0 else {
                // The lowest mark is exact; a borrow can only make false ones above it.
                let length = (stops & tops).trailingZeroBitCount / 8
                seen |= length == 0 ? 0 : word << (64 - 8 * UInt64(length))
                return (index + length, seen & tops == 0)
            }
            seen |= word
            index += 8
        }
        while index < input.count {
            let byte = input[index]
            if byte == 0x22 || byte == 0x5c || byte < 0x20 { break }
            seen |= UInt64(byte)
            index += 1
        }
        return (index, seen & tops == 0)
    }
}
