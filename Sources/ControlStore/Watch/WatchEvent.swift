/// One change of one object, as it is kept for watchers; the objects in it are shared by all of them.
public struct WatchEvent: Sendable {
    /// What a watcher is told.
    public enum Kind: String, Sendable {
        /// The object is new to the watcher.
        case added = "ADDED"
        /// The object changed.
        case modified = "MODIFIED"
        /// The object is gone, or no longer what the watcher asked for.
        case deleted = "DELETED"
        /// Nothing changed up to the revision of the object.
        case bookmark = "BOOKMARK"
        /// The watch ends; the object is a Status.
        case error = "ERROR"
    }

    /// What happened to the object.
    public let kind: Kind
    /// The object after the change, at the revision of the change; for a deletion its last state.
    public let object: StoredObject
    /// The object before the change.
    public let previous: StoredObject?

    /// The revision of the change.
    public var revision: Revision { object.revision }

    /// What a watcher with a selection sees of the change: an object that starts to match is added for it, and one
    /// that ceases to match is deleted, with its old content and the new revision.
    /// - Returns: nil when it sees nothing.
    public func seen(through selection: ObjectSelection) -> (kind: Kind, object: StoredObject)? {
        let before = previous.map(selection.matches) ?? false
        let after = kind != .deleted && selection.matches(object)
        switch (before, after) {
        case (false, false): return nil
        case (false, true): return (.added, object)
        case (true, true): return (.modified, object)
        case (true, false):
            guard kind != .deleted, let previous else { return (.deleted, object) }
            return (.deleted, previous.at(revision: revision))
        }
    }
}
