/// Why a text is not JSON, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of fault it is.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        enum Value: String, Hashable, Sendable {
            case unexpectedEnd, unexpectedCharacter, invalidNumber, numberOutOfRange, invalidEscape
            case invalidUTF8, tooDeep, trailingCharacters
        }

        let value: Value

        /// The text ends in the middle of a value.
        public static let unexpectedEnd = Code(value: .unexpectedEnd)
        /// A character stands where the grammar has no place for it.
        public static let unexpectedCharacter = Code(value: .unexpectedCharacter)
        /// A number breaks the grammar: a leading zero, a missing digit.
        public static let invalidNumber = Code(value: .invalidNumber)
        /// A number is too large for a double.
        public static let numberOutOfRange = Code(value: .numberOutOfRange)
        /// An escape in a string is unknown, or is half a surrogate pair.
        public static let invalidEscape = Code(value: .invalidEscape)
        /// The bytes are not UTF-8.
        public static let invalidUTF8 = Code(value: .invalidUTF8)
        /// Arrays and objects are nested deeper than ``JSONValue/maximumDepth``.
        public static let tooDeep = Code(value: .tooDeep)
        /// Something other than white space follows the value.
        public static let trailingCharacters = Code(value: .trailingCharacters)

        /// The code's name, as in the source.
        public var description: String { value.rawValue }
    }

    /// The kind of fault.
    public let code: Code
    /// Where it is: bytes from the start of the text, from 0.
    public let offset: Int
    /// Where it is: the line, from 1.
    public let line: Int
    /// Where it is: bytes into the line, from 1.
    public let column: Int
    /// What is wrong, without the position.
    public let text: String

    /// The position and what is wrong: `line 3, column 14: expected ':' after a key, found '}'`.
    public var description: String { "line \(line), column \(column): \(text)" }

    init(_ fault: JSONFault, in input: Span<UInt8>) {
        var line = 1
        var lineStart = 0
        for index in 0..<min(fault.offset, input.count) where input[index] == UInt8(ascii: "\n") {
            line += 1
            lineStart = index + 1
        }
        self.code = fault.code
        self.offset = fault.offset
        self.line = line
        self.column = fault.offset - lineStart + 1
        self.text = fault.text
    }
}

/// A fault as the parser meets it; lines are counted only when it reaches the caller.
struct JSONFault: Error {
    let code: JSONError.Code
    let offset: Int
    let text: String
}
