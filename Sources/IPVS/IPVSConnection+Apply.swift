import LinuxSystem

extension IPVSConnection {
    /// Makes changes in their order, many per call to the kernel.
    ///
    /// They are no transaction: the kernel goes on after one that it refuses, and all others are in force. It answers
    /// only what it refuses, and the last request of each datagram.
    ///
    /// A virtual server with scheduler lblc or lblcr is refused (`.noScheduler`) while the module is not loaded: the
    /// kernel can lock up when it loads these two by itself.
    ///
    /// - Parameter changes: any number.
    /// - Returns: which were refused, and why. A "set" is refused when neither the addition nor the change succeeds.
    /// - Throws: when the kernel could not be asked or its answers are lost, so that the fate of the changes is not
    ///   known: `.system`, `.timeout`, `.answersLost`, `.malformed`.
    public mutating func apply(_ changes: [IPVSChange]) throws(IPVSError) -> IPVSOutcome {
        var outcome = IPVSOutcome()
        outcome.changeCount = changes.count
        var (next, unloaded) = (0, UnloadedScheduler())
        while next < changes.count {
            var batch = batch(changes, from: &next, &unloaded)
            try run(&batch)
            for failure in batch.failures.sorted(by: { $0.changeIndex < $1.changeIndex }) {
                let index = failure.changeIndex
                outcome.failures.append(.init(index: index, change: changes[index], error: failure.error))
            }
        }
        return outcome
    }

    private func run(_ batch: inout RequestBatch) throws(IPVSError) {
        guard let datagram = batch.finish() else { return }
        do throws(IPVSError) {
            try transport.send(datagram)
            while !batch.isComplete {
                let deadline = Deadline.after(timeout)
                let isAnswered = try unsafe transport.receive(until: deadline) { datagram throws(IPVSError) in
                    try unsafe Reply.forEach(in: datagram) { reply throws(IPVSError) in try batch.accept(reply) }
                }
                guard isAnswered else { throw IPVSError(.timeout, text: "the kernel did not answer within \(timeout)") }
            }
        } catch {
            guard error.operation.isEmpty else { throw error }
            var error = error
            error.operation = "change virtual servers"
            throw error
        }
    }
}
