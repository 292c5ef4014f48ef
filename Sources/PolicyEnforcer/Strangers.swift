/// Addresses that are held for pods that are not known: the cache may be late, or the pod ended before it was seen.
///
/// Nobody is let go for the time alone: after some time whoever knows all pods is asked, and again after as long.
struct Strangers: Sendable {
    /// How long a pod may be unknown before somebody is asked.
    let patience: Duration

    private var since: [HeldAddress: ContinuousClock.Instant] = [:]
    private var gone: Set<HeldAddress> = []
    private var isAsking = false

    init(patience: Duration) { self.patience = patience }

    /// Takes those who are held and unknown now.
    mutating func update(_ held: [HeldAddress], at now: ContinuousClock.Instant = .now) {
        let held = Set(held)
        gone.formIntersection(held)
        since = since.filter { held.contains($0.key) }
        // Of an address without a name nobody can be asked: the pod's status will tell, or DEL, or the next pod's ADD.
        for address in held where address.pod != nil && since[address] == nil { since[address] = now }
    }

    /// Those to ask for now; nil if nobody waits for so long, or somebody is being asked already.
    mutating func next(at now: ContinuousClock.Instant = .now) -> [HeldAddress]? {
        let waiting = since.filter { $0.value.duration(to: now) >= patience && !gone.contains($0.key) }.keys
        guard !isAsking, !waiting.isEmpty else { return nil }
        isAsking = true
        return waiting.sorted { $0.address < $1.address }
    }

    /// Takes an answer.
    mutating func answer(_ held: HeldAddress, isGone: Bool, at now: ContinuousClock.Instant = .now) {
        if isGone { gone.insert(held) }
        if since[held] != nil { since[held] = now }
    }

    /// All answers are there.
    mutating func endAsking() { isAsking = false }

    /// Whether an address is held for a pod that is gone.
    func areGone(_ held: HeldAddress) -> Bool { gone.contains(held) }
}
