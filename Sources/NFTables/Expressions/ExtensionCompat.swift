import Netlink

/// `enum nft_match_attributes` and `enum nft_target_attributes`, which are alike.
private enum Attribute {
    static let name: UInt16 = 1
    static let revision: UInt16 = 2
    static let info: UInt16 = 3
}

/// A match or target of iptables in an nf_tables rule, with the bytes of its own C struct (`nft_compat`).
///
/// For tables that iptables-nft shares; its listing shows them, nft's shows only "xt match".
public struct ExtensionCompat: Hashable, Sendable {
    /// The extension's name: "comment", "DNAT".
    public var name: String
    /// The version of the struct.
    public var revision: UInt32
    /// The struct's bytes, padded to a multiple of eight as the kernel's `XT_ALIGN` wants it.
    public var info: [UInt8]

    /// Names an extension; `info` is padded here.
    public init(_ name: String, revision: UInt32, info: [UInt8]) {
        self.name = name
        self.revision = revision
        var info = info
        while info.count % 8 != 0 { info.append(0) }
        self.info = info
    }

    func encode(into writer: inout AttributeWriter) {
        writer.attribute(Attribute.name, string: name)
        writer.attribute(Attribute.revision, network: revision)
        writer.attribute(Attribute.info, bytes: info)
    }
}

/// Ends the rule unless a match of iptables holds.
public struct ExtensionMatch: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "match"
    /// The match.
    public var body: ExtensionCompat

    /// Makes the expression.
    public init(_ body: ExtensionCompat) { self.body = body }

    func encode(into writer: inout AttributeWriter) { body.encode(into: &writer) }

    /// In libnftnl's notation.
    public var description: String { "match name \(body.name) rev \(body.revision)" }
}

/// Runs a target of iptables.
public struct ExtensionTarget: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "target"
    /// The target.
    public var body: ExtensionCompat

    /// Makes the expression.
    public init(_ body: ExtensionCompat) { self.body = body }

    func encode(into writer: inout AttributeWriter) { body.encode(into: &writer) }

    /// In libnftnl's notation.
    public var description: String { "target name \(body.name) rev \(body.revision)" }
}
