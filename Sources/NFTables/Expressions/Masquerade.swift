import Netlink

/// `enum nft_masq_attributes`.
private enum MasqueradeAttribute {
    static let flags: UInt16 = 1
    static let portMinimum: UInt16 = 2
    static let portMaximum: UInt16 = 3
}

/// `enum nft_redir_attributes`.
private enum RedirectAttribute {
    static let portMinimum: UInt16 = 1
    static let portMaximum: UInt16 = 2
    static let flags: UInt16 = 3
}

/// Translates a connection's source to the address of the interface that it leaves by; in postrouting.
public struct Masquerade: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "masq"
    /// How the kernel picks ports.
    public var flags: TranslationFlags
    /// Where the lowest port is; nil leaves it to the kernel.
    public var port: Register?
    /// Where the highest port is.
    public var portMaximum: Register?

    /// Makes the expression.
    public init(flags: TranslationFlags = [], port: Register? = nil, portMaximum: Register? = nil) {
        self.flags = flags
        self.port = port
        self.portMaximum = portMaximum
    }

    func encode(into writer: inout AttributeWriter) {
        if !flags.isEmpty { writer.attribute(MasqueradeAttribute.flags, network: flags.rawValue) }
        if let port { writer.attribute(MasqueradeAttribute.portMinimum, network: port.number) }
        if let portMaximum { writer.attribute(MasqueradeAttribute.portMaximum, network: portMaximum.number) }
    }

    /// In libnftnl's notation.
    public var description: String {
        var text = "masq"
        if let port { text += " proto_min \(port)" }
        if let portMaximum { text += " proto_max \(portMaximum)" }
        if !flags.isEmpty { text += " flags 0x\(String(flags.rawValue, radix: 16))" }
        return text
    }
}

/// Translates a connection's destination to this host; in prerouting and output.
public struct Redirect: ExpressionBody, Hashable, Sendable, CustomStringConvertible {
    static let name = "redir"
    /// Where the port is; nil keeps it.
    public var port: Register?
    /// Where the highest port is, if it is a range.
    public var portMaximum: Register?
    /// How the kernel picks.
    public var flags: TranslationFlags

    /// Makes the expression.
    public init(port: Register? = nil, portMaximum: Register? = nil, flags: TranslationFlags = []) {
        self.port = port
        self.portMaximum = portMaximum
        self.flags = flags
    }

    func encode(into writer: inout AttributeWriter) {
        if let port { writer.attribute(RedirectAttribute.portMinimum, network: port.number) }
        if let portMaximum { writer.attribute(RedirectAttribute.portMaximum, network: portMaximum.number) }
        if !flags.isEmpty { writer.attribute(RedirectAttribute.flags, network: flags.rawValue) }
    }

    /// In libnftnl's notation.
    public var description: String {
        var text = "redir"
        if let port { text += " proto_min \(port)" }
        if let portMaximum { text += " proto_max \(portMaximum)" }
        if !flags.isEmpty { text += " flags 0x\(String(flags.rawValue, radix: 16))" }
        return text
    }
}
