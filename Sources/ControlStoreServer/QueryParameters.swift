/// The parameters of a request.
struct QueryParameters: Hashable, Sendable {
    private var values: [String: String] = [:]

    /// Reads the part behind the question mark; of several values of one parameter the first counts.
    init(_ query: String?) {
        for part in (query ?? "").split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = Self.decoded(pair[0], plusIsSpace: true)
            if values[name] == nil { values[name] = pair.count == 2 ? Self.decoded(pair[1], plusIsSpace: true) : "" }
        }
    }

    subscript(name: String) -> String? { values[name] }

    /// Whether a flag is set: present, and not `false` or `0`.
    func flag(_ name: String) -> Bool {
        values[name].map { !["0", "f", "false", "False", "FALSE"].contains($0) } ?? false
    }

    /// Takes the percent signs out; what is no proper escape stays as it is.
    static func decoded(_ text: some StringProtocol, plusIsSpace: Bool) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.first {
            rest = rest.dropFirst()
            let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
            if byte == UInt8(ascii: "%"), digits.count == 2 {
                bytes.append(UInt8(digits[0] * 16 + digits[1]))
                rest = rest.dropFirst(2)
            } else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
