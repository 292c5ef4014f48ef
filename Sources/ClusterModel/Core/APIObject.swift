public import JSONTree

/// An object of the API: a view of its JSON tree, with a kind.
public protocol APIObject: JSONBacked {
    /// The kind.
    static var resource: ResourceKind { get }
    /// Takes a tree as it is, without looking at its kind; what is missing reads as missing.
    init(unchecked json: JSONValue)
}

extension APIObject {
    /// Takes a tree as an object of this kind.
    ///
    /// Only the kind is checked, which is what a reader of a server's answers needs; a writer checks the shape of
    /// every field with ``ObjectRules``.
    /// - Throws: ``ModelError`` when the tree is no object, or names another kind or API version.
    public init(json: JSONValue) throws(ModelError) {
        let resource = Self.resource
        guard case .object(let object) = json else {
            throw ModelError(
                .notAnObject,
                object: resource.kind,
                text: "a \(resource.kind) must be an object, is \(json.kindName)"
            )
        }
        if let kind = object["kind"]?.stringValue, kind != resource.kind, !kind.isEmpty {
            throw ModelError(
                .wrongKind,
                object: resource.kind,
                text: "wanted an object of kind \(resource.kind), found \(kind)"
            )
        }
        if let version = object["apiVersion"]?.stringValue, !version.isEmpty, version != resource.apiVersion {
            guard resource.aliases.contains(where: { $0.description == version }) else {
                throw ModelError(
                    .wrongKind,
                    object: resource.kind,
                    text: "wanted a \(resource.kind) of API version \(resource.apiVersion), found \(version)"
                )
            }
            self.init(unchecked: resource.storedForm(of: json))
            return
        }
        self.init(unchecked: json)
    }

    /// Makes an object with a name and nothing else.
    public init(namespace: String = "", name: String) {
        var metadata: JSONValue = ["name": .string(name)]
        if !namespace.isEmpty { metadata["namespace"] = .string(namespace) }
        self.init(unchecked: [
            "apiVersion": .string(Self.resource.apiVersion), "kind": .string(Self.resource.kind), "metadata": metadata,
        ])
    }

    /// Names, labels, and what the server writes.
    public var metadata: ObjectMeta {
        get { self[view: "metadata"] }
        set { json["metadata"] = newValue.json }
    }

    /// The name.
    public var name: String { json[path: "metadata", "name"]?.stringValue ?? "" }
    /// The namespace; empty for cluster-wide kinds.
    public var namespace: String { json[path: "metadata", "namespace"]?.stringValue ?? "" }
    /// Which object it is, among those of its kind.
    public var key: ObjectKey { metadata.key }
    /// What tells it from an earlier object of the same name.
    public var uid: String { json[path: "metadata", "uid"]?.stringValue ?? "" }
    /// The revision at which it was written last.
    public var resourceVersion: String { json[path: "metadata", "resourceVersion"]?.stringValue ?? "" }
    /// The labels.
    public var labels: Labels { metadata.labels }
    /// The annotations.
    public var annotations: Labels { metadata.annotations }
}
