import NetworkTypes

/// An address, or every node address, with a port: what only one Service port can hold at a time.
struct FrontendClaim: Hashable, Sendable {
    var family: IPFamily
    /// nil: a node port.
    var address: IPAddress?
    var transport: TransportProtocol
    var port: Port

    init(_ identity: ServicePortIdentity, _ family: IPFamily, _ frontend: Frontend) {
        self.family = family
        address = frontend.address
        transport = identity.transport
        port = frontend.port
    }
}

/// Who holds which frontend.
///
/// Of several that claim the same one, the first by name holds it: that depends on the objects alone, so every node
/// and every restart decides alike.
struct FrontendClaims: Sendable {
    private var holders: [FrontendClaim: ServicePortIdentity] = [:]
    private var rivals: [FrontendClaim: Set<ServicePortIdentity>] = [:]

    /// Who holds a frontend.
    func holder(of claim: FrontendClaim) -> ServicePortIdentity? { holders[claim] }

    /// Enters a claim; returns a Service port that loses the frontend by it.
    mutating func enter(_ claim: FrontendClaim, by identity: ServicePortIdentity) -> ServicePortIdentity? {
        guard let holder = holders[claim] else {
            holders[claim] = identity
            return nil
        }
        guard holder != identity else { return nil }
        guard identity < holder else {
            rivals[claim, default: []].insert(identity)
            return nil
        }
        holders[claim] = identity
        rivals[claim, default: []].insert(holder)
        return holder
    }

    /// Takes a claim back; returns a Service port that wins the frontend by it.
    mutating func withdraw(_ claim: FrontendClaim, by identity: ServicePortIdentity) -> ServicePortIdentity? {
        guard holders[claim] == identity else {
            removeRival(identity, claim)
            return nil
        }
        let next = rivals[claim]?.min()
        holders[claim] = next
        if let next { removeRival(next, claim) }
        return next
    }

    private mutating func removeRival(_ identity: ServicePortIdentity, _ claim: FrontendClaim) {
        rivals[claim]?.remove(identity)
        if rivals[claim]?.isEmpty == true { rivals[claim] = nil }
    }

    /// Whether nothing is kept.
    var isEmpty: Bool { holders.isEmpty && rivals.isEmpty }
}
