import Netlink

/// `enum nft_fib_attributes`.
private enum Attribute {
    static let destination: UInt16 = 1
    static let result: UInt16 = 2
    static let flags: UInt16 = 3
}

/// Asks the routing tables about an address of the packet: nft's `fib`.
public struct RouteLookup: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "fib"

    /// What the answer is: `NFT_FIB_RESULT_*`.
    public enum Result: UInt32, Hashable, Sendable, CustomStringConvertible {
        /// The number of the interface that the route leads to; 0 for none.
        case outputInterface = 1
        /// Its name.
        case outputInterfaceName = 2
        /// The kind of address: local, unicast and so on.
        case addressType = 3

        /// nft's word; libnftnl's for `outputInterface` and `outputInterfaceName` too.
        public var description: String {
            switch self {
            case .outputInterface: "oif"
            case .outputInterfaceName: "oifname"
            case .addressType: "type"
            }
        }
    }

    /// Which address, and what else counts: `NFTA_FIB_F_*`.
    public struct Flags: OptionSet, Hashable, Sendable {
        /// The kernel's bits.
        public let rawValue: UInt32
        /// Takes the kernel's bits.
        public init(rawValue: UInt32) { self.rawValue = rawValue }
        /// The source address.
        public static let source = Flags(rawValue: 1)
        /// The destination address.
        public static let destination = Flags(rawValue: 2)
        /// The packet's mark counts.
        public static let mark = Flags(rawValue: 4)
        /// Only routes by the interface that the packet came in by.
        public static let inputInterface = Flags(rawValue: 8)
        /// Only routes by the interface that the packet goes out by.
        public static let outputInterface = Flags(rawValue: 16)

        /// nft's words in the order in which it writes them.
        var words: [String] {
            let all: [(Flags, String)] = [
                (.source, "saddr"), (.destination, "daddr"), (.mark, "mark"), (.inputInterface, "iif"),
                (.outputInterface, "oif"),
            ]
            return all.filter { contains($0.0) }.map(\.1)
        }
    }

    /// What the answer is.
    public var result: Result
    /// Which address, and what else counts.
    public var flags: Flags
    /// Where to.
    public var destination: Register

    /// Makes the expression.
    public init(_ flags: Flags, _ result: Result, to destination: Register) {
        self.flags = flags
        self.result = result
        self.destination = destination
    }

    func encode(into writer: inout AttributeWriter) {
        writer.attribute(Attribute.flags, network: flags.rawValue)
        writer.attribute(Attribute.result, network: result.rawValue)
        writer.attribute(Attribute.destination, network: destination.number)
    }

    /// In libnftnl's notation.
    public var description: String { "fib \(flags.words.joined(separator: " . ")) \(result) => \(destination)" }
}
