public import ClusterModel
public import NetworkTypes

/// What the kernel should hold so that every policy is enforced: the same for both families and every backend.
///
/// A *peer* is a number for pods that all selectors see alike. A *chain* is a number for what one set of policies
/// allows in one direction.
public struct PolicyModel: Hashable, Sendable {
    /// The peer that an address belongs to; addresses that no selector selects have none.
    public internal(set) var peers: [IPAddress: AddressPeer] = [:]
    /// The addresses of this node's isolated pods.
    public internal(set) var subjects: [IPAddress: PolicySubject] = [:]
    /// What the chains allow.
    public internal(set) var chains: [UInt32: PolicyChain] = [:]

    /// Nothing is isolated.
    public init() {}

    /// Whether a new connection may be made, as far as the policies of both ends say that are on this node.
    ///
    /// - Parameters:
    ///   - source: the address that it comes from.
    ///   - destination: the address that it goes to, after all translation.
    ///   - transport: the protocol; nil for one without ports, such as ICMP.
    ///   - port: the destination's port, after all translation.
    /// - Returns: whether both ends allow it.
    public func allows(
        _ source: IPAddress,
        _ destination: IPAddress,
        _ transport: TransportProtocol?,
        _ port: Port
    ) -> Bool {
        if source == destination { return true }
        let leaves = subjects[source]?.egress.map { allows($0, destination, transport, port) } ?? true
        let enters = subjects[destination]?.ingress.map { allows($0, source, transport, port) } ?? true
        return leaves && enters
    }

    private func allows(_ chain: UInt32, _ peer: IPAddress, _ transport: TransportProtocol?, _ port: Port) -> Bool {
        chains[chain]?.allows(peer, as: peers[peer]?.number, transport, port) ?? false
    }
}

/// The peer of an address, and the pod that has it.
public struct AddressPeer: Hashable, Sendable {
    /// The peer's number.
    public let number: UInt32
    /// The pod.
    public let pod: ObjectKey
}

/// An isolated pod's address.
public struct PolicySubject: Hashable, Sendable {
    /// The pod.
    public let pod: ObjectKey
    /// The chain of what may come in; nil: everything.
    public let ingress: UInt32?
    /// The chain of what may go out; nil: everything.
    public let egress: UInt32?

    /// The chain of a direction.
    public func chain(_ direction: NetworkPolicy.Direction) -> UInt32? { direction == .ingress ? ingress : egress }
}

/// What a set of policies allows in one direction.
public struct PolicyChain: Hashable, Sendable {
    /// The direction.
    public let direction: NetworkPolicy.Direction
    /// The policies, ordered.
    public let policies: [ObjectKey]
    /// What is allowed whoever is at the other end.
    public internal(set) var anyone = PortSet()
    /// What is allowed with pods at the other end.
    public internal(set) var peers: [UInt32: PortSet] = [:]
    /// What is allowed with addresses at the other end, ordered; no two of one family's overlap, but those without
    /// ports may overlap those with some.
    public internal(set) var blocks: [AllowedBlock] = []

    init(_ direction: NetworkPolicy.Direction, _ policies: [ObjectKey]) {
        self.direction = direction
        self.policies = policies
    }

    /// Whether a connection is allowed with an address, which may be a pod's, at the other end.
    func allows(_ address: IPAddress, as peer: UInt32?, _ transport: TransportProtocol?, _ port: Port) -> Bool {
        anyone.contains(transport, port) || peer.flatMap { peers[$0] }?.contains(transport, port) ?? false
            || blocks.contains { $0.contains(address, transport, port) }
    }
}

/// What differs from the model before.
public struct PolicyChanges: Hashable, Sendable {
    /// The addresses whose peer or chains may be others.
    public internal(set) var addresses: Set<IPAddress> = []
    /// The chains that are new, gone, or allow something else.
    public internal(set) var chains: Set<UInt32> = []
    /// What these addresses and chains were before, and nothing else: whoever takes changes need not keep a whole model.
    public internal(set) var before = PolicyModel()

    /// Nothing.
    public init() {}

    /// Whether nothing changed.
    public var isEmpty: Bool { addresses.isEmpty && chains.isEmpty }

    /// Adds changes that were made later.
    public mutating func formUnion(_ other: PolicyChanges) {
        for address in other.addresses { note(address, other.before) }
        for chain in other.chains { note(chain, other.before.chains[chain]) }
    }

    /// Notes that an address changes, unless it is known already.
    mutating func note(_ address: IPAddress, _ model: PolicyModel) {
        guard addresses.insert(address).inserted else { return }
        before.peers[address] = model.peers[address]
        before.subjects[address] = model.subjects[address]
    }

    /// Notes that a chain changes, unless it is known already.
    mutating func note(_ chain: UInt32, _ content: PolicyChain?) {
        if chains.insert(chain).inserted { before.chains[chain] = content }
    }
}

/// Numbers that an earlier run gave, so that what did not change is not written again.
public struct PolicyHints: Hashable, Sendable {
    /// The peers of addresses.
    public var peers: [IPAddress: UInt32] = [:]
    /// The chains for what comes in, by the isolated pod's address.
    public var ingress: [IPAddress: UInt32] = [:]
    /// The chains for what goes out, by the isolated pod's address.
    public var egress: [IPAddress: UInt32] = [:]

    /// No hints.
    public init() {}
}
