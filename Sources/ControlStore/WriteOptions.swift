/// What a create, an update or a patch has to observe.
public struct WriteOptions: Hashable, Sendable {
    /// Goes through every check and allocation, and keeps nothing.
    public var isDryRun = false

    /// Makes the usual options.
    public init() {}
}

/// What a delete has to observe.
public struct DeleteOptions: Hashable, Sendable {
    /// Goes through every check, and keeps nothing.
    public var isDryRun = false
    /// How many seconds a pod has to end; nil for its own choice, 0 to have it gone at once.
    public var gracePeriodSeconds: Int?
    /// The uid that the object must have.
    public var uid: String?
    /// The revision that the object must be at.
    public var revision: Revision?

    /// Makes the usual options.
    public init() {}
}

/// The part of an object that a write is for; the others stay as they are.
public enum ObjectPart: Hashable, Sendable {
    /// Everything but the status.
    case main
    /// The status.
    case status
    /// A namespace's list of those who have work to do before it goes.
    case finalize
}

/// What a create, an update or a patch did.
public struct WriteResult: Sendable {
    /// The object as it is now.
    public let object: StoredObject
    /// Whether it is new.
    public let isCreated: Bool
}

/// What a delete did.
public struct DeleteResult: Sendable {
    /// The object as it is now; when it is gone, as it was, at the revision of the deletion.
    public let object: StoredObject
    /// Whether it is gone; otherwise its end is only noted.
    public let isGone: Bool
}
