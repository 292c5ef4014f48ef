public import ClusterModel

/// What a Service can ask of Weft by annotations.
public enum ServiceAnnotations {
    /// "true": the Service is programmed before others when a node starts.
    public static let isPriority = "weft.dev/priority"
    /// "true": connections of TCP to an endpoint that is gone are forgotten, so that their clients learn of it with
    /// their next packet, instead of when they lose patience.
    public static let cleansConnections = "weft.dev/clean-tcp-connections"

    /// Whether a Service is one that everything else in a cluster waits for: the API and the DNS.
    public static func isPriorityByNature(_ service: Service) -> Bool {
        if service.key == ObjectKey(namespace: "default", name: "kubernetes") { return true }
        return service.namespace == "kube-system"
            && (service.name == "kube-dns" || service.labels["k8s-app"] == "kube-dns")
    }
}
