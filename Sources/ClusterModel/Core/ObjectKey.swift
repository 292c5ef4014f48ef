/// Which object of a kind: its namespace, empty for cluster-wide kinds, and its name.
public struct ObjectKey: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The namespace; empty for cluster-wide kinds.
    public var namespace: String
    /// The name.
    public var name: String

    /// Makes a key.
    public init(namespace: String = "", name: String) {
        self.namespace = namespace
        self.name = name
    }

    /// Reads `namespace/name` or `name`.
    /// - Returns: nil when a part is empty or there are more.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.init(namespace: parts.count == 2 ? String(parts[0]) : "", name: String(parts[parts.count - 1]))
    }

    /// `namespace/name`, or the name alone for cluster-wide kinds.
    public var description: String { namespace.isEmpty ? name : "\(namespace)/\(name)" }

    /// Sorts by namespace, then by name, byte by byte as lists are.
    public static func < (left: ObjectKey, right: ObjectKey) -> Bool {
        left.namespace == right.namespace ? left.name < right.name : left.namespace < right.namespace
    }
}
