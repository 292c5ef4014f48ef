import ClusterModel
import NetworkTypes

extension PolicyPlanner {
    /// Compiles what changed.
    ///
    /// - Returns: what differs in ``model`` now.
    public mutating func takeChanges() -> PolicyChanges {
        guard hasChanges else { return PolicyChanges() }
        var outdatedChains = updatePolicies()
        let gone = placeSubjects()
        peers.dropUnused()
        placePods()
        outdatedChains.formUnion(chainsWithTouchedSelectors())
        var changes = PolicyChanges()
        for number in gone { changes.note(number, model.chains[number]) }
        for number in outdatedChains.union(missingChains).union(gone) {
            let before = model.chains[number]
            if rebuild(number) { changes.note(number, before) }
        }
        for number in gone where chains.keys[number] == nil { model.chains[number] = nil }
        updateAddresses(&changes)
        endRound()
        return changes
    }

    private mutating func endRound() {
        peers.endRound()
        (changedPolicies, dirtySubjects, dirtyPeers, dirtyAddresses) = ([], [], [], [])
        guard hints != PolicyHints() else { return }
        hints = PolicyHints()
        peers.endHolding()
        chains.endHolding()
    }

    // MARK: Policies

    /// Takes changed policies' selectors into use in place of the old ones; returns the chains that have them.
    private mutating func updatePolicies() -> Set<UInt32> {
        for key in changedPolicies {
            findSelected(by: key)
            for direction in NetworkPolicy.Direction.allCases {
                let use = PolicyUse(policy: key, direction: direction)
                // A policy that is gone is let go with the last chain that has it.
                guard let live = uses[use], let definition = policies[key.namespace]?[key] else { continue }
                let selectors = retain(definition, direction)
                release(live.definition, direction)
                uses[use]?.definition = definition
                uses[use]?.selectors = selectors
            }
        }
        if changedPolicies.isEmpty { return [] }
        return Set(chains.keys.filter { !changedPolicies.isDisjoint(with: $0.value.policies) }.keys)
    }

    /// Notes which pods of this node a changed policy selects, and did so far; with many policies in a namespace the
    /// others are not asked again.
    private mutating func findSelected(by key: ObjectKey) {
        let selector = policies[key.namespace]?[key]?.selector
        for pod in localPods[key.namespace] ?? [] {
            guard let before = selectedBy[pod]?.contains(key), let labels = pods[pod]?.labels else {
                dirtySubjects.insert(pod)
                continue
            }
            let isSelected = selector?.matches(labels) ?? false
            if before || isSelected { dirtySubjects.insert(pod) }
            if before == isSelected { continue }
            if isSelected {
                selectedBy[pod]?.insert(key)
            } else {
                selectedBy[pod]?.remove(key)
            }
        }
    }

    private mutating func selecting(_ pod: PolicyPod) -> [PolicyDefinition] {
        let all = policies[pod.key.namespace] ?? [:]
        if let known = selectedBy[pod.key] { return known.compactMap { all[$0] } }
        let found = all.values.filter { $0.selector.matches(pod.labels) }
        selectedBy[pod.key] = Set(found.map(\.key))
        return found
    }

    private mutating func retain(_ definition: PolicyDefinition, _ direction: NetworkPolicy.Direction) -> Set<Int> {
        peers.retain(definition.peerSelectors(direction), direction == .egress ? definition.names(.egress) : [])
    }

    private mutating func release(_ definition: PolicyDefinition, _ direction: NetworkPolicy.Direction) {
        peers.release(definition.peerSelectors(direction), direction == .egress ? definition.names(.egress) : [])
    }

    private mutating func use(_ key: ChainKey) {
        for policy in key.policies {
            let use = PolicyUse(policy: policy, direction: key.direction)
            if uses[use] == nil, let definition = policies[policy.namespace]?[policy] {
                uses[use] = LivePolicy(definition: definition, selectors: retain(definition, key.direction))
            }
            uses[use]?.chains += 1
        }
    }

    private mutating func endUse(_ key: ChainKey) {
        for policy in key.policies {
            let use = PolicyUse(policy: policy, direction: key.direction)
            uses[use]?.chains -= 1
            guard let live = uses[use], live.chains == 0 else { continue }
            release(live.definition, key.direction)
            uses[use] = nil
        }
    }

    // MARK: Isolated pods

    /// Finds the chains of this node's pods; returns those that are not in use any more.
    private mutating func placeSubjects() -> Set<UInt32> {
        var gone: Set<UInt32> = []
        for key in dirtySubjects.sorted() {
            let before = subjects[key]
            let after = subject(key)
            for number in [before?.ingress, before?.egress].compactMap(\.self) {
                guard let unused = chains.release(number) else { continue }
                endUse(unused)
                gone.insert(number)
            }
            guard before != after else { continue }
            subjects[key] = after
            dirtyAddresses.formUnion(owners.claimed(by: key))
        }
        return gone
    }

