/// Reads one JSON text.
///
/// The input is an argument everywhere, so that the parser itself holds no reference into it.
struct JSONParser {
    var position = 0
    private var depth = 0
    private var keys = JSONKeyCache()
    /// Members and elements of the containers that are being read; each container takes its own from the end, so that
    /// it is allocated once, at its right size.
    private var members: [JSONObject.Element] = []
    private var elements: [JSONValue] = []

    /// The whole text: one value with white space around it.
    mutating func document(_ input: Span<UInt8>) throws(JSONFault) -> JSONValue {
        try begin(input)
        let result = try value(input)
        try finish(input)
        return result
    }

    /// The whole text, of which the elements of an array that is a member of the outermost object are handed out one by
    /// one: the array is empty in the result.
    mutating func document(
        _ input: Span<UInt8>,
        handingOut name: String,
        _ body: (JSONValue) -> Void
    ) throws(JSONFault) -> JSONValue {
        try begin(input)
        guard position < input.count, input[position] == UInt8(ascii: "{") else {
            throw unexpected(input, wanted: "'{'")
        }
        try enter(input)
        var result = JSONObject()
        if !take(UInt8(ascii: "}"), input) {
            repeat {
                let key = try memberKey(input)
                let isHandedOut = key == name && position < input.count && input[position] == UInt8(ascii: "[")
                result[key] = isHandedOut ? try array(input, handingOutTo: body) : try value(input)
            } while take(UInt8(ascii: ","), input)
            guard take(UInt8(ascii: "}"), input) else { throw unexpected(input, wanted: "',' or '}' in an object") }
        }
        try finish(input)
        return .object(result)
    }

    private mutating func begin(_ input: Span<UInt8>) throws(JSONFault) {
        do {
            _ = try UTF8Span(validating: input)
        } catch {
            let place = error.byteOffsets.lowerBound
            throw JSONFault(code: .invalidUTF8, offset: place, text: "the bytes are not UTF-8")
        }
        skipSpace(input)
    }

    private mutating func finish(_ input: Span<UInt8>) throws(JSONFault) {
        skipSpace(input)
        guard position == input.count else {
            throw JSONFault(
                code: .trailingCharacters,
                offset: position,
                text: "expected the end, found \(found(input))"
            )
        }
    }

    private mutating func value(_ input: Span<UInt8>) throws(JSONFault) -> JSONValue {
        guard position < input.count else { throw unexpected(input, wanted: "a value") }
        switch input[position] {
        case UInt8(ascii: "\""): return .string(try string(input))
        case UInt8(ascii: "{"): return try object(input)
        case UInt8(ascii: "["): return try array(input)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number(input)
        case UInt8(ascii: "t"): return try word("true", .bool(true), input)
        case UInt8(ascii: "f"): return try word("false", .bool(false), input)
        case UInt8(ascii: "n"): return try word("null", .null, input)
        default: throw unexpected(input, wanted: "a value")
        }
    }

    private mutating func object(_ input: Span<UInt8>) throws(JSONFault) -> JSONValue {
        try enter(input)
        let start = members.count
        if !take(UInt8(ascii: "}"), input) {
            repeat {
                let key = try memberKey(input)
                members.append((key, try value(input)))
            } while take(UInt8(ascii: ","), input)
            guard take(UInt8(ascii: "}"), input) else { throw unexpected(input, wanted: "',' or '}' in an object") }
        }
        depth -= 1
        let own = [JSONObject.Element](members[start...])
        members.removeSubrange(start...)
        return .object(JSONObject(parsed: own))
    }

    /// A key with its colon, up to the value.
    @inline(__always)
    private mutating func memberKey(_ input: Span<UInt8>) throws(JSONFault) -> String {
        skipSpace(input)
        guard position < input.count, input[position] == UInt8(ascii: "\"") else {
            throw unexpected(input, wanted: "a key in quotation marks")
        }
        let key = try key(input)
        guard take(UInt8(ascii: ":"), input) else { throw unexpected(input, wanted: "':' after a key") }
        skipSpace(input)
        return key
    }

