public import NetworkTypes

/// Something that packets can be sent from: a pod, a node, or the client outside.
public protocol ClusterHost: Sendable {
    /// Its name within the cluster.
    var name: String { get }
    /// Its named network namespace.
    var namespace: String { get }
    /// Its address.
    var address: IPAddress { get }
}

/// A node: a namespace with a weftd in it.
public struct ClusterNode: ClusterHost, Hashable {
    /// node1, node2, ...
    public let name: String
    /// Its named network namespace.
    public let namespace: String
    /// Its InternalIP, on the underlay.
    public let address: IPAddress
    /// The addresses of its pods.
    public let podCIDR: IPPrefix
}

/// A pod: a namespace that weft-cni attached, with a server in it.
public struct ClusterPod: ClusterHost, Hashable {
    /// Its name, which its server answers with.
    public let name: String
    /// Its named network namespace.
    public let namespace: String
    /// Its pod IP.
    public let address: IPAddress
    /// The name of its node.
    public let node: String

    /// One of its ports.
    public func endpoint(_ port: Port) -> IPEndpoint { IPEndpoint(address: address, port: port) }
}

/// A machine on the underlay that is no part of the cluster.
public struct ClusterClient: ClusterHost, Hashable {
    /// `client`.
    public let name: String
    /// Its named network namespace.
    public let namespace: String
    /// Its address on the underlay.
    public let address: IPAddress
}

extension IPAddress {
    /// This address with a port.
    public func endpoint(_ port: Port) -> IPEndpoint { IPEndpoint(address: self, port: port) }
}
