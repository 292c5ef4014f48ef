public import ClusterModel

/// A policy that can't be enforced as it is written, and why.
///
/// The pods that it selects are isolated, and it allows them nothing; other policies go on.
public struct PolicyProblem: Hashable, Sendable, CustomStringConvertible {
    /// The policy.
    public let policy: ObjectKey
    /// What tells the policy from another one of its name, for Events.
    public let uid: String
    /// The path of the field, as `spec.ingress[0].from[1].ipBlock.cidr`.
    public let field: String
    /// What is wrong with it.
    public let reason: String

    /// "spec.ingress[0].ports[1].protocol: ...; it allows nothing, and the pods that it selects are isolated".
    public var text: String {
        "\(field): \(reason); it allows nothing, and the pods that it selects are isolated"
    }

    /// "NetworkPolicy default/web: spec.ingress[0].ports[1].protocol: ...; the pods that it selects are isolated".
    public var description: String {
        "NetworkPolicy \(policy): \(text)"
    }
}
