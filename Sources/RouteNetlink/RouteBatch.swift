public import Netlink

/// Several requests for one send: one system call each way instead of two per request.
///
/// The kernel works them off in order and goes on after one that fails: this is no transaction.
public struct RouteBatch: Sendable {
    /// What is to be asked, in order.
    public var requests: [NetlinkRequest]

    /// Makes a batch.
    public init(_ requests: [NetlinkRequest] = []) {
        self.requests = requests
    }

    /// Adds a request at the end.
    public mutating func append(_ request: NetlinkRequest) {
        requests.append(request)
    }

    /// Whether there is nothing to ask.
    public var isEmpty: Bool { requests.isEmpty }
}

extension RouteConnection {
    /// Sends a batch and collects what the kernel says to each of its requests.
    ///
    /// - Returns: the failures, each with its request's operation and object.
    /// - Throws: when the batch's fate can't be learned: `.timeout`, `.overrun`, `.system`, ...
    public mutating func outcome(of batch: RouteBatch) throws(NetlinkError) -> BatchOutcome {
        try socket.batch(batch.requests)
    }

    /// Sends a batch of requests that must all succeed.
    ///
    /// What came after a failed one was done all the same.
    ///
    /// - Throws: the first failure, with its request's operation and object.
    public mutating func commit(_ batch: RouteBatch) throws(NetlinkError) {
        if let failure = try outcome(of: batch).failures.first { throw failure }
    }
}
