public import ClusterModel
public import NetworkTypes

/// Keeps what policies need of all pods, Namespaces and NetworkPolicies, and compiles it to a ``PolicyModel``.
///
/// A change costs work for what it concerns: a pod's labels one look at the selectors in use, a policy the chains that
/// have it. Only policies that select a pod of this node have their selectors asked at all.
public struct PolicyPlanner: Sendable {
    /// The node whose pods are isolated; nil: all nodes' pods are.
    public let nodeName: String?
    /// What is wrong with policies at present.
    public var problems: [PolicyProblem] {
        problemsOf.values.flatMap(\.self).sorted { $0.description < $1.description }
    }
    /// What was compiled by the last ``takeChanges()``.
    public internal(set) var model = PolicyModel()

    // Objects.
    var pods: [ObjectKey: PolicyPod] = [:]
    var podsOfNamespace: [String: Set<ObjectKey>] = [:]
    var localPods: [String: Set<ObjectKey>] = [:]
    var namespaces: [String: [String: String]] = [:]
    var policies: [String: [ObjectKey: PolicyDefinition]] = [:]
    var owners = AddressOwners()
    var learned: [ObjectKey: [IPAddress]] = [:]
    private var problemsOf: [ObjectKey: [PolicyProblem]] = [:]

    // What was compiled of them.
    var peers = PeerTable()
    var chains = ChainTable()
    var subjects: [ObjectKey: PolicySubject] = [:]
    /// The policies that select each pod of this node; missing for one that changed.
    var selectedBy: [ObjectKey: Set<ObjectKey>] = [:]
    var uses: [PolicyUse: LivePolicy] = [:]
    var hints = PolicyHints()

    // What changed since.
    var changedPolicies: Set<ObjectKey> = []
    var dirtySubjects: Set<ObjectKey> = []
    var dirtyPeers: Set<ObjectKey> = []
    var dirtyAddresses: Set<IPAddress> = []

    /// A policy that isolates pods of this node in a direction.
    struct PolicyUse: Hashable, Sendable {
        let policy: ObjectKey
        let direction: NetworkPolicy.Direction
    }

    /// How many chains have the policy, and as what its selectors were taken into use.
    struct LivePolicy: Sendable {
        var chains = 0
        var definition: PolicyDefinition
        var selectors: Set<Int>
    }

    /// Starts without any object.
    ///
    /// - Parameters:
    ///   - nodeName: the node whose pods are isolated; nil isolates the pods of all nodes.
    ///   - hints: numbers of an earlier run, which are given again to those who had them.
    public init(nodeName: String?, hints: PolicyHints = PolicyHints()) {
        self.nodeName = nodeName
        self.hints = hints
        peers.hold(hints.peers.values)
        chains.hold(Set(hints.ingress.values).union(hints.egress.values))
    }

    /// Whether something changed since the last ``takeChanges()``.
    public var hasChanges: Bool {
        !changedPolicies.isEmpty || !dirtySubjects.isEmpty || !dirtyPeers.isEmpty || !dirtyAddresses.isEmpty
    }

    /// The number of policies.
    public var policyCount: Int { policies.values.reduce(0) { $0 + $1.count } }

    /// Takes a new or changed policy.
    ///
    /// Returns what is wrong with it.
    @discardableResult
    public mutating func upsert(_ policy: NetworkPolicy) -> [PolicyProblem] {
        let reading = PolicyReading(policy)
        let key = policy.key
        problemsOf[key] = reading.problems.isEmpty ? nil : reading.problems
        guard policies[key.namespace]?[key] != reading.definition else { return reading.problems }
        policies[key.namespace, default: [:]][key] = reading.definition
        changedPolicies.insert(key)
        return reading.problems
    }

    /// Forgets a policy.
    public mutating func removePolicy(_ key: ObjectKey) {
        problemsOf[key] = nil
        guard policies[key.namespace]?.removeValue(forKey: key) != nil else { return }
        if policies[key.namespace]?.isEmpty == true { policies[key.namespace] = nil }
        changedPolicies.insert(key)
    }

