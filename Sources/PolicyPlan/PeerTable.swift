import ClusterModel
import NetworkTypes

/// What a rule can see of a pod: pods with the same signature are one peer.
struct PeerSignature: Hashable, Sendable {
    /// The selectors that select it, ordered.
    var selectors: [Int]
    /// The named ports of it that rules for outgoing traffic ask for, ordered.
    var ports: [ResolvedPort]

    var isEmpty: Bool { selectors.isEmpty }
}

/// A peer: the pods of one signature.
struct PeerRecord: Sendable {
    let signature: PeerSignature
    var pods: Set<ObjectKey> = []
}

/// The selectors in use, and the peers that they make of pods.
struct PeerTable: Sendable {
    private struct SelectorRecord: Sendable {
        let selector: PeerSelector
        var uses = 0
        var peers: Set<UInt32> = []
    }

    private(set) var peers: [UInt32: PeerRecord] = [:]
    private var numbers: [PeerSignature: UInt32] = [:]
    private(set) var peerOfPod: [ObjectKey: UInt32] = [:]
    private var pool = NumberPool()

    private var selectors: [Int: SelectorRecord] = [:]
    private var numberOfSelector: [PeerSelector: Int] = [:]
    private var nextSelector = 0
    private var buckets: [String: SelectorBucket] = [:]
    private var names: [NamedPort: Int] = [:]

    /// The selectors that came into use and are not asked of every pod yet.
    private(set) var newSelectors: Set<Int> = []
    /// The names of ports that came into use or went out of it.
    private(set) var changedNames: Set<NamedPort> = []
    /// The peers that had a selector that is not in use any more.
    private(set) var outdatedPeers: Set<UInt32> = []
    /// The selectors whose peers are others than before.
    private(set) var touchedSelectors: Set<Int> = []
}

extension PeerTable {
    // MARK: What is asked

    /// Takes selectors and names into use; returns the selectors' numbers.
    mutating func retain(_ wanted: some Sequence<PeerSelector>, _ wantedNames: some Sequence<NamedPort>) -> Set<Int> {
        let used = Set(wanted.map { numberOfSelector[$0] ?? insert($0) })
        for number in used { selectors[number]?.uses += 1 }
        for name in wantedNames {
            if names[name] == nil { changedNames.insert(name) }
            names[name, default: 0] += 1
        }
        return used
    }

    /// Ends the use of selectors and names.
    mutating func release(_ unwanted: some Sequence<PeerSelector>, _ unwantedNames: some Sequence<NamedPort>) {
        for selector in unwanted {
            guard let number = numberOfSelector[selector] else { continue }
            selectors[number]?.uses -= 1
        }
        for name in unwantedNames {
            names[name, default: 0] -= 1
            if names[name] == 0 {
                names[name] = nil
                changedNames.insert(name)
            }
        }
    }

    private mutating func insert(_ selector: PeerSelector) -> Int {
        let number = nextSelector
        nextSelector += 1
        selectors[number] = SelectorRecord(selector: selector)
        numberOfSelector[selector] = number
        newSelectors.insert(number)
        return number
    }

    /// Forgets selectors that nobody uses.
    ///
    /// To be called when all changes of use are told, as many end and begin anew.
    mutating func dropUnused() {
        for (number, record) in selectors where record.uses == 0 {
            selectors[number] = nil
            numberOfSelector[record.selector] = nil
            newSelectors.remove(number)
            outdatedPeers.formUnion(record.peers)
            for name in buckets.keys { buckets[name]?.remove(number, record.selector) }
        }
    }

    /// Adds the new selectors to the namespaces' buckets.
    mutating func openBuckets(_ labels: (String) -> [String: String]?) {
        for name in buckets.keys {
            let labels = labels(name)
            for number in newSelectors {
                guard let selector = selectors[number]?.selector, selector.reaches(name, labels: labels) else {
                    continue
                }
                buckets[name]?.insert(number, selector)
            }
        }
    }

