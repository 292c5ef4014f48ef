/// The bytes of a key or of data: one field, or several concatenated, at most the 64 bytes of the kernel's registers.
///
/// A plain value without heap storage: hundreds of thousands of them are made for one transaction.
public struct ElementValue: Hashable, Sendable {
    /// The bytes in memory order, four to a word, zero behind `length`.
    var words: InlineArray<16, UInt32>
    private var used: UInt8

    /// The most bytes that a value has, `NFT_DATA_VALUE_MAXLEN`.
    public static var maximumLength: Int { 64 }

    /// The number of bytes.
    public var length: Int { Int(used) }

    /// A value of no bytes, to be filled by `append`.
    public init() {
        words = InlineArray(repeating: 0)
        used = 0
    }

    /// A single field, with the field's own length.
    public init(_ field: Field) {
        self.init()
        place(field)
        used = UInt8(truncatingIfNeeded: field.length)
    }

    /// Concatenates two fields.
    public init(_ first: Field, _ second: Field) {
        self.init()
        append(first)
        append(second)
    }

    /// Concatenates three fields.
    public init(_ first: Field, _ second: Field, _ third: Field) {
        self.init(first, second)
        append(third)
    }

    /// Concatenates four fields.
    public init(_ first: Field, _ second: Field, _ third: Field, _ fourth: Field) {
        self.init(first, second, third)
        append(fourth)
    }

    /// Takes up to 64 bytes as they are; what is beyond is cut.
    public init(bytes: some Collection<UInt8>) {
        self.init()
        for (index, byte) in bytes.prefix(Self.maximumLength).enumerated() {
            words[index / 4] |= UInt32(littleEndian: UInt32(byte) << (8 * (index % 4)))
            used += 1
        }
    }

    /// Adds a field of a concatenation, padded to four bytes; one that does not fit any more traps, as it is a
    /// mistake in the program and not in its input.
    public mutating func append(_ field: Field) {
        place(field)
        used += UInt8(truncatingIfNeeded: (field.length + 3) / 4 * 4)
    }

    private mutating func place(_ field: Field) {
        let start = Int(used) / 4
        words[start] = field.words.0
        guard field.length > 4 else { return }
        words[start + 1] = field.words.1
        guard field.length > 8 else { return }
        words[start + 2] = field.words.2
        guard field.length > 12 else { return }
        words[start + 3] = field.words.3
    }

    /// The field at a byte offset, which is a multiple of four in every concatenation.
    public func field(at offset: Int, length: Int) -> Field {
        Field(bytes: bytes.dropFirst(offset).prefix(length))
    }

    /// The bytes as the kernel gets them.
    public var bytes: [UInt8] {
        (0..<length).map { UInt8(truncatingIfNeeded: words[$0 / 4].littleEndian >> (8 * ($0 % 4))) }
    }

    /// The number that ``Field/host32(_:)`` wrote; nil for a value of another length.
    public var host32: UInt32? { length == 4 ? words[0] : nil }

    private var wordCount: Int { (length + 3) / 4 }

    /// Values are equal if their bytes are.
    public static func == (left: ElementValue, right: ElementValue) -> Bool {
        guard left.used == right.used else { return false }
        for index in 0..<left.wordCount where left.words[index] != right.words[index] { return false }
        return true
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        for index in 0..<wordCount { hasher.combine(words[index]) }
    }
}

extension ElementValue: Comparable {
    /// Orders by the bytes, the first most significant.
    public static func < (left: ElementValue, right: ElementValue) -> Bool {
        for index in 0..<min(left.wordCount, right.wordCount) where left.words[index] != right.words[index] {
            return left.words[index].bigEndian < right.words[index].bigEndian
        }
        return left.used < right.used
    }
}