    /// Takes a new or changed Namespace.
    public mutating func upsert(_ namespace: Namespace) {
        replaceNamespace(namespace.name, namespace.labels.dictionary)
    }

    /// Forgets a Namespace.
    public mutating func removeNamespace(_ name: String) { replaceNamespace(name, nil) }

    private mutating func replaceNamespace(_ name: String, _ labels: [String: String]?) {
        guard namespaces[name] != labels else { return }
        namespaces[name] = labels
        peers.closeBucket(name)
        dirtyPeers.formUnion(podsOfNamespace[name] ?? [])
    }

    /// Takes a new or changed pod.
    public mutating func upsert(_ pod: Pod) { replacePod(pod.key, PolicyPod(pod, nodeName: nodeName)) }

    /// Forgets a pod.
    public mutating func removePod(_ key: ObjectKey) { replacePod(key, nil) }

    private mutating func replacePod(_ key: ObjectKey, _ pod: PolicyPod?) {
        let before = pods[key]
        guard before != pod else { return }
        pods[key] = pod
        selectedBy[key] = nil
        // Another pod of the name has nothing of what was learned of the first.
        if before?.uid != pod?.uid { learned[key] = nil }
        file(key, in: &podsOfNamespace, pod != nil)
        file(key, in: &localPods, pod?.isLocal ?? false)
        dirtyAddresses.formUnion(owners.claimed(by: key))
        dirtyAddresses.formUnion(owners.set(key, addresses(of: pod)))
        if before?.isLocal ?? false || pod?.isLocal ?? false { dirtySubjects.insert(key) }
        dirtyPeers.insert(key)
    }

    private func file(_ key: ObjectKey, in index: inout [String: Set<ObjectKey>], _ belongs: Bool) {
        if belongs {
            index[key.namespace, default: []].insert(key)
        } else {
            index[key.namespace]?.remove(key)
            if index[key.namespace]?.isEmpty == true { index[key.namespace] = nil }
        }
    }
}

extension PolicyPlanner {
    // MARK: Addresses before the status has them

    /// Takes from who gave it the address that a pod of this node just got; the pod's status will have it later.
    ///
    /// - Parameters:
    ///   - address: the address.
    ///   - key: the pod.
    ///   - uid: what tells it from another pod of its name; empty if that is not known.
    /// - Returns: whether the pod is known; otherwise nothing was taken.
    public mutating func learn(_ address: IPAddress, of key: ObjectKey, uid: String = "") -> Bool {
        guard let pod = pods[key], pod.isLocal, pod.isMeant(by: uid) else { return false }
        guard !owners.claimed(by: key).contains(address) else { return true }
        learned[key, default: []].removeAll { $0.family == address.family }
        learned[key, default: []].append(address)
        dirtyAddresses.formUnion(owners.claimed(by: key))
        dirtyAddresses.formUnion(owners.set(key, addresses(of: pod)))
        dirtySubjects.insert(key)
        dirtyPeers.insert(key)
        return true
    }

    /// Whether a pod of this node has no address yet.
    public var awaitsAddresses: Bool {
        localPods.values.contains { $0.contains { owners.claimed(by: $0).isEmpty } }
    }

    /// What was learned counts until the status says the same.
    private mutating func addresses(of pod: PolicyPod?) -> [IPAddress] {
        guard let pod else { return [] }
        let early = (learned[pod.key] ?? []).filter { !pod.reported.contains($0) }
        learned[pod.key] = early.isEmpty ? nil : early
        let families = Set(early.map(\.family))
        return early + pod.reported.filter { !families.contains($0.family) }
    }
}

extension PolicyPlanner {
    /// Whether a known pod has an address.
    public func hasOwner(_ address: IPAddress) -> Bool { owners.owner(of: address, among: pods) != nil }
}
