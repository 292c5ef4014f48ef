import BenchScenarios
import JSONTree
import NetworkTypes
import Synchronization

/// The changes of a soak: endpoints that move, all over the cluster.
///
/// The first Services are those that traffic goes through: one endpoint of theirs stays, the other one moves among
/// addresses of the same pod, so that new connections find it wherever it is.
final class SoakChanges: Sendable {
    /// How many Services have traffic.
    static let busyServices = 4
    /// Where their moving endpoints are.
    static let busyAddresses = (10..<210).map { IPv4Address(10, 250, 2, UInt8($0)) }

    private let store: StoreChanges
    private let count = Mutex(0)

    init(_ store: StoreChanges) { self.store = store }

    /// Gives the Services with traffic endpoints that serve.
    func prepare() async throws {
        for service in 0..<Self.busyServices { try await moveBusy(service, to: Self.busyAddresses[0]) }
    }

    /// How many there were.
    var made: Int { count.withLock { $0 } }

    /// Makes the next change.
    func next() async throws {
        let number = count.withLock { count in
            count += 1
            return count
        }
        let service = number * 7919 % store.cluster.serviceCount
        if service < Self.busyServices {
            try await moveBusy(service, to: Self.busyAddresses[number % Self.busyAddresses.count])
        } else {
            try await store.move(service: service, move: number)
        }
    }

    private func moveBusy(_ service: Int, to address: IPv4Address) async throws {
        try await store.setEndpoints(ofService: service, [NodeNetworkPlan.podAddress, address])
    }
}
