import ClusterModel
import NetworkTypes

/// Which pods claim which addresses.
///
/// Several pods may: one that is about to go, and one that already has its address. What an address stands for is
/// found from all present claims, never from the order in which pods came and went.
struct AddressOwners: Sendable {
    private var claims: [IPAddress: Set<ObjectKey>] = [:]
    private var addresses: [ObjectKey: [IPAddress]] = [:]

    /// The addresses that a pod claims.
    func claimed(by pod: ObjectKey) -> [IPAddress] { addresses[pod] ?? [] }

    /// Takes the addresses that a pod claims now; returns those that it did not claim before or claims no more.
    mutating func set(_ pod: ObjectKey, _ wanted: [IPAddress]) -> Set<IPAddress> {
        let (before, after) = (Set(addresses[pod] ?? []), Set(wanted))
        for address in before.subtracting(after) {
            claims[address]?.remove(pod)
            if claims[address]?.isEmpty == true { claims[address] = nil }
        }
        for address in after.subtracting(before) { claims[address, default: []].insert(pod) }
        addresses[pod] = wanted.isEmpty ? nil : wanted
        return before.symmetricDifference(after)
    }

    /// The pod that has an address.
    func owner(of address: IPAddress, among pods: [ObjectKey: PolicyPod]) -> PolicyPod? {
        let claimants = (claims[address] ?? []).compactMap { pods[$0] }
        return claimants.max { $1.isPreferred(to: $0) }
    }
}
