public import LinuxSystem
public import NetworkTypes
import RouteNetlink

/// A client, a node and a pod in namespaces of their own, with two cables to the node between them.
public struct NodeNetworkPlan: Sendable {
    /// The node's own address.
    public static let nodeAddress = IPv4Address(192, 0, 2, 1)
    /// The client: a pod of the cluster, so that its connections are not masqueraded.
    public static let clientAddress = IPv4Address(10, 250, 1, 2)
    /// The pod that serves.
    public static let podAddress = IPv4Address(10, 250, 2, 2)

    /// The namespaces.
    public let client, node, pod: NetworkNamespace

    /// Makes the namespaces, which end with this value, and wires them.
    ///
    /// - Parameter morePodAddresses: what the pod has beside its address, in the same /24.
    /// - Throws: the kernel's refusal.
    public init(morePodAddresses: [IPv4Address] = []) throws {
        client = try .anonymous()
        node = try Self.loneNode()
        pod = try .anonymous()
        try withNetworkNamespace(node) { try Sysctl.write("net.ipv4.ip_forward", "1") }
        var connection = try RouteConnection.open(in: node)
        try Self.wire("client", client, Self.clientAddress, &connection)
        try Self.wire("pod", pod, Self.podAddress, &connection)
        guard !morePodAddresses.isEmpty else { return }
        var inside = try RouteConnection.open(in: pod)
        guard let cable = try inside.link(named: "eth0") else { throw NodeNetworkError(port: "eth0") }
        for address in morePodAddresses {
            guard let prefix = IPPrefix(address: .v4(address), length: 24) else { continue }
            try inside.addAddress(AddressSpec(prefix, link: cable.index))
        }
    }

    /// A fresh namespace with the node's address and nothing else.
    public static func loneNode() throws -> NetworkNamespace {
        let namespace = try NetworkNamespace.anonymous()
        var connection = try RouteConnection.open(in: namespace)
        try connection.raiseLink(.name("lo"))
        guard let loopback = try connection.link(named: "lo") else { throw NodeNetworkError(port: "lo") }
        try connection.addAddress(AddressSpec(IPPrefix(host: .v4(nodeAddress)), link: loopback.index))
        return namespace
    }

    /// A cable to a host, whose way to everything is the node: the node has the first address of the host's /24.
    private static func wire(
        _ port: String,
        _ host: NetworkNamespace,
        _ address: IPv4Address,
        _ node: inout RouteConnection
    ) throws {
        let gateway = IPAddress.v4(IPv4Address(rawValue: address.rawValue & 0xffff_ff00 | 1))
        try node.createLink(
            LinkSpec(name: port, kind: .veth(peer: VethPeer(name: "eth0", namespace: host)), isUp: true)
        )
        var inside = try RouteConnection.open(in: host)
        guard let near = try node.link(named: port), let far = try inside.link(named: "eth0"),
            let nearPrefix = IPPrefix(address: gateway, length: 24),
            let farPrefix = IPPrefix(address: .v4(address), length: 24), let everything = IPPrefix("0.0.0.0/0")
        else { throw NodeNetworkError(port: port) }
        try inside.raiseLink(.index(far.index))
        try node.addAddress(AddressSpec(nearPrefix, link: near.index))
        try inside.addAddress(AddressSpec(farPrefix, link: far.index))
        try inside.addRoute(RouteSpec(everything, gateway: gateway, link: far.index))
    }
}

/// A cable that is not there after it was made.
private struct NodeNetworkError: Error, CustomStringConvertible {
    let port: String
    var description: String { "the link \(port) is gone: somebody else removes links in this namespace" }
}
