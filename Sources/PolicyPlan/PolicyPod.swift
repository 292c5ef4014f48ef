import ClusterModel
import NetworkTypes

/// What policies need to know of a pod that has a network of its own and is not finished.
struct PolicyPod: Hashable, Sendable {
    let key: ObjectKey
    let uid: String
    /// What the kubelet calls a pod of its own file, of which the API has a mirror; empty for other pods.
    let staticUID: String
    let labels: [String: String]
    /// As its status has them.
    let reported: [IPAddress]
    /// The names of its containers' ports.
    let named: [NamedPort: [Port]]
    /// Whether it is this node's to isolate it.
    let isLocal: Bool
    let isTerminating: Bool
    let created: Timestamp?

    /// Reads a pod; nil for one that has no say about an address: finished, or on its node's network.
    init?(_ pod: Pod, nodeName: String?) {
        guard !pod.isFinished, !pod.spec.usesHostNetwork else { return nil }
        key = pod.key
        uid = pod.uid
        staticUID = pod.metadata.annotations["kubernetes.io/config.mirror"] ?? ""
        labels = pod.labels.dictionary
        reported = pod.addresses
        named = Self.namedPorts(pod.spec)
        isLocal = nodeName == nil || pod.spec.nodeName == nodeName
        isTerminating = pod.metadata.isBeingDeleted
        created = pod.metadata.creationTimestamp
    }

    /// Whether a runtime that names a pod by this identifier means it.
    func isMeant(by other: String) -> Bool {
        other.isEmpty || uid.isEmpty || other == uid || other == staticUID
    }

    /// The ports of all containers, and of those that begin first and go on running.
    private static func namedPorts(_ spec: PodSpec) -> [NamedPort: [Port]] {
        var named: [NamedPort: Set<Port>] = [:]
        let sidecars = spec.initContainers.filter { $0.restartPolicy == "Always" }
        for port in (spec.containers + sidecars).flatMap(\.ports) where !port.name.isEmpty {
            guard let transport = port.transport, let number = Port(port.containerPort) else { continue }
            named[NamedPort(transport, port.name), default: []].insert(number)
        }
        return named.mapValues { $0.sorted() }
    }

    /// The numbers of those of some names that it has, ordered by name.
    func resolve(_ names: some Collection<NamedPort>) -> [ResolvedPort] {
        if named.isEmpty { return [] }
        return names.compactMap { name in named[name].map { ResolvedPort(name: name, numbers: $0) } }
            .sorted { $0.name < $1.name }
    }

    /// Whether it owns an address rather than another pod that has the same one: one that stays before one that
    /// goes, then the younger one.
    func isPreferred(to other: PolicyPod) -> Bool {
        if isTerminating != other.isTerminating { return other.isTerminating }
        switch (created, other.created) {
        case (let mine?, let its?) where mine != its: return mine > its
        case (_?, nil): return true
        case (nil, _?): return false
        default: return key < other.key
        }
    }
}

extension LabelSelector {
    /// Whether labels meet all requirements.
    func matches(_ labels: [String: String]) -> Bool {
        expressions.allSatisfy { expression in
            let value = labels[expression.key]
            return switch expression.operator {
            case .in: value.map(expression.values.contains) ?? false
            case .notIn: value.map { !expression.values.contains($0) } ?? true
            case .exists: value != nil
            case .doesNotExist: value == nil
            }
        }
    }
}
