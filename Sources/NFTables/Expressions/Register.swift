/// A register of the rule's virtual machine: 16 of 32 bits each, of which longer values take several in a row.
///
/// Where one of the four 128-bit registers begins the kernel uses its number (1 to 4, `NFT_REG_1`), elsewhere the
/// 32-bit number (8 to 23, `NFT_REG32_00`); they overlap, and this type always writes the number that nft writes.
public struct Register: Hashable, Sendable, CustomStringConvertible {
    /// Which of the 16 words, counted from 0.
    public let word: Int

    /// How many words there are.
    public static var wordCount: Int { 16 }

    /// The register that begins at a word (0 to 15).
    public init(word: Int) { self.word = word }

    /// The first register, where every statement begins.
    public static let first = Register(word: 0)

    /// The kernel's number, as `NFTA_*_DREG` carries it.
    public var number: UInt32 { UInt32(truncatingIfNeeded: word % 4 == 0 ? 1 + word / 4 : 8 + word) }

    /// The register behind a value of some bytes that begins here, on the next word.
    public func advanced(by length: Int) -> Register { Register(word: word + (length + 3) / 4) }

    /// The next 128-bit register behind a value of some bytes that begins here, as nft takes for unrelated values.
    public func following(_ length: Int) -> Register { Register(word: (word + (length + 3) / 4 + 3) / 4 * 4) }

    /// As libnftnl writes it: "reg 9".
    public var description: String { "reg \(number)" }
}
