/// Changes as the kernel takes them.
public struct IPVSDatagram: Sendable {
    /// What one send carries: requests of which only the last asks for an acknowledgement.
    public let bytes: [UInt8]
    /// Of each request the change that it makes.
    public let changes: [IPVSChange]
}

extension IPVSConnection {
    /// What ``apply(_:)`` would send, for whoever sends it by other means; nothing is sent.
    ///
    /// - Parameter changes: any number.
    /// - Returns: the datagrams in their order; they are good for this kernel, until its module ip_vs is loaded anew.
    /// - Throws: `.invalid` for a change that no request can carry; `.noScheduler` as ``apply(_:)``.
    public mutating func datagrams(of changes: [IPVSChange]) throws(IPVSError) -> [IPVSDatagram] {
        var datagrams: [IPVSDatagram] = []
        var (next, unloaded) = (0, UnloadedScheduler())
        while next < changes.count {
            var batch = batch(changes, from: &next, &unloaded)
            if let failure = batch.failures.first { throw failure.error }
            guard let bytes = batch.finish() else { continue }
            datagrams.append(IPVSDatagram(bytes: bytes, changes: batch.changeIndexes.map { changes[$0] }))
        }
        return datagrams
    }

    /// As many changes as a datagram takes; what must not be asked for is refused in it.
    mutating func batch(
        _ changes: [IPVSChange],
        from next: inout Int,
        _ unloaded: inout UnloadedScheduler
    ) -> RequestBatch {
        var batch = RequestBatch(family: family, firstSequence: nextSequence)
        while next < changes.count, batch.hasRoom {
            if transport.isKernel, let fault = unloaded.fault(of: changes[next]) {
                batch.refuse(index: next, fault)
            } else {
                batch.append(changes[next], index: next)
            }
            next += 1
        }
        nextSequence = batch.nextSequence
        return batch
    }
}
