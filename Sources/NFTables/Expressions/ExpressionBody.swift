import Netlink

/// One instruction of the rule's virtual machine: a name for the kernel, its attributes, and libnftnl's notation.
protocol ExpressionBody: Hashable, Sendable, CustomStringConvertible {
    /// The kernel's name, `NFTA_EXPR_NAME`.
    static var name: String { get }
    /// Whether the kernel takes attributes (`NFTA_EXPR_DATA`) at all.
    static var hasAttributes: Bool { get }
    /// Appends what `NFTA_EXPR_DATA` holds, in the order in which libnftnl does.
    func encode(into writer: inout AttributeWriter)
}

extension ExpressionBody {
    static var hasAttributes: Bool { true }
}
