/// A chain of rules; with a `base` it is called by the kernel, without one by jump and goto (`NFT_MSG_NEWCHAIN`).
public struct Chain: Hashable, Sendable, CustomStringConvertible {
    /// The table that holds the chain.
    public var table: TableID
    /// The name, unique in the table.
    ///
    /// Not one of nft's keywords: the listing could not be loaded again.
    public var name: String
    /// Where the kernel calls the chain; nil for a chain that only other chains call.
    public var base: BaseChain?
    /// Text for people, shown by `nft list`.
    public var comment: String?

    /// Describes a chain.
    public init(_ table: TableID, _ name: String, base: BaseChain? = nil, comment: String? = nil) {
        self.table = table
        self.name = name
        self.base = base
        self.comment = comment
    }

    /// As nft writes it: "ip weft services".
    public var description: String { "\(table) \(name)" }
}

/// Where and when the kernel calls a chain.
public struct BaseChain: Hashable, Sendable {
    /// What the chain may do.
    public enum Kind: String, Hashable, Sendable {
        /// Any decision.
        case filter
        /// Address translation; sees the first packet of a connection only.
        case nat
        /// Re-routes a packet whose mark or header it changed (output hook only).
        case route
    }

    /// What happens to a packet that no rule decides.
    public enum Policy: UInt32, Hashable, Sendable, CustomStringConvertible {
        /// Discarded, `NF_DROP`.
        case drop = 0
        /// Passed on, `NF_ACCEPT`.
        case accept = 1

        /// nft's word.
        public var description: String { self == .drop ? "drop" : "accept" }
    }

    /// What the chain may do.
    public var kind: Kind
    /// The place in the packet's way.
    public var hook: Hook
    /// Order among the chains of one hook: the lower, the earlier.
    public var priority: Int32
    /// What happens to a packet that no rule decides.
    public var policy: Policy

    /// Describes a hook's chain.
    public init(_ kind: Kind, _ hook: Hook, priority: Int32, policy: Policy = .accept) {
        self.kind = kind
        self.hook = hook
        self.priority = priority
        self.policy = policy
    }
}

/// The places at which the kernel calls base chains: `NF_INET_*` in linux/netfilter.h.
public enum Hook: UInt32, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// Before the routing decision, `NF_INET_PRE_ROUTING`.
    case prerouting = 0
    /// For packets to this host, `NF_INET_LOCAL_IN`.
    case input = 1
    /// For routed packets, `NF_INET_FORWARD`.
    case forward = 2
    /// For packets made by this host, `NF_INET_LOCAL_OUT`.
    case output = 3
    /// Before a packet leaves, `NF_INET_POST_ROUTING`.
    case postrouting = 4

    /// nft's word.
    public var description: String {
        switch self {
        case .prerouting: "prerouting"
        case .input: "input"
        case .forward: "forward"
        case .output: "output"
        case .postrouting: "postrouting"
        }
    }
}

extension Int32 {
    /// The priority at which destination addresses are translated: `NF_IP_PRI_NAT_DST`, nft's "dstnat".
    public static var destinationNAT: Int32 { -100 }
    /// The priority of ordinary filters: `NF_IP_PRI_FILTER`, nft's "filter".
    public static var filter: Int32 { 0 }
    /// The priority at which source addresses are translated: `NF_IP_PRI_NAT_SRC`, nft's "srcnat".
    public static var sourceNAT: Int32 { 100 }
}
