import LinuxSystem

extension IPVSConnection {
    /// Sends one request and calls a closure with each object of the answer.
    ///
    /// - Throws: the kernel's refusal; `.malformed`, `.timeout`, `.answersLost`, `.system`; what the closure throws.
    mutating func exchange(
        _ request: IPVSRequest,
        _ body: (borrowing Reply) throws(IPVSError) -> Void
    ) throws(IPVSError) {
        let sequence = nextSequence
        nextSequence = sequence &+ 1 == 0 ? 1 : sequence &+ 1
        var datagram: [UInt8] = []
        try request.encode(into: &datagram, family: family, sequence: sequence, isAcknowledged: true)
        do throws(IPVSError) {
            try transport.send(datagram)
            try collect(request, sequence, body)
        } catch {
            throw error.operation.isEmpty ? error.during(request) : error
        }
    }

    /// Reads until the answer ends.
    private func collect(
        _ request: IPVSRequest,
        _ sequence: UInt32,
        _ body: (borrowing Reply) throws(IPVSError) -> Void
    ) throws(IPVSError) {
        var isComplete = false
        while !isComplete {
            let deadline = Deadline.after(timeout)
            let isAnswered = try unsafe transport.receive(until: deadline) { datagram throws(IPVSError) in
                try unsafe Reply.forEach(in: datagram) { reply throws(IPVSError) in
                    // Messages of another number answer a request that was given up.
                    guard reply.sequence == sequence, !isComplete else { return }
                    switch try reply.kind() {
                    case .data: try body(reply)
                    case .acknowledgement(nil, _), .done(nil): isComplete = true
                    case .acknowledgement(let errno?, let text): throw request.refusal(errno, text)
                    case .done(let errno?): throw request.refusal(errno, "")
                    case .noOperation: break
                    case .overrun: throw IPVSError(.answersLost, text: "the kernel says that it lost messages")
                    }
                }
            }
            guard isAnswered else { throw IPVSError(.timeout, text: "the kernel did not answer within \(timeout)") }
        }
    }
}

extension IPVSError {
    /// The same error with the request's operation and object.
    func during(_ request: IPVSRequest) -> IPVSError {
        var error = self
        error.operation = request.operation
        error.object = request.object
        return error
    }
}

extension IPVSRequest {
    /// An answer that says too little.
    func failure(_ text: String) -> IPVSError {
        IPVSError(.malformed, operation: operation, object: object, text: text)
    }
}
