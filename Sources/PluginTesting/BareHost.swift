import BenchRunner
import Glibc
import LinuxSystem
import Netlink
import NetworkTypes
import RouteNetlink
import Synchronization

/// This process's number.
enum ProcessNumber {
    static let own = getpid()
}

/// The floor: the requests to the kernel that an attachment to a bridge can't do without, from a process that runs
/// already and has its sockets open.
final class BareHost {
    private let host: NetworkNamespace
    private let bridge: UInt32
    private var crowd: NamespaceCrowd
    private var count: UInt32 = 0
    fileprivate static let gateway = IPv4Address(10, 22, 0, 1)

    /// A fresh namespace with loopback up.
    static func namespace() throws -> NetworkNamespace {
        let namespace = try NetworkNamespace.anonymous()
        var connection = try RouteConnection.open(in: namespace)
        try connection.raiseLink(.name("lo"))
        return namespace
    }

    init() throws {
        host = try Self.namespace()
        crowd = try NamespaceCrowd()
        var connection = try RouteConnection.open(in: host)
        try connection.createLink(LinkSpec(name: "cni0", kind: .bridge(), mac: .random(), isUp: true))
        guard let link = try connection.link(named: "cni0"), let prefix = IPPrefix("\(Self.gateway)/16") else {
            throw BenchError("the bridge is gone")
        }
        bridge = link.index
        try connection.addAddress(AddressSpec(prefix, link: bridge))
    }

    /// Attaches containers that stay.
    func fill(_ pods: Int) throws {
        for _ in 0..<pods {
            let attachment = try attachment()
            try attachment.add()
            try crowd.append(attachment.namespace)
        }
        try crowd.close()
    }

    /// One that is not made yet: a container's namespace, and sockets in both.
    func attachment() throws -> BareAttachment {
        count += 1
        let address = IPAddress.v4(IPv4Address(rawValue: Self.gateway.rawValue + count))
        guard let prefix = IPPrefix(address: address, length: 16) else { throw BenchError("no address \(address)") }
        return try BareAttachment(host, bridge: bridge, name: "veth\(count)", prefix)
    }

    /// Does the same with several, each on a thread of its own, as that many plugins would.
    func together(
        _ attachments: [BareAttachment],
        _ work: @escaping @Sendable (BareAttachment) throws -> Void
    ) throws {
        let failures = Mutex<[String]>([])
        try withThreads(attachments) { attachment in
            do { try work(attachment) } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }
        if let first = failures.withLock({ $0.first }) { throw BenchError(first) }
    }

    private func withThreads(
        _ attachments: [BareAttachment],
        _ work: @escaping @Sendable (BareAttachment) -> Void
    ) throws {
        let threads = try attachments.map { attachment in
            try DedicatedThread.start(name: "bench") { work(attachment) }
        }
        for thread in threads { thread.join() }
    }
}

/// One container's link, made and removed with bare requests.
final class BareAttachment: Sendable {
    private let host: Mutex<RouteConnection>
    private let pod: Mutex<RouteConnection>
    fileprivate let namespace: NetworkNamespace
    private let bridge: UInt32
    private let name: String
    private let prefix: IPPrefix
    private let mac = MACAddress.random()

    init(_ host: NetworkNamespace, bridge: UInt32, name: String, _ prefix: IPPrefix) throws {
        namespace = try .anonymous()
        self.host = Mutex(try .open(in: host))
        pod = Mutex(try .open(in: namespace))
        (self.bridge, self.name, self.prefix) = (bridge, name, prefix)
    }

    /// Makes the pair, addresses the container's end, has the host know it, and tells everybody on the bridge: what an
    /// attachment must do, in the fewest requests.
    func add() throws {
        try host.withLock { host in
            var peer = VethPeer(name: "eth0", namespace: namespace, mac: mac)
            peer.queues = 1
            var pair = LinkSpec(name: name, kind: .veth(peer: peer), master: bridge)
            pair.queues = 1
            let outcome = try host.outcome(of: RouteBatch([.createLink(pair), .getLink(.name(name))]))
            if let failure = outcome.failures.first { throw failure }
            guard let reply = outcome.replies.first else { throw BenchError("the kernel does not tell about \(name)") }
            let link = try Link(reply).index
            try pod.withLock { try configure(&$0) }
            var alias = LinkChange()
            alias.alias = "bench"
            let neighbor = NeighborSpec(prefix.address, mac: mac, link: bridge, state: .reachable)
            let finish = RouteBatch([
                .setLink(.index(link), alias), .omitLinkLocalAddress(index: link),
                .setBridgePort(index: link, BridgePortSettings(hairpin: true)), .setLink(.index(link), .up()),
                .replaceNeighbor(neighbor),
                // Runs the pending carrier work, so that the port forwards.
                .getLink(.index(link)),
            ])
            let failures = try host.outcome(of: finish).failures
            // As the plugin: the table of neighbours is all namespaces', and there may be no IPv6.
            let failure = failures.first { $0.errno != .noBufferSpace && $0.operation != "omit link-local address" }
            if let failure { throw failure }
            try pod.withLock { try announce(&$0) }
        }
    }

    private func configure(_ connection: inout RouteConnection) throws {
        guard let link = try connection.link(named: "eth0") else { throw BenchError("the container has no eth0") }
        var up = LinkChange.up()
        up.announcesAddresses = true
        try connection.commit(
            RouteBatch([
                .setLink(.name("lo"), .up()), .setLink(.index(link.index), up),
                .addAddress(AddressSpec(prefix, link: link.index)),
                .addRoute(RouteSpec(.all(.ipv4), gateway: .v4(BareHost.gateway), link: link.index)),
            ])
        )
    }

    /// A gratuitous ARP request, which the bridge takes to every port.
    private func announce(_ connection: inout RouteConnection) throws {
        // The same carrier work on this end, without which it sends nothing.
        _ = try connection.link(named: "eth0")
        var announcement = LinkChange()
        announcement.mac = mac
        try connection.setLink(.name("eth0"), announcement)
    }

    /// Removes the pair.
    func delete() throws {
        try host.withLock { host in _ = try host.deleteLink(.name(name)) }
    }
}
