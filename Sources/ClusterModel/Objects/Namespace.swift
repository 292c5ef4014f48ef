public import JSONTree

/// A namespace.
public struct Namespace: APIObject {
    /// The label with the namespace's own name, which the server sets.
    public static let nameLabel = "kubernetes.io/metadata.name"
    /// The finalizer below `spec` that stays until the contents are gone.
    public static let contentFinalizer = "kubernetes"

    /// The kind.
    public static var resource: ResourceKind { .namespace }
    /// The tree.
    public var json: JSONValue

    /// Takes a tree as it is.
    public init(unchecked json: JSONValue) { self.json = json }

    /// Whether it is going away, so that nothing new may come.
    public var isTerminating: Bool {
        json[path: "status", "phase"]?.stringValue == "Terminating" || metadata.isBeingDeleted
    }
    /// Who has work to do with its contents before it goes.
    public var contentFinalizers: [String] {
        get { (json[path: "spec", "finalizers"]?.arrayValue ?? []).compactMap(\.stringValue) }
        set { json[path: "spec", "finalizers"] = newValue.isEmpty ? nil : JSONValue(newValue) }
    }
}