    private mutating func array(
        _ input: Span<UInt8>,
        handingOutTo body: (JSONValue) -> Void
    ) throws(JSONFault) -> JSONValue {
        try enter(input)
        if !take(UInt8(ascii: "]"), input) {
            repeat {
                skipSpace(input)
                body(try value(input))
            } while take(UInt8(ascii: ","), input)
            guard take(UInt8(ascii: "]"), input) else { throw unexpected(input, wanted: "',' or ']' in an array") }
        }
        depth -= 1
        return .array([])
    }

    private mutating func array(_ input: Span<UInt8>) throws(JSONFault) -> JSONValue {
        try enter(input)
        let start = elements.count
        if !take(UInt8(ascii: "]"), input) {
            repeat {
                skipSpace(input)
                elements.append(try value(input))
            } while take(UInt8(ascii: ","), input)
            guard take(UInt8(ascii: "]"), input) else { throw unexpected(input, wanted: "',' or ']' in an array") }
        }
        depth -= 1
        let own = [JSONValue](elements[start...])
        elements.removeSubrange(start...)
        return .array(own)
    }

    /// Goes past an opening bracket, one level deeper.
    private mutating func enter(_ input: Span<UInt8>) throws(JSONFault) {
        guard depth < JSONValue.maximumDepth else {
            throw JSONFault(
                code: .tooDeep,
                offset: position,
                text: "nested deeper than \(JSONValue.maximumDepth) levels"
            )
        }
        depth += 1
        position += 1
    }

    private mutating func key(_ input: Span<UInt8>) throws(JSONFault) -> String {
        let start = position + 1
        let (end, isASCII) = endOfPlainRun(input, from: start)
        // A short key needs no memory of its own; a long one is likely to come again.
        guard end < input.count, input[end] == UInt8(ascii: "\""), isASCII, end - start > 15 else {
            return try string(input)
        }
        position = end + 1
        return keys.string(input, start..<end)
    }

    private mutating func word(
        _ word: StaticString,
        _ value: JSONValue,
        _ input: Span<UInt8>
    ) throws(JSONFault) -> JSONValue {
        let length = word.utf8CodeUnitCount
        for step in 0..<length {
            guard position + step < input.count else { throw end(input) }
            guard unsafe input[position + step] == word.utf8Start[step] else {
                throw JSONFault(code: .unexpectedCharacter, offset: position, text: "expected a value (\(word)?)")
            }
        }
        position += length
        return value
    }

    /// Goes past white space and then past a byte, if it is there.
    private mutating func take(_ byte: UInt8, _ input: Span<UInt8>) -> Bool {
        skipSpace(input)
        guard position < input.count, input[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace(_ input: Span<UInt8>) {
        while position < input.count {
            switch input[position] {
            case 0x20, 0x0a, 0x0d, 0x09: position += 1
            default: return
            }
        }
    }

    func end(_ input: Span<UInt8>) -> JSONFault {
        JSONFault(code: .unexpectedEnd, offset: input.count, text: "the text ends in the middle of a value")
    }

    func unexpected(_ input: Span<UInt8>, wanted: String) -> JSONFault {
        guard position < input.count else {
            return JSONFault(code: .unexpectedEnd, offset: input.count, text: "expected \(wanted), found the end")
        }
        return JSONFault(
            code: .unexpectedCharacter,
            offset: position,
            text: "expected \(wanted), found \(found(input))"
        )
    }

    /// The byte at the position, as a message shows it.
    private func found(_ input: Span<UInt8>) -> String {
        let byte = input[position]
        let isVisible = (0x21...0x7e).contains(byte)
        return isVisible ? "'\(Character(UnicodeScalar(byte)))'" : "byte 0x\(String(byte, radix: 16))"
    }
}
