import BenchRunner
import Glibc
import LinuxSystem
import Netlink
import NetworkTypes
import RouteNetlink

/// This process's number.
enum ProcessNumber {
    static let own = getpid()
}

/// The floor: the requests to the kernel that an attachment to a bridge can't do without, from a process that runs
/// already and has its sockets open.
final class BareHost {
    private let host: NetworkNamespace
    private var connection: RouteConnection
    private let bridge: UInt32
    private var crowd: [NetworkNamespace] = []
    private var count: UInt32 = 0
    private static let gateway = IPv4Address(10, 22, 0, 1)

    /// A fresh namespace with loopback up.
    static func namespace() throws -> NetworkNamespace {
        let namespace = try NetworkNamespace.anonymous()
        var connection = try RouteConnection.open(in: namespace)
        try connection.raiseLink(.name("lo"))
        return namespace
    }

    init() throws {
        host = try Self.namespace()
        var connection = try RouteConnection.open(in: host)
        try connection.createLink(LinkSpec(name: "cni0", kind: .bridge(), mac: .random(), isUp: true))
        guard let link = try connection.link(named: "cni0"), let prefix = IPPrefix("\(Self.gateway)/16") else {
            throw BenchError("the bridge is gone")
        }
        bridge = link.index
        try connection.addAddress(AddressSpec(prefix, link: bridge))
        self.connection = connection
    }

    /// Attaches containers that stay.
    func fill(_ pods: Int) throws {
        for _ in 0..<pods {
            let pod = try NetworkNamespace.anonymous()
            crowd.append(pod)
            _ = try add(BarePod(pod))
        }
    }

    /// One attachment's work.
    ///
    /// - Returns: the name of the host's end.
    func add(_ pod: BarePod) throws -> String {
        count += 1
        let (name, mac) = ("veth\(count)", MACAddress.random())
        let address = IPAddress.v4(IPv4Address(rawValue: Self.gateway.rawValue + count))
        let pair = LinkSpec(
            name: name,
            kind: .veth(peer: VethPeer(name: "eth0", namespace: pod.namespace, mac: mac)),
            master: bridge,
            isUp: true
        )
        let outcome = try connection.outcome(of: RouteBatch([.createLink(pair), .getLink(.name(name))]))
        if let failure = outcome.failures.first { throw failure }
        guard let reply = outcome.replies.first, let prefix = IPPrefix(address: address, length: 16) else {
            throw BenchError("the kernel does not tell about \(name)")
        }
        let link = try Link(reply).index
        try pod.configure(prefix, gateway: .v4(Self.gateway))
        var alias = LinkChange()
        alias.alias = "bench"
        try connection.commit(
            RouteBatch([
                .setLink(.index(link), alias), .setBridgePort(index: link, BridgePortSettings(hairpin: true)),
                .replaceNeighbor(NeighborSpec(address, mac: mac, link: bridge, state: .reachable)),
            ])
        )
        // Runs the pending carrier work, so that the port forwards.
        _ = try connection.link(index: link)
        return name
    }

    /// Removes an attachment.
    func delete(_ name: String) throws { try connection.deleteLink(.name(name)) }
}

/// A container's namespace with a socket in it.
final class BarePod {
    let namespace: NetworkNamespace
    private var connection: RouteConnection

    init(_ namespace: NetworkNamespace) throws {
        self.namespace = namespace
        connection = try .open(in: namespace)
    }

    func configure(_ prefix: IPPrefix, gateway: IPAddress) throws {
        guard let link = try connection.link(named: "eth0"), let mac = link.mac else {
            throw BenchError("the container has no eth0")
        }
        try connection.commit(
            RouteBatch([
                .setLink(.name("lo"), .up()), .setLink(.index(link.index), .up()),
                .addAddress(AddressSpec(prefix, link: link.index)),
                .addRoute(RouteSpec(.all(.ipv4), gateway: gateway, link: link.index)),
            ])
        )
        var announcement = LinkChange()
        announcement.mac = mac
        try connection.setLink(.index(link.index), announcement)
    }
}
