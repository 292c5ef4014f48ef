/// One instruction of a rule, as far as iptables writes them.
///
/// Registers are left out: iptables loads a field and compares it at once.
enum RuleStep: Hashable, Sendable {
    /// Loads bytes of a header: `NFT_PAYLOAD_*_HEADER`, and their place.
    case payload(base: UInt32, offset: UInt32, length: UInt32)
    /// Loads something about the packet: `NFT_META_*`.
    case meta(UInt32)
    /// Keeps some bits of what was loaded.
    case mask([UInt8])
    /// Ends the rule unless what was loaded compares so: `NFT_CMP_*`.
    case compare(operation: UInt32, [UInt8])
    /// Decides: `NF_*` or `NFT_*`, and where to.
    case verdict(Int32, chain: String?)
    /// A match of iptables with the bytes of its struct.
    case match(String, revision: UInt32, [UInt8])
    /// A target of iptables with the bytes of its struct.
    case target(String, revision: UInt32, [UInt8])
    /// Counts.
    case counter
    /// Anything else, in libnftnl's notation.
    case other(String)
}
