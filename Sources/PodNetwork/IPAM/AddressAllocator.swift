public import NetworkTypes

/// An address that an attachment got.
public struct AssignedAddress: Hashable, Sendable {
    /// The address with its subnet's length.
    public let prefix: IPPrefix
    /// The gateway of its range; nil when another IPAM plugin names none.
    public let gateway: IPAddress?
}

/// Gives addresses away, one from each pool, round robin as the reference does.
struct AddressAllocator {
    let configuration: HostLocalConfiguration
    let attachment: AttachmentID

    /// Reserves an address from each pool; all or none.
    ///
    /// - Returns: in the order of the pools.
    /// - Throws: code 101 when a pool is exhausted, a requested address is taken or in no pool, or the attachment has
    ///   addresses already; 11 when the store is locked for too long; 5 for other faults of the store.
    func allocate() throws(CNIError) -> [AssignedAddress] {
        let requests = try requestsByPool()
        let holder = Holder(attachment)
        let store = try ReservationStore.open(
            dataDirectory: configuration.dataDirectory,
            network: attachment.network
        )
        // By the record: without one all files would have to be read. What another plugin released meanwhile is free.
        let held = store.records.record(of: holder)?.addresses.filter {
            store.holder(of: $0)?.isSame(as: holder) == true
        }
        if let held, !held.isEmpty {
            throw CNIError(
                .addressUnavailable,
                "\(attachment) has addresses already",
                details: "\(list(held)); duplicate allocation is not allowed: DEL must come first"
            )
        }
        var assigned: [AssignedAddress] = []
        do throws(CNIError) {
            for (index, pool) in configuration.pools.enumerated() {
                assigned.append(try reserve(from: pool, index: index, request: requests[index], store, holder))
            }
            try store.records.write(assigned.map(\.prefix.address), of: holder)
        } catch {
            for address in assigned { try? store.removeReservation(of: address.prefix.address, heldBy: holder) }
            try? store.records.remove(holder)
            throw error
        }
        return assigned
    }

    /// Gives back what `allocate` reserved.
    func release() throws(CNIError) {
        let store = try ReservationStore.openExisting(
            dataDirectory: configuration.dataDirectory,
            network: attachment.network
        )
        try store?.release(Holder(attachment))
    }

    /// Each requested address goes to the first pool that has it and no request yet.
    ///
    /// - Returns: one place for each pool.
    private func requestsByPool() throws(CNIError) -> [IPAddress?] {
        var requests = [IPAddress?](repeating: nil, count: configuration.pools.count)
        for address in configuration.requested {
            let index = configuration.pools.indices.first { index in
                requests[index] == nil && configuration.pools[index].range(containing: address) != nil
            }
            guard let index else {
                let pools = configuration.pools.map(\.description).joined(separator: "; ")
                throw CNIError(
                    .addressUnavailable,
                    "can't reserve the requested address \(address)",
                    details: "no range set has room for it: \(pools)"
                )
            }
            requests[index] = address
        }
        return requests
    }

    private func reserve(
        from pool: AddressPool,
        index: Int,
        request: IPAddress?,
        _ store: borrowing ReservationStore,
        _ holder: Holder
    ) throws(CNIError) -> AssignedAddress {
        let chosen: (address: IPAddress, range: AddressRange)?
        if let request {
            chosen = try reserve(request, from: pool, store, holder)
        } else {
            let candidates = pool.candidates(after: store.lastReserved(inPool: index))
            chosen = try store.reserve(firstOf: candidates, for: holder, address: \.address)
        }
        guard let chosen, let prefix = IPPrefix(address: chosen.address, length: chosen.range.subnet.length) else {
            throw CNIError(
                .addressUnavailable,
                "no IP addresses available in range set: \(pool)",
                details: "all of them are reserved in \(store.directory)"
            )
        }
        // Only where the next search begins: without it the address is as good.
        try? store.noteLastReserved(chosen.address, inPool: index)
        return AssignedAddress(prefix: prefix, gateway: chosen.range.gateway)
    }

    private func reserve(
        _ request: IPAddress,
        from pool: AddressPool,
        _ store: borrowing ReservationStore,
        _ holder: Holder
    ) throws(CNIError) -> (address: IPAddress, range: AddressRange)? {
        guard let range = pool.range(containing: request) else { return nil }
        guard request != range.gateway else {
            throw CNIError(
                .addressUnavailable,
                "can't reserve the requested address \(request)",
                details: "it is the gateway of \(range.subnet)"
            )
        }
        let candidate = (address: request, range: range)
        if let reserved = try store.reserve(firstOf: [candidate], for: holder, address: \.address) { return reserved }
        let other = store.holder(of: request).map { "container \($0.containerID) has it" } ?? "it is reserved"
        throw CNIError(.addressUnavailable, "can't reserve the requested address \(request)", details: other)
    }

    private func list(_ addresses: [IPAddress]) -> String { addresses.map(\.description).joined(separator: ", ") }
}
