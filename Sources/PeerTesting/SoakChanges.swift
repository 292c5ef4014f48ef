import BenchScenarios
import JSONTree
import NetworkTypes
import Synchronization

/// The changes of a soak: endpoints that move, all over the cluster.
///
/// The first Services are those that traffic goes through: one endpoint of theirs stays, the other one moves among
/// addresses of the same pod, so that new connections find it wherever it is. No two of them share an address: mode ipvs
/// can't tell connections of one client port to two Services apart that meet at one endpoint (docs/kernel-notes.md).
final class SoakChanges: Sendable {
    /// How many Services have traffic.
    static let busyServices = 4
    /// Where their endpoints are, a part for each.
    static let busyAddresses = (10..<210).map { IPv4Address(10, 250, 2, UInt8($0)) }

    private let store: StoreChanges
    private let count = Mutex(0)

    init(_ store: StoreChanges) { self.store = store }

    /// Gives the Services with traffic endpoints that serve.
    func prepare() async throws {
        for service in 0..<Self.busyServices { try await moveBusy(service, 0) }
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
            try await moveBusy(service, number)
        } else {
            try await store.move(service: service, move: number)
        }
    }

    private func moveBusy(_ service: Int, _ number: Int) async throws {
        let size = Self.busyAddresses.count / Self.busyServices
        let own = Self.busyAddresses[service * size..<(service + 1) * size]
        let moving = own.dropFirst()
        try await store.setEndpoints(
            ofService: service,
            [own[own.startIndex], moving[moving.startIndex + number % moving.count]]
        )
    }
}
