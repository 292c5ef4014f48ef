public import ClusterModel
public import NetworkTypes

/// What policies say about a connection, and which of them.
public struct PolicyExplanation: Hashable, Sendable {
    /// A rule of a policy.
    public struct RuleReference: Hashable, Sendable, CustomStringConvertible {
        /// The policy.
        public let policy: ObjectKey
        /// The direction.
        public let direction: NetworkPolicy.Direction
        /// Its place among the policy's rules of that direction, from 0 on.
        public let index: Int

        /// "default/web ingress[0]".
        public var description: String { "\(policy) \(direction.rawValue.lowercased())[\(index)]" }
    }

    /// What one end's policies say.
    public enum Answer: Hashable, Sendable {
        /// No policy isolates it in this direction, or it is no pod whose policies are known here.
        case notIsolated
        /// It is a pod and itself the other end.
        case itself
        /// These rules allow it.
        case allowed([RuleReference])
        /// These policies isolate the pod, and no rule of theirs allows it.
        case denied([ObjectKey])

        /// Whether the connection is not stopped at this end.
        public var isAllowed: Bool {
            if case .denied = self { false } else { true }
        }
    }

    /// The policies for what the source sends.
    public let egress: Answer
    /// The policies for what the destination receives.
    public let ingress: Answer

    /// Whether the connection may be made.
    public var isAllowed: Bool { egress.isAllowed && ingress.isAllowed }
}

extension PolicyPlanner {
    /// Says which rules allow a connection, or which policies deny it; as of the last ``takeChanges()``.
    ///
    /// - Parameters:
    ///   - source: the address that it comes from.
    ///   - destination: the address that it goes to, after all translation.
    ///   - transport: the protocol.
    ///   - port: the destination's port, after all translation.
    /// - Returns: what the policies of each end say.
    public func explain(
        _ source: IPAddress,
        _ destination: IPAddress,
        _ transport: TransportProtocol,
        _ port: Port
    ) -> PolicyExplanation {
        if source == destination { return PolicyExplanation(egress: .itself, ingress: .itself) }
        return PolicyExplanation(
            egress: answer(.egress, source, destination, transport, port),
            ingress: answer(.ingress, destination, source, transport, port)
        )
    }

    /// The addresses of a pod, and whether it is known here.
    public func addresses(of pod: ObjectKey) -> [IPAddress]? { pods[pod].map { _ in owners.claimed(by: pod) } }

    private func answer(
        _ direction: NetworkPolicy.Direction,
        _ subject: IPAddress,
        _ other: IPAddress,
        _ transport: TransportProtocol,
        _ port: Port
    ) -> PolicyExplanation.Answer {
        guard let number = model.subjects[subject]?.chain(direction), let key = chains.keys[number] else {
            return .notIsolated
        }
        var allowing: [PolicyExplanation.RuleReference] = []
        for policy in key.policies {
            guard let definition = policies[policy.namespace]?[policy] else { continue }
            for (index, rule) in definition.rules(direction).enumerated() {
                // A policy of one rule, compiled alone, says whether that rule allows it.
                let single = ChainCompiler(key: key, peers: peers).compile([definition.only(rule, direction)])
                if single.allows(other, as: model.peers[other]?.number, transport, port) {
                    allowing.append(.init(policy: policy, direction: direction, index: index))
                }
            }
        }
        return allowing.isEmpty ? .denied(key.policies) : .allowed(allowing)
    }
}

extension PolicyDefinition {
    fileprivate func only(_ rule: RuleDefinition, _ direction: NetworkPolicy.Direction) -> PolicyDefinition {
        PolicyDefinition(
            key: key,
            generation: generation,
            selector: selector,
            isolates: isolates,
            ingress: direction == .ingress ? [rule] : [],
            egress: direction == .egress ? [rule] : []
        )
    }
}
