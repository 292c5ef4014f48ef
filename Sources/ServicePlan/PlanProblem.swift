public import ClusterModel

/// A part of an object that the plan leaves out, and why.
///
/// The rest of the object, and everything else, goes on.
public struct PlanProblem: Hashable, Sendable, CustomStringConvertible {
    /// The kind of object.
    public enum ObjectKind: String, Hashable, Sendable {
        /// A Service.
        case service = "Service"
        /// An EndpointSlice.
        case endpointSlice = "EndpointSlice"
    }

    /// The kind of object.
    public let kind: ObjectKind
    /// The object.
    public let object: ObjectKey
    /// The path of the field, as `spec.ports[1].port`.
    public let field: String
    /// What is wrong with it.
    public let reason: String

    /// Makes a problem.
    public init(kind: ObjectKind, object: ObjectKey, field: String, reason: String) {
        self.kind = kind
        self.object = object
        self.field = field
        self.reason = reason
    }

    /// "Service default/web: spec.ports[1].port: must be 1 to 65535, is 0; skipped".
    public var description: String {
        "\(kind.rawValue) \(object.namespace)/\(object.name): \(field): \(reason); skipped"
    }
}