    /// Forgets which selectors reach a namespace: its labels changed.
    mutating func closeBucket(_ namespace: String) { buckets[namespace] = nil }

    /// Whether a new selector may select pods of a namespace.
    func hasNewSelector(for namespace: String, labels: [String: String]?) -> Bool {
        newSelectors.contains { selectors[$0]?.selector.reaches(namespace, labels: labels) ?? false }
    }

    /// Whether a new selector selects a pod of a namespace that one reaches.
    func isNew(to pod: PolicyPod, labels: [String: String]?) -> Bool {
        newSelectors.contains { number in
            guard let selector = selectors[number]?.selector else { return false }
            return selector.reaches(pod.key.namespace, labels: labels) && selector.pods.matches(pod.labels)
        }
    }

    /// The peers that a selector selects.
    func peers(of selector: PeerSelector) -> Set<UInt32> {
        numberOfSelector[selector].flatMap { selectors[$0]?.peers } ?? []
    }

}

extension PeerTable {
    // MARK: Pods

    /// Finds a pod's peer; nil for a pod that is none's.
    ///
    /// - Returns: whether it is another one than before.
    mutating func place(_ key: ObjectKey, _ pod: PolicyPod?, labels: [String: String]?, preferring: [UInt32]) -> Bool {
        let signature = pod.map { self.signature(of: $0, labels: labels) }
        let before = peerOfPod[key]
        if let before, let record = peers[before], record.signature == signature { return false }
        if let before { leave(before, key) }
        guard let signature, !signature.isEmpty else { return before != nil }
        let number = numbers[signature] ?? make(signature, preferring)
        peers[number]?.pods.insert(key)
        peerOfPod[key] = number
        return true
    }

    private mutating func signature(of pod: PolicyPod, labels: [String: String]?) -> PeerSignature {
        let namespace = pod.key.namespace
        let bucket = buckets[namespace] ?? makeBucket(namespace, labels)
        let selected = bucket.candidates(pod.labels).filter {
            selectors[$0]?.selector.pods.matches(pod.labels) ?? false
        }
        guard !selected.isEmpty else { return PeerSignature(selectors: [], ports: []) }
        return PeerSignature(selectors: selected.sorted(), ports: pod.resolve(names.keys))
    }

    private mutating func makeBucket(_ namespace: String, _ labels: [String: String]?) -> SelectorBucket {
        var bucket = SelectorBucket()
        for (number, record) in selectors where record.selector.reaches(namespace, labels: labels) {
            bucket.insert(number, record.selector)
        }
        buckets[namespace] = bucket
        return bucket
    }

    private mutating func make(_ signature: PeerSignature, _ preferring: [UInt32]) -> UInt32 {
        let number = pool.take(preferring: preferring)
        peers[number] = PeerRecord(signature: signature)
        numbers[signature] = number
        for selector in signature.selectors {
            selectors[selector]?.peers.insert(number)
            touchedSelectors.insert(selector)
        }
        return number
    }

    private mutating func leave(_ number: UInt32, _ key: ObjectKey) {
        peerOfPod[key] = nil
        peers[number]?.pods.remove(key)
        guard let record = peers[number], record.pods.isEmpty else { return }
        peers[number] = nil
        numbers[record.signature] = nil
        pool.release(number)
        for selector in record.signature.selectors {
            selectors[selector]?.peers.remove(number)
            touchedSelectors.insert(selector)
        }
    }

    /// Ends a round: what was new is known now.
    mutating func endRound() {
        (newSelectors, changedNames, outdatedPeers, touchedSelectors) = ([], [], [], [])
    }

    /// Holds an earlier run's numbers back for the pods that had them.
    mutating func hold(_ numbers: some Sequence<UInt32>) { pool.hold(numbers) }

    /// Gives up holding numbers back.
    mutating func endHolding() { pool.endHolding() }
}
