/// What a rule decides: `NF_*` and `NFT_*` verdict codes of linux/netfilter/nf_tables.h.
public enum Verdict: Hashable, Sendable, CustomStringConvertible {
    /// The packet goes on past this hook's chain.
    case accept
    /// The packet is discarded.
    case drop
    /// The next rule is evaluated (`NFT_CONTINUE`).
    case `continue`
    /// Back to the calling chain, or to the base chain's policy (`NFT_RETURN`).
    case `return`
    /// On in another chain, and then back (`NFT_JUMP`).
    case jump(String)
    /// On in another chain; its end returns to the caller of this one (`NFT_GOTO`).
    case goto(String)

    /// The kernel's number, as `NFTA_VERDICT_CODE` carries it.
    public var code: Int32 {
        switch self {
        case .drop: 0
        case .accept: 1
        case .continue: -1
        case .jump: -3
        case .goto: -4
        case .return: -5
        }
    }

    /// The chain that evaluation goes to, for jump and goto.
    public var chain: String? {
        switch self {
        case .jump(let chain), .goto(let chain): chain
        case .accept, .drop, .continue, .return: nil
        }
    }

    /// As nft writes it: "goto masq-n2".
    public var description: String {
        switch self {
        case .accept: "accept"
        case .drop: "drop"
        case .continue: "continue"
        case .return: "return"
        case .jump(let chain): "jump \(chain)"
        case .goto(let chain): "goto \(chain)"
        }
    }
}
