public import ClusterModel
import JSONTree

/// Which objects of a kind a list or a watch wants.
public struct ObjectSelection: Hashable, Sendable {
    /// The namespace; nil for all.
    public let namespace: String?
    /// The name; nil for all.
    public let name: String?
    /// What their labels must meet.
    public let labels: LabelSelector
    /// What their fields must meet.
    public let fields: FieldSelector

    /// Makes a selection.
    /// - Parameters:
    ///   - namespace: the namespace; nil for all.
    ///   - labels: what their labels must meet.
    ///   - fields: what their fields must meet.
    public init(
        namespace: String? = nil,
        labels: LabelSelector = .everything,
        fields: FieldSelector = .everything
    ) {
        self.namespace = namespace ?? fields.requiredValue(of: "metadata.namespace")
        name = fields.requiredName
        self.labels = labels
        self.fields = fields
    }

    /// Whether nothing but the namespace chooses.
    var isWhole: Bool { labels.expressions.isEmpty && fields.isEmpty }

    /// Whether an object is meant.
    public func matches(_ object: StoredObject) -> Bool {
        if let namespace, namespace != object.key.namespace { return false }
        if let name, name != object.key.name { return false }
        return fields.requirements.allSatisfy { (object.field($0.field) == $0.value) == $0.isEqual }
            && labels.matches(object.labels)
    }
}

/// The values of an object that field selectors can ask for, taken out once when it is written.
public struct FieldValues: Sendable {
    private let values: [String: String]

    init(_ kind: ResourceKind, of json: JSONValue) {
        var values: [String: String] = [:]
        for field in kind.selectableFields where !field.hasPrefix("metadata.") {
            let value = kind.fieldValue(field, of: json)
            if !value.isEmpty { values[field] = value }
        }
        self.values = values
    }

    /// The value of a field; empty when the object does not have it.
    public subscript(field: String) -> String { values[field] ?? "" }
}

extension StoredObject {
    /// The value of a field as selectors see it; empty when the object does not have it.
    func field(_ name: String) -> String {
        switch name {
        case "metadata.name": key.name
        case "metadata.namespace": key.namespace
        default: fields[name]
        }
    }
}
