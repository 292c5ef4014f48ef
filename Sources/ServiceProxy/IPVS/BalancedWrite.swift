import IPVS
import NFTables
import NetworkTypes
import ServicePlan

/// What is to be written, in the order in which no packet falls in a hole.
struct BalancedWrite: Sendable {
    var servers = ServerTable.Changes()
    var newRoutes: [IPAddress] = []
    var transaction = Transaction()
    var oldRoutes: [IPAddress] = []
    /// The virtual servers whose connections are to be counted when this is written.
    var draining: [VirtualServerID] = []

    /// Whether there is nothing to write.
    var isEmpty: Bool { transaction.isEmpty && changeCount == 0 }

    /// How many virtual servers, real servers and routes change.
    var changeCount: Int { servers.first.count + newRoutes.count + oldRoutes.count + servers.last.count }

    /// The virtual servers that come and go.
    var passingServers: [VirtualServerID] {
        (servers.first + servers.last).compactMap { change in
            switch change {
            case .addVirtualServer, .deleteVirtualServer: change.virtualServer
            default: nil
            }
        }
    }

    /// Writes it; what was written before a failure stays.
    func run(_ access: any VirtualServerAccess, source: IPAddress?) throws -> CommitTimes {
        let start = ContinuousClock.now
        try access.apply(servers.first)
        try access.addLocalRoutes(newRoutes, source: source)
        let times = transaction.isEmpty ? CommitTimes() : try access.commit(transaction)
        try access.removeLocalRoutes(oldRoutes)
        try access.apply(servers.last)
        return CommitTimes(encode: times.encode, kernel: .now - start - times.encode)
    }
}

/// What one call of the backend wrote, in all its steps.
struct BalancedSum: Sendable {
    private var elementCount = 0
    private var operationCount = 0
    private var isEmpty = true
    private var times = CommitTimes()

    /// Adds a step and how long it took.
    mutating func add(_ write: BalancedWrite, _ times: CommitTimes) {
        elementCount += write.transaction.elementCount + write.changeCount
        operationCount += write.transaction.operations.count + write.changeCount
        isEmpty = isEmpty && write.isEmpty
        self.times.encode += times.encode
        self.times.kernel += times.kernel
    }

    /// What is told of a call that ends now.
    func report(
        since start: ContinuousClock.Instant,
        isRebuilt: Bool,
        _ refused: [ServicePortIdentity],
        _ remarks: [String]
    ) -> ProxyReport {
        ProxyReport(
            outcome: isRebuilt ? .rebuilt : isEmpty ? .unchanged : .changed,
            elementCount: elementCount,
            operationCount: operationCount,
            refused: refused,
            phases: ProxyPhases(since: start, times),
            remarks: remarks
        )
    }
}
