public import JSONTree

/// What every object has: names, labels, and what the server writes.
public struct ObjectMeta: JSONView {
    /// The tree below `metadata`.
    public var json: JSONValue

    /// Takes a tree as it is.
    public init(json: JSONValue) { self.json = json }

    /// The name.
    public var name: String {
        get { self[string: "name"] ?? "" }
        set { self[string: "name"] = newValue }
    }
    /// A prefix of which the server makes a name when there is none.
    public var generateName: String? {
        get { self[string: "generateName"] }
        set { self[string: "generateName"] = newValue }
    }
    /// The namespace; empty for cluster-wide kinds.
    public var namespace: String {
        get { self[string: "namespace"] ?? "" }
        set { self[string: "namespace"] = newValue.isEmpty ? nil : newValue }
    }
    /// Which object it is, among those of its kind.
    public var key: ObjectKey { ObjectKey(namespace: namespace, name: name) }
    /// What tells it from an earlier object of the same name.
    public var uid: String {
        get { self[string: "uid"] ?? "" }
        set { self[string: "uid"] = newValue.isEmpty ? nil : newValue }
    }
    /// The revision at which it was written last: opaque to clients, empty before the first write.
    public var resourceVersion: String {
        get { self[string: "resourceVersion"] ?? "" }
        set { self[string: "resourceVersion"] = newValue.isEmpty ? nil : newValue }
    }
    /// How often its wanted state was changed; nil for kinds that do not count.
    public var generation: Int? {
        get { self[int: "generation"] }
        set { self[int: "generation"] = newValue }
    }
    /// When it was created.
    public var creationTimestamp: Timestamp? {
        get { self[time: "creationTimestamp"] }
        set { self[time: "creationTimestamp"] = newValue }
    }
    /// When its deletion was asked for, or for pods when its grace period ends; nil for an object that stays.
    public var deletionTimestamp: Timestamp? {
        get { self[time: "deletionTimestamp"] }
        set { self[time: "deletionTimestamp"] = newValue }
    }
    /// Whether its deletion was asked for.
    public var isBeingDeleted: Bool { json["deletionTimestamp"]?.stringValue != nil }
    /// How many seconds it has to end in order.
    public var deletionGracePeriodSeconds: Int? {
        get { self[int: "deletionGracePeriodSeconds"] }
        set { self[int: "deletionGracePeriodSeconds"] = newValue }
    }
    /// What it is selected by.
    public var labels: Labels {
        get { self[labels: "labels"] }
        set { self[labels: "labels"] = newValue }
    }
    /// What programs note about it.
    public var annotations: Labels {
        get { self[labels: "annotations"] }
        set { self[labels: "annotations"] = newValue }
    }
    /// Who has work to do before it goes.
    public var finalizers: [String] {
        get { self[strings: "finalizers"] }
        set { self[strings: "finalizers"] = newValue }
    }
    /// The objects that it goes with.
    public var ownerReferences: [OwnerReference] {
        get { self[list: "ownerReferences"] }
        set { self[list: "ownerReferences"] = newValue }
    }
    /// The owner that manages it.
    public var controller: OwnerReference? { ownerReferences.first(where: \.isController) }
}

/// An object that another one goes with.
public struct OwnerReference: JSONView {
    /// The tree.
    public var json: JSONValue

    /// Takes a tree as it is.
    public init(json: JSONValue) { self.json = json }

    /// Refers to an object.
    /// - Parameters:
    ///   - object: the owner, which must have a uid.
    ///   - isController: whether it manages what it owns.
    ///   - blocksDeletion: whether the owner waits for what it owns to be gone, when deleted in the foreground.
    public init(to object: some APIObject, isController: Bool, blocksDeletion: Bool = true) {
        let kind = type(of: object).resource
        json = [
            "apiVersion": .string(kind.apiVersion), "kind": .string(kind.kind), "name": .string(object.name),
            "uid": .string(object.uid), "controller": .bool(isController), "blockOwnerDeletion": .bool(blocksDeletion),
        ]
    }

    /// The owner's API group and version.
    public var apiVersion: String { self[string: "apiVersion"] ?? "" }
    /// The owner's kind.
    public var kind: String { self[string: "kind"] ?? "" }
    /// The owner's name.
    public var name: String { self[string: "name"] ?? "" }
    /// The owner's uid.
    public var uid: String { self[string: "uid"] ?? "" }
    /// Whether the owner manages the object.
    public var isController: Bool { self[bool: "controller"] ?? false }
}
