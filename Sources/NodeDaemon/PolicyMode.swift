/// How NetworkPolicies are enforced.
public enum PolicyMode: String, Hashable, Sendable, CaseIterable {
    /// Sets and maps of nf_tables.
    case nftables
    /// They are not.
    case none
}
