public import JSONTree

/// A lease: who holds something, and until when.
public struct Lease: APIObject {
    /// The kind.
    public static var resource: ResourceKind { .lease }
    /// The tree.
    public var json: JSONValue

    /// Takes a tree as it is.
    public init(unchecked json: JSONValue) { self.json = json }

    /// Who holds it.
    public var holderIdentity: String? {
        get { json[path: "spec", "holderIdentity"]?.stringValue }
        set { json[path: "spec", "holderIdentity"] = newValue.map(JSONValue.string) }
    }
    /// How many seconds after its renewal it lapses.
    public var leaseDurationSeconds: Int? {
        get { json[path: "spec", "leaseDurationSeconds"]?.intValue }
        set { json[path: "spec", "leaseDurationSeconds"] = newValue.map { JSONValue($0) } }
    }
    /// When its present holder took it.
    public var acquireTime: Timestamp? {
        get { json[path: "spec", "acquireTime"]?.stringValue.flatMap { Timestamp($0) } }
        set { json[path: "spec", "acquireTime"] = newValue.map { .string($0.microsecondsDescription) } }
    }
    /// When its holder renewed it last.
    public var renewTime: Timestamp? {
        get { json[path: "spec", "renewTime"]?.stringValue.flatMap { Timestamp($0) } }
        set { json[path: "spec", "renewTime"] = newValue.map { .string($0.microsecondsDescription) } }
    }
    /// How often it changed hands.
    public var leaseTransitions: Int {
        get { json[path: "spec", "leaseTransitions"]?.intValue ?? 0 }
        set { json[path: "spec", "leaseTransitions"] = JSONValue(newValue) }
    }

    /// Whether it has lapsed at a time; one without a time or a duration has.
    public func isExpired(at time: Timestamp) -> Bool {
        guard let renewTime, let leaseDurationSeconds else { return true }
        return time > renewTime.advanced(by: .seconds(leaseDurationSeconds))
    }
}
