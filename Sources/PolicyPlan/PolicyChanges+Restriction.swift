public import NetworkTypes

extension PolicyChanges {
    /// The addresses some of whose connections may be forbidden now that were allowed before.
    ///
    /// Whoever cuts connections must look at all that the node has, which costs more than the change: it is spared where
    /// a change only allows more, as most do.
    ///
    /// - Parameter model: everything, with the changes.
    /// - Returns: at least one end of each such connection; maybe others.
    public func restricted(in model: PolicyModel) -> Set<IPAddress> {
        let narrower = Set(chains.filter { isNarrower($0, model) })
        var restricted = addresses.filter { isRestricted($0, model) }
        guard !narrower.isEmpty else { return restricted }
        for (address, subject) in model.subjects {
            let chains = [subject.ingress, subject.egress]
            if chains.contains(where: { $0.map(narrower.contains) ?? false }) { restricted.insert(address) }
        }
        return restricted
    }

    /// A chain that is new, or gone, has pods that changed their chain.
    private func isNarrower(_ number: UInt32, _ model: PolicyModel) -> Bool {
        guard let old = before.chains[number], let new = model.chains[number] else { return false }
        if new.anyone.isEverything { return false }
        return !new.anyone.isSuperset(of: old.anyone) || !Set(old.blocks).isSubset(of: new.blocks)
            || old.peers.contains { peer, ports in !new.allows(ports, as: peer) }
    }

    private func isRestricted(_ address: IPAddress, _ model: PolicyModel) -> Bool {
        let (old, new) = (before.subjects[address], model.subjects[address])
        for direction in [\PolicySubject.ingress, \.egress] {
            let chain = new?[keyPath: direction]
            if let chain, chain != old?[keyPath: direction] { return true }
        }
        let (peer, other) = (before.peers[address]?.number, model.peers[address]?.number)
        guard let peer, peer != other else { return false }
        // As another peer it may still be allowed all that it was.
        return model.chains.contains { number, chain in
            let ports = (chains.contains(number) ? before.chains[number] : chain)?.peers[peer]
            return ports.map { !chain.allows($0, as: other) } ?? false
        }
    }
}

extension PolicyChain {
    /// Whether a peer is allowed these ports; nil is no peer at all.
    fileprivate func allows(_ ports: PortSet, as peer: UInt32?) -> Bool {
        var allowed = anyone
        if let more = peer.flatMap({ peers[$0] }) { allowed.formUnion(more) }
        return allowed.isSuperset(of: ports)
    }
}

extension PortSet {
    /// Whether all of another set is in it; no, in doubt.
    func isSuperset(of other: PortSet) -> Bool {
        var union = self
        union.formUnion(other)
        return union == self
    }
}
