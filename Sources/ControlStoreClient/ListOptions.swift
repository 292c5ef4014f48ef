/// Which objects of a kind are meant.
public struct Selection: Hashable, Sendable {
    /// The namespace; `nil` means all of them, or a kind that has none.
    public var namespace: String?
    /// A label selector in the API's notation, as `app=web,!service.kubernetes.io/headless`; `nil` selects everything.
    public var labels: String?
    /// A field selector in the API's notation, as `metadata.name=node-1`; `nil` selects everything.
    public var fields: String?

    /// All objects, or those that the arguments leave.
    public init(namespace: String? = nil, labels: String? = nil, fields: String? = nil) {
        self.namespace = namespace
        self.labels = labels
        self.fields = fields
    }

    var query: [(name: String, value: String)] {
        var items: [(name: String, value: String)] = []
        if let labels, !labels.isEmpty { items.append(("labelSelector", labels)) }
        if let fields, !fields.isEmpty { items.append(("fieldSelector", fields)) }
        return items
    }
}

/// The objects of one list, all of one revision.
public struct ObjectList<Object: Sendable>: Sendable {
    /// The objects.
    public var items: [Object]
    /// The revision that they show; a watch goes on from here.
    public var resourceVersion: String
    /// Members of the list that are no such object, each with its name and what is wrong with it.
    public var rejected: [String]
}

/// One event of a watch.
public enum WatchEvent<Object: Sendable>: Sendable {
    /// The object is new, or began to match the selectors.
    case added(Object)
    /// The object changed.
    case modified(Object)
    /// The object is gone, or no longer matches the selectors; as it was last.
    case deleted(Object)
    /// Nothing changed up to this revision.
    case bookmark(resourceVersion: String)
}
