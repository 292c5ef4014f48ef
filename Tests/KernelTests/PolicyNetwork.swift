import ClusterModel
import Glibc
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import PolicyEnforcer
import PolicyPlan
import PolicyTesting
import ServiceProxyTesting
import Synchronization
import TrafficTesting

/// A node with the nine pods of the standard world on its bridge, two clients outside, and policies in its kernel.
struct PolicyNetwork {
    let node: TestNamespace
    private let pods: [ObjectKey: TestNamespace]
    let outside: TestNamespace
    /// What arrives where, by the namespaces' names.
    private let arrivals: [String: SCTPArrivals]

    /// The gateway that the pods have in the node.
    static let gateways = ["10.244.0.1", "fd44::1"].compactMap { IPAddress($0) }

    private init(_ namespaces: [TestNamespace]) throws {
        node = namespaces[0]
        outside = namespaces[1]
        pods = Dictionary(uniqueKeysWithValues: zip(PolicyWorld.standard.podKeys, namespaces[2...]))
        arrivals = Dictionary(
            uniqueKeysWithValues: try namespaces[1...].map { space in (space.name, try space.run { try SCTPArrivals() })
            }
        )
        try node.run {
            for (name, value) in [
                ("net.ipv4.ip_forward", "1"), ("net.ipv6.conf.all.forwarding", "1"),
                ("net.bridge.bridge-nf-call-iptables", "1"), ("net.bridge.bridge-nf-call-ip6tables", "1"),
            ] { try Sysctl.write(name, value) }
        }
        try ip(node, "link add cni0 type bridge")
        try ip(node, "link set cni0 up")
        for gateway in Self.gateways { try give(gateway, node, "cni0") }
        for (index, (key, pod)) in pods.sorted(by: { $0.key < $1.key }).enumerated() {
            try ip(node, "link add veth\(index) type veth peer name eth0 netns \(pod.name)")
            try ip(node, "link set veth\(index) master cni0 up")
            try wire(pod, PolicyWorld.addresses(of: key), Self.gateways)
        }
        try wireOutside()
    }

    func ip(_ namespace: TestNamespace, _ command: String) throws {
        try Witness.run("ip", command.split(separator: " ").map(String.init), in: namespace.namespace)
    }

    private func give(_ address: IPAddress, _ namespace: TestNamespace, _ link: String, _ length: Int? = nil) throws {
        let isFour = address.family == .ipv4
        let text = "\(address)/\(length ?? (isFour ? 24 : 64))"
        try ip(namespace, "address add \(text) dev \(link)" + (isFour ? "" : " nodad"))
    }

    func wire(_ namespace: TestNamespace, _ addresses: [IPAddress], _ gateways: [IPAddress]) throws {
        try ip(namespace, "link set eth0 up")
        for address in addresses { try give(address, namespace, "eth0") }
        for gateway in gateways {
            try ip(namespace, "-\(gateway.family == .ipv4 ? 4 : 6) route add default via \(gateway)")
        }
    }

    /// One namespace has both clients' addresses.
    private func wireOutside() throws {
        try ip(node, "link add ext type veth peer name eth0 netns \(outside.name)")
        try ip(node, "link set ext up")
        let gateways = ["203.0.113.1", "2001:db8:ff::1"].compactMap { IPAddress($0) }
        for gateway in gateways { try give(gateway, node, "ext") }
        try wire(outside, ["203.0.113.2", "2001:db8:ff::2"].compactMap { IPAddress($0) }, gateways)
        for address in PolicyWorld.outside {
            let (length, flag) = address.family == .ipv4 ? (32, 4) : (128, 6)
            try give(address, outside, "lo", length)
            let via = address.family == .ipv4 ? "203.0.113.2" : "2001:db8:ff::2"
            try ip(node, "-\(flag) route add \(address)/\(length) via \(via)")
        }
    }

    /// Builds the network with a server on every port of every pod and outside, runs a test, and takes it down.
    static func with(_ label: String = #function, _ body: (PolicyNetwork) throws -> Void) throws {
        try withTestNamespaces(11, label) { namespaces in
            let network = try PolicyNetwork(namespaces)
            try serve(namespaces[1...].flatMap { space in [80, 81].map { (space, Port(rawValue: $0)) } }[...]) {
                try body(network)
            }
        }
    }

