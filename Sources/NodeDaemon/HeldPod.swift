import ClusterModel
import ControlStoreClient
import PolicyEnforcer

/// The pod that an address is held for, as the API server knows it.
struct HeldPod {
    let held: HeldAddress

    init(_ held: HeldAddress) { self.held = held }

    /// Whether it is not there, has ended, or has given its name to another one.
    ///
    /// What can't be found out is no: the address stays held.
    func isGone(_ client: StoreClient) async -> Bool {
        guard let key = held.pod else { return false }
        do throws(ControlStoreClientError) {
            return isGone(try await client.get(Pod.self, key.name, namespace: key.namespace))
        } catch {
            return error.code == .notFound
        }
    }

    func isGone(_ pod: Pod) -> Bool {
        let mirror = pod.metadata.annotations["kubernetes.io/config.mirror"]
        let isSame = held.uid.isEmpty || held.uid == pod.uid || held.uid == mirror
        return !isSame || pod.isFinished
    }
}
