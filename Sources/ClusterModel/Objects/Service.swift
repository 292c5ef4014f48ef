public import JSONTree
public import NetworkTypes

/// A Service: one address and some ports that stand for a set of endpoints.
public struct Service: APIObject {
    /// The kind.
    public static var resource: ResourceKind { .service }
    /// The tree.
    public var json: JSONValue

    /// Takes a tree as it is.
    public init(unchecked json: JSONValue) { self.json = json }

    /// What is wanted.
    public var spec: ServiceSpec {
        get { self[view: "spec"] }
        set { json["spec"] = newValue.json }
    }

    /// What a load balancer outside the cluster reports.
    public var loadBalancerIngress: [LoadBalancerIngress] {
        (json[path: "status", "loadBalancer", "ingress"]?.arrayValue ?? []).map { LoadBalancerIngress(json: $0) }
    }
}

/// How a Service is reached.
public enum ServiceType: String, Hashable, Sendable, CaseIterable {
    /// By an address within the cluster.
    case clusterIP = "ClusterIP"
    /// Also by a port of every node.
    case nodePort = "NodePort"
    /// Also by a load balancer outside the cluster.
    case loadBalancer = "LoadBalancer"
    /// By a name elsewhere; it has no address.
    case externalName = "ExternalName"
}

/// Whether a client comes back to the same endpoint.
public enum SessionAffinity: String, Hashable, Sendable, CaseIterable {
    /// Each connection is spread anew.
    case none = "None"
    /// Connections from one address go to one endpoint.
    case clientIP = "ClientIP"
}

/// Which endpoints traffic may go to.
public enum TrafficPolicy: String, Hashable, Sendable, CaseIterable {
    /// All of the cluster.
    case cluster = "Cluster"
    /// Those of the node that it enters.
    case local = "Local"
}

/// How many IP families a Service has.
public enum IPFamilyPolicy: String, Hashable, Sendable, CaseIterable {
    /// One.
    case singleStack = "SingleStack"
    /// Two where the cluster has two.
    case preferDualStack = "PreferDualStack"
    /// Two, or it is refused.
    case requireDualStack = "RequireDualStack"
}

/// What a load balancer outside the cluster reports.
public struct LoadBalancerIngress: JSONView {
    /// The tree.
    public var json: JSONValue

    /// Takes a tree as it is.
    public init(json: JSONValue) { self.json = json }

    /// Its address, if it has one.
    public var ip: IPAddress? { self[string: "ip"].flatMap { IPAddress($0) } }
    /// Its name, if it has one.
    public var hostname: String? { self[string: "hostname"] }
    /// `VIP` when packets keep that address as destination up to the node, `Proxy` when they don't.
    public var ipMode: String { self[string: "ipMode"] ?? "VIP" }
}
