public import ClusterModel

/// What a Service can ask of Weft by annotations.
public enum ServiceAnnotations {
    /// "true": the Service is programmed before others when a node starts.
    public static let isPriority = "weft.dev/priority"
    /// "true": connections of TCP to an endpoint that is gone are forgotten, so that their clients learn of it with
    /// their next packet, instead of when they lose patience.
    public static let cleansConnections = "weft.dev/clean-tcp-connections"
    /// The scheduler that picks an endpoint in mode ipvs, such as "sh"; others than the Service's own have the node's.
    public static let scheduler = "weft.dev/ipvs-scheduler"
    /// Of an EndpointSlice: its endpoints' shares in mode ipvs, "10.244.0.2=3,10.244.0.3=0"; others have 1.
    public static let weights = "weft.dev/ipvs-weights"

    /// What ``scheduler`` may say: round robin, least connections, locality, hashes, shortest delay.
    public static let schedulers = ["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "mh"]
    /// The kernel keeps a share in 31 bits, and hashes by shares take a table of their sum.
    public static let greatestWeight = 65_535

    /// Whether a Service is one that everything else in a cluster waits for: the API and the DNS.
    public static func isPriorityByNature(_ service: Service) -> Bool {
        if service.key == ObjectKey(namespace: "default", name: "kubernetes") { return true }
        return service.namespace == "kube-system"
            && (service.name == "kube-dns" || service.labels["k8s-app"] == "kube-dns")
    }
}
