import Netlink

/// `enum nft_immediate_attributes`.
private enum Attribute {
    static let destination: UInt16 = 1
    static let data: UInt16 = 2
}

/// Puts a constant into a register.
public struct Immediate: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "immediate"
    /// The constant.
    public var value: ElementValue
    /// Where to.
    public var destination: Register

    /// Makes the expression.
    public init(_ value: ElementValue, to destination: Register) {
        self.value = value
        self.destination = destination
    }

    func encode(into writer: inout AttributeWriter) {
        writer.attribute(Attribute.destination, network: destination.number)
        writer.data(Attribute.data, value)
    }

    /// In libnftnl's notation.
    public var description: String { "immediate \(destination) \(value.registerText)" }
}

/// Decides: accept, drop, jump and so on.
public struct ImmediateVerdict: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "immediate"
    /// The decision.
    public var verdict: Verdict

    /// Makes the expression.
    public init(_ verdict: Verdict) { self.verdict = verdict }

    func encode(into writer: inout AttributeWriter) {
        // Register 0 takes the verdict, NFT_REG_VERDICT.
        writer.attribute(Attribute.destination, network: UInt32(0))
        writer.data(Attribute.data, verdict)
    }

    /// In libnftnl's notation.
    public var description: String {
        switch verdict {
        case .jump(let chain): "immediate reg 0 jump -> \(chain)"
        case .goto(let chain): "immediate reg 0 goto -> \(chain)"
        case .accept, .drop, .continue, .return: "immediate reg 0 \(verdict)"
        }
    }
}