    private static func serve(_ places: ArraySlice<(TestNamespace, Port)>, _ body: () throws -> Void) throws {
        guard let (space, port) = places.first else { return try body() }
        try withServer(named: "server", in: space, port: port, families: IPFamily.allCases) {
            try serve(places.dropFirst(), body)
        }
    }

    /// The namespace that has an address.
    func namespace(of address: IPAddress) -> TestNamespace {
        for (key, space) in pods where PolicyWorld.addresses(of: key).contains(address) { return space }
        return outside
    }

    /// Which of some connections come about: all are tried at once, and those that are denied are silent.
    ///
    /// Of SCTP it is the first packet that has to come through.
    ///
    /// - Parameters:
    ///   - probes: the connections.
    ///   - expected: those that should come about, for which there is more patience.
    /// - Returns: whether each came about.
    /// - Throws: why a connection can't even be tried.
    func tries(_ probes: [PolicyProbe], expecting expected: Set<PolicyProbe> = []) throws -> [PolicyProbe: Bool] {
        let attempts: [any Attempt] = try probes.map { probe in
            let space = namespace(of: probe.source)
            guard probe.transport == .sctp else { return try SocketAttempt(probe, in: space) }
            return PacketAttempt(probe, in: space, arrivals[namespace(of: probe.destination).name])
        }
        let deadline = Deadline.after(Patience.duration(.milliseconds(150)))
        let lastDeadline = Deadline.after(Patience.duration(.seconds(4)))
        var results: [PolicyProbe: Bool] = [:]
        while !deadline.hasPassed || !lastDeadline.hasPassed && expected.contains(where: { results[$0] == nil }) {
            if results.count == attempts.count { break }
            for attempt in attempts where results[attempt.probe] == nil && attempt.succeeds() {
                results[attempt.probe] = true
            }
            usleep(1000)
        }
        for attempt in attempts where results[attempt.probe] == nil { results[attempt.probe] = attempt.succeeds() }
        return results
    }
}

/// A connection that is being tried.
private protocol Attempt: AnyObject {
    var probe: PolicyProbe { get }
    /// Whether it came about so far.
    func succeeds() -> Bool
}

/// The first packet of an association, and whether it arrives: the kernel may have no SCTP.
private final class PacketAttempt: Attempt {
    let probe: PolicyProbe
    private let space: TestNamespace
    private let packet: SCTPInitiation
    private let arrivals: SCTPArrivals?
    private var next = Deadline.now
    private static let tags = Atomic<UInt32>(0)

    init(_ probe: PolicyProbe, in space: TestNamespace, _ arrivals: SCTPArrivals?) {
        self.probe = probe
        self.space = space
        self.arrivals = arrivals
        packet = SCTPInitiation(tag: Self.tags.add(1, ordering: .relaxed).newValue)
    }

    func succeeds() -> Bool {
        if next.hasPassed {
            next = .after(.milliseconds(100))
            let target = IPEndpoint(address: probe.destination, port: probe.port)
            try? space.run { try packet.send(from: probe.source, to: target) }
        }
        return arrivals?.contains(packet) ?? false
    }
}

/// A question in TCP or UDP.
private final class SocketAttempt: Attempt {
    let probe: PolicyProbe
    private let socket: InternetSocket
    private var isAsked = false

    /// Begins.
    init(_ probe: PolicyProbe, in space: TestNamespace) throws {
        self.probe = probe
        let transport: InternetSocket.Transport = probe.transport == .tcp ? .tcp : .udp
        socket = try space.run { try InternetSocket(transport, family: probe.source.family) }
        try socket.bind(to: IPEndpoint(address: probe.source, port: 0))
        do throws(TrafficError) {
            try socket.connect(to: IPEndpoint(address: probe.destination, port: probe.port), timeout: 0)
        } catch {}  // The handshake goes on.
    }

    func succeeds() -> Bool {
        do throws(TrafficError) {
            if !isAsked { try socket.send(Array("who?\n".utf8)) }
            isAsked = true
            return try !socket.receive(timeout: 0).isEmpty
        } catch {
            return false
        }
    }
}
