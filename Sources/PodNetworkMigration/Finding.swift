public import JSONTree

/// Something that the reference plugins, or flannel, made on this host.
public struct Finding: Hashable, Sendable {
    /// What kind of thing it is.
    public enum Kind: String, Hashable, Sendable {
        /// A chain of a table that others use too.
        case chain
        /// A rule in a chain that stays.
        case rule
        /// A whole nftables table.
        case table
        /// An address that host-local gave away.
        case reservation
        /// A file that is kept about a container.
        case file
        /// A link that slows a container's traffic down.
        case link
    }

    /// What becomes of it.
    public enum State: String, Hashable, Sendable {
        /// It is removed.
        case removed
        /// It would be, but only looking was asked for.
        case leftover
        /// It stays, since it is in use.
        case kept
        /// It could not be removed.
        case failed
    }

    /// What kind of thing it is.
    public let kind: Kind
    /// Its name: `ip nat CNI-0123456789abcdef01234567`, or a path.
    public let name: String
    /// Whose it is, as far as it says: a container's id, an address or a program.
    public let owner: String
    /// What becomes of it.
    public internal(set) var state: State
    /// Why.
    public internal(set) var reason: String

    init(_ kind: Kind, _ name: String, owner: String = "", _ state: State, _ reason: String) {
        self.kind = kind
        self.name = name
        self.owner = owner
        self.state = state
        self.reason = reason
    }

    /// The finding as JSON, for programs.
    public var json: JSONValue {
        [
            "kind": .string(kind.rawValue), "name": .string(name), "owner": .string(owner),
            "state": .string(state.rawValue), "reason": .string(reason),
        ]
    }
}
