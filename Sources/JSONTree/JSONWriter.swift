extension JSONValue {
    /// The value as UTF-8 JSON text, keys in their order.
    ///
    /// A number that JSON can't write (infinite, not a number) becomes null.
    /// - Parameter pretty: with line breaks, and two spaces for each level.
    /// - Returns: the text, without a line break at its end.
    public func bytes(pretty: Bool = false) -> [UInt8] {
        var result: [UInt8] = []
        append(to: &result, pretty: pretty)
        return result
    }

    /// Appends the value as UTF-8 JSON text; see ``bytes(pretty:)``.
    public func append(to output: inout [UInt8], pretty: Bool = false) {
        var writer = JSONWriter(output: output, isPretty: pretty)
        output = []  // the writer holds the only reference now, so appending copies nothing
        writer.write(self)
        output = writer.output
    }
}

extension JSONValue: CustomStringConvertible {
    /// The value as compact JSON text.
    public var description: String { String(decoding: bytes(), as: UTF8.self) }
}

/// Writes values as JSON text.
struct JSONWriter {
    var output: [UInt8]
    let isPretty: Bool
    private var level = 0

    init(output: [UInt8], isPretty: Bool) {
        self.output = output
        self.isPretty = isPretty
    }

    mutating func write(_ value: JSONValue) {
        switch value {
        case .null: write("null")
        case .bool(let value): write(value ? "true" : "false")
        case .integer(let value): write(value)
        case .number(let value): write(value.isFinite ? value.description : "null")
        case .string(let value): writeQuoted(value)
        case .array(let elements): write(elements)
        case .object(let object): write(object)
        }
    }

    private mutating func write(_ elements: [JSONValue]) {
        output.append(UInt8(ascii: "["))
        level += 1
        var isFirst = true
        for element in elements {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            newLine()
            write(element)
        }
        level -= 1
        if !isFirst { newLine() }
        output.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ object: JSONObject) {
        output.append(UInt8(ascii: "{"))
        level += 1
        var isFirst = true
        for (key, value) in object {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            newLine()
            writeQuoted(key)
            output.append(UInt8(ascii: ":"))
            if isPretty { output.append(UInt8(ascii: " ")) }
            write(value)
        }
        level -= 1
        if !isFirst { newLine() }
        output.append(UInt8(ascii: "}"))
    }

    private mutating func newLine() {
        guard isPretty else { return }
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * level))
    }

    private mutating func write(_ text: String) {
        output.append(contentsOf: text.utf8)
    }

    private mutating func write(_ value: Int64) {
        guard (0...9).contains(value) else { return write(String(value)) }
        output.append(UInt8(ascii: "0") + UInt8(value))
    }

    /// Writes a string, escaping quotation marks, backslashes and control characters only.
    private mutating func writeQuoted(_ text: String) {
        output.append(UInt8(ascii: "\""))
        let needsEscape = text.utf8.contains { $0 < 0x20 || $0 == 0x22 || $0 == 0x5c }
        if needsEscape {
            for byte in text.utf8 { writeEscaped(byte) }
        } else {
            output.append(contentsOf: text.utf8)
        }
        output.append(UInt8(ascii: "\""))
    }

    private mutating func writeEscaped(_ byte: UInt8) {
        switch byte {
        case 0x22: write("\\\"")
        case 0x5c: write("\\\\")
        case 0x0a: write("\\n")
        case 0x0d: write("\\r")
        case 0x09: write("\\t")
        case 0x00..<0x20: write("\\u00" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16))
        default: output.append(byte)
        }
    }
}
