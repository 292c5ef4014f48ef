/// Which link is meant: by its index, which is exact, or by a name of it, which saves looking the index up.
public enum LinkReference: Hashable, Sendable, CustomStringConvertible {
    /// The link's index in its namespace.
    case index(UInt32)
    /// The link's name, or one of its alternative names.
    case name(String)

    /// "eth0", or "link 7".
    public var description: String {
        switch self {
        case .index(let index): "link \(index)"
        case .name(let name): name
        }
    }
}
