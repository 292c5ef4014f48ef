/// Which endpoints of a Service port a connection may reach.
public enum EndpointScope: UInt8, Hashable, Sendable, CaseIterable {
    /// The usable endpoints of the whole cluster (policy Cluster).
    case cluster
    /// The usable endpoints on this node (policy Local).
    case local
}

/// Whose source address is replaced by the node's.
///
/// A pod that reaches itself is masqueraded in any case: it would otherwise answer itself directly.
public enum MasqueradeRule: UInt8, Hashable, Sendable, CaseIterable {
    /// Nobody's.
    case never
    /// Everybody's but that of pods on this node, as the local detector tells them.
    case unlessLocalPod
    /// Everybody's.
    case always
}

/// Where a client stands, as far as the treatment of its connections depends on it.
public enum ClientPosition: UInt8, Hashable, Sendable, CaseIterable {
    /// A pod that the local detector recognises. Without a detector no client is one.
    case localPod
    /// The node itself: a source address of its own.
    case node
    /// Everybody else.
    case outside
}

/// What happens to one new connection.
public enum ClientVerdict: Hashable, Sendable {
    /// It goes to one of these endpoints, picked evenly.
    case forward(EndpointScope, masquerade: Bool)
    /// It is dropped without an answer.
    case drop
    /// It is answered by an ICMP port-unreachable.
    case reject
}

/// What happens to new connections to a frontend, whoever makes them.
///
/// Established ones are never judged again.
///
/// The cases are all that the contract knows (reference/kube-proxy.md, section 3); a backend renders each of them.
public enum FrontendTreatment: Hashable, Sendable {
    /// Everybody reaches the same endpoints, of which there is at least one.
    case balance(EndpointScope, MasqueradeRule)
    /// External traffic policy Local: local pods reach the cluster's endpoints with their own source, the node reaches
    /// them masqueraded, and others reach the local endpoints with their own source, or are dropped when there is none.
    case externalLocal
    /// There are endpoints, but none that the policy allows.
    case drop
    /// There is no endpoint anywhere.
    case reject

    /// What becomes of a client's connection.
    /// - Parameters:
    ///   - client: where the client stands.
    ///   - hasLocalEndpoints: whether the port has a usable endpoint on this node.
    /// - Returns: the verdict.
    public func verdict(for client: ClientPosition, hasLocalEndpoints: Bool) -> ClientVerdict {
        switch (self, client) {
        case (.reject, _): .reject
        case (.drop, _): .drop
        case (.balance(let scope, .never), _), (.balance(let scope, .unlessLocalPod), .localPod):
            .forward(scope, masquerade: false)
        case (.balance(let scope, .always), _), (.balance(let scope, .unlessLocalPod), _):
            .forward(scope, masquerade: true)
        case (.externalLocal, .localPod): .forward(.cluster, masquerade: false)
        case (.externalLocal, .node): .forward(.cluster, masquerade: true)
        case (.externalLocal, .outside): hasLocalEndpoints ? .forward(.local, masquerade: false) : .drop
        }
    }
}
