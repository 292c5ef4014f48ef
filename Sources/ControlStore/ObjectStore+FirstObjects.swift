import ClusterModel
import JSONTree
import Logging
import NetworkTypes

extension ObjectStore {
    /// Makes what every cluster has, as far as it is missing.
    func createFirstObjects() async throws(StoreError) {
        for name in ["default", "kube-system", "kube-public", "kube-node-lease"] {
            guard find(.namespace, ObjectKey(name: name)) == nil else { continue }
            _ = try await create(.namespace, namespace: nil, ["metadata": ["name": .string(name)]])
        }
        let key = ObjectKey(namespace: "default", name: "kubernetes")
        guard find(.service, key) == nil, let range = configuration.ranges.services.first,
            let address = range.host(at: 1)
        else { return }
        let service: JSONValue = [
            "metadata": [
                "name": "kubernetes", "labels": ["component": "apiserver", "provider": "kubernetes"],
            ],
            "spec": [
                "type": "ClusterIP", "clusterIP": .string(address.description),
                "ports": [["name": "https", "protocol": "TCP", "port": 443, "targetPort": 6443]],
            ],
        ]
        do throws(StoreError) {
            _ = try await create(.service, namespace: key.namespace, service)
        } catch {
            // Another Service has the address, or the range changed: the store works without it.
            guard error.code == .invalid else { throw error }
            logger.warning("service default/kubernetes not made", metadata: ["error": "\(error)"])
        }
    }
}