    private mutating func subject(_ key: ObjectKey) -> PolicySubject? {
        guard let pod = pods[key], pod.isLocal, !owners.claimed(by: key).isEmpty else { return nil }
        let selecting = selecting(pod)
        let ingress = chain(.ingress, pod, selecting)
        let egress = chain(.egress, pod, selecting)
        guard ingress != nil || egress != nil else { return nil }
        return PolicySubject(pod: key, ingress: ingress, egress: egress)
    }

    private mutating func chain(
        _ direction: NetworkPolicy.Direction,
        _ pod: PolicyPod,
        _ selecting: [PolicyDefinition]
    ) -> UInt32? {
        let isolating = selecting.filter { $0.isolates.contains(direction) }
        guard !isolating.isEmpty else { return nil }
        // The names are those of the destination's ports: for incoming traffic this pod's.
        let names = direction == .ingress ? Set(isolating.flatMap { $0.names(.ingress) }) : []
        let key = ChainKey(
            direction: direction,
            policies: isolating.map(\.key).sorted(),
            ports: pod.resolve(names)
        )
        let earlier = direction == .ingress ? hints.ingress : hints.egress
        let wanted = owners.claimed(by: pod.key).compactMap { earlier[$0] }
        let (number, isNew) = chains.retain(key, preferring: wanted)
        if isNew { use(key) }
        return number
    }

    // MARK: Peers

    /// Finds the peers of the pods that changed, and of those that changed selectors or names of ports concern.
    private mutating func placePods() {
        for number in peers.outdatedPeers { dirtyPeers.formUnion(peers.peers[number]?.pods ?? []) }
        let names = peers.changedNames
        if !names.isEmpty {
            dirtyPeers.formUnion(pods.filter { !names.isDisjoint(with: $0.value.named.keys) }.keys)
        }
        if !peers.newSelectors.isEmpty { findNewlySelected() }
        peers.openBuckets { namespaces[$0] }
        for key in dirtyPeers.sorted() {
            let claimed = owners.claimed(by: key)
            let pod = claimed.isEmpty ? nil : pods[key]
            let earlier = claimed.compactMap { hints.peers[$0] }
            if peers.place(key, pod, labels: namespaces[key.namespace], preferring: earlier) {
                dirtyAddresses.formUnion(claimed)
            }
        }
    }

    private mutating func findNewlySelected() {
        for (namespace, keys) in podsOfNamespace {
            let labels = namespaces[namespace]
            guard peers.hasNewSelector(for: namespace, labels: labels) else { continue }
            for key in keys where !dirtyPeers.contains(key) {
                if let pod = pods[key], peers.isNew(to: pod, labels: labels) { dirtyPeers.insert(key) }
            }
        }
    }

    // MARK: Chains

    private var missingChains: Set<UInt32> { Set(chains.keys.keys.filter { model.chains[$0] == nil }) }

    private func chainsWithTouchedSelectors() -> Set<UInt32> {
        let touched = peers.touchedSelectors
        if touched.isEmpty { return [] }
        let concerned = chains.keys.filter { _, key in
            key.policies.contains { policy in
                uses[PolicyUse(policy: policy, direction: key.direction)].map {
                    !$0.selectors.isDisjoint(with: touched)
                }
                    ?? false
            }
        }
        return Set(concerned.keys)
    }

    /// Compiles a chain anew; false if it is as before.
    private mutating func rebuild(_ number: UInt32) -> Bool {
        guard let key = chains.keys[number] else { return false }
        let definitions = key.policies.compactMap { uses[PolicyUse(policy: $0, direction: key.direction)]?.definition }
        let chain = ChainCompiler(key: key, peers: peers).compile(definitions)
        guard model.chains[number] != chain else { return false }
        model.chains[number] = chain
        return true
    }

    // MARK: Addresses

    private mutating func updateAddresses(_ changes: inout PolicyChanges) {
        for address in dirtyAddresses {
            let owner = owners.owner(of: address, among: pods)?.key
            let peer = owner.flatMap { key in peers.peerOfPod[key].map { AddressPeer(number: $0, pod: key) } }
            let subject = owner.flatMap { subjects[$0] }
            guard model.peers[address] != peer || model.subjects[address] != subject else { continue }
            changes.note(address, model)
            model.peers[address] = peer
            model.subjects[address] = subject
        }
    }
}
