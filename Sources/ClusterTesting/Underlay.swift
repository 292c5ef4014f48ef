import LinuxSystem
import NetworkTypes
import RouteNetlink

/// The network that the nodes stand on: a bridge in a namespace of its own, and a cable to every node and the client.
struct Underlay {
    let layout: ClusterLayout

    /// Makes namespaces, links, addresses and default routes.
    func make() throws {
        let hub = try NetworkNamespace.create(named: layout.underlayNamespace)
        try raiseLoopback(in: hub)
        var connection = try RouteConnection.open(in: hub)
        let bridge = try connection.ensureLink(LinkSpec(name: "underlay", kind: .bridge(), isUp: true))
        try connection.addAddress(AddressSpec(prefix(of: layout.gateway), link: bridge.index))
        for (index, name) in layout.nodeNames.enumerated() {
            try connect(
                layout.namespace(ofNode: name),
                port: name,
                address: layout.address(ofNode: index + 1),
                &connection,
                bridge: bridge.index
            )
        }
        try connect(
            layout.clientNamespace,
            port: "client",
            address: layout.clientAddress,
            &connection,
            bridge: bridge.index
        )
    }

    private func connect(
        _ namespaceName: String,
        port: String,
        address: IPAddress,
        _ hub: inout RouteConnection,
        bridge: UInt32
    ) throws {
        let namespace = try NetworkNamespace.create(named: namespaceName)
        try hub.createLink(
            LinkSpec(
                name: port,
                kind: .veth(peer: VethPeer(name: "eth0", namespace: namespace)),
                master: bridge,
                isUp: true
            )
        )
        try raiseLoopback(in: namespace)
        var host = try RouteConnection.open(in: namespace)
        guard let uplink = try host.link(named: "eth0") else { throw ClusterError("\(namespaceName): no eth0") }
        try host.raiseLink(.index(uplink.index))
        try host.addAddress(AddressSpec(prefix(of: address), link: uplink.index))
        // A machine has a default route; without one its own traffic to a Service's address has nowhere to go.
        if let everything = IPPrefix("0.0.0.0/0") {
            try host.addRoute(RouteSpec(everything, gateway: layout.gateway, link: uplink.index))
        }
    }

    private func raiseLoopback(in namespace: NetworkNamespace) throws {
        var connection = try RouteConnection.open(in: namespace)
        try connection.raiseLink(.name("lo"))
    }

    private func prefix(of address: IPAddress) -> IPPrefix {
        IPPrefix(address: address, length: ClusterLayout.underlayLength) ?? IPPrefix(host: address)
    }
}
