import ClusterModel
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import NodePlan
import RouteNetlink
import Testing
import TrafficTesting

@testable import NodeNetwork

/// Three nodes on a bridged underlay, each with one pod, and their Nodes; what VXLAN tests share.
final class VXLANCluster {
    static let port = Port(rawValue: 9000)

    let nodes: [TestNamespace]
    let pods: [TestNamespace]
    let families: [IPFamily]
    /// The Nodes, with the annotations that ``sync(_:)`` wrote.
    var objects: [Node]

    private init(_ namespaces: [TestNamespace], families: [IPFamily]) throws {
        let underlay = namespaces[0]
        nodes = Array(namespaces[1...3])
        pods = Array(namespaces[4...6])
        self.families = families
        objects = (1...3).map { number in
            var node = Node(name: "node\(number)")
            node.podCIDRs = families.map { Self.podRange(number, $0) }
            node.addresses = families.map { .init(type: "InternalIP", address: Self.nodeAddress(number, $0)) }
            return node
        }
        try underlay.witness("ip", "link", "add", "br0", "type", "bridge", "mcast_snooping", "0")
        try underlay.witness("ip", "link", "set", "br0", "up")
        for number in 1...3 { try wire(number, underlay) }
    }

    static func nodeAddress(_ number: Int, _ family: IPFamily) -> String {
        family == .ipv4 ? "192.168.7.\(number)" : "fd07::\(number)"
    }
    static func podRange(_ number: Int, _ family: IPFamily) -> String {
        family == .ipv4 ? "10.244.\(number).0/24" : "fd44:0:0:\(number)::/64"
    }
    static func podAddress(_ number: Int, _ family: IPFamily) -> String {
        family == .ipv4 ? "10.244.\(number).2" : "fd44:0:0:\(number)::2"
    }

    private func wire(_ number: Int, _ underlay: TestNamespace) throws {
        let (node, pod) = (nodes[number - 1], pods[number - 1])
        try ip(underlay, "link add port\(number) type veth peer name eth0 netns \(node.name)")
        try ip(underlay, "link set port\(number) master br0 up")
        try ip(node, "link set eth0 up")
        try ip(node, "link add cni0 type veth peer name eth0 netns \(pod.name)")
        try ip(node, "link set cni0 up")
        try ip(pod, "link set eth0 up")
        for family in IPFamily.allCases {
            let (flag, nodad) = family == .ipv4 ? ("-4", "") : ("-6", " nodad")
            let length = family == .ipv4 ? 24 : 64
            let gateway = Self.podAddress(number, family).dropLast() + "1"
            try ip(node, "address add \(Self.nodeAddress(number, family))/\(length) dev eth0\(nodad)")
            try ip(node, "address add \(gateway)/\(length) dev cni0\(nodad)")
            try ip(pod, "address add \(Self.podAddress(number, family))/\(length) dev eth0\(nodad)")
            try ip(pod, "\(flag) route add default via \(gateway)")
        }
        for name in ["net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"] {
            try node.run { try Sysctl.write(name, "1") }
        }
    }

    func ip(_ namespace: TestNamespace, _ command: String) throws {
        try Witness.run("ip", command.split(separator: " ").map(String.init), in: namespace.namespace)
    }

    /// Builds the network, runs a test in it, and takes it down.
    static func with(
        _ label: String = #function,
        families: [IPFamily] = IPFamily.allCases,
        _ body: (VXLANCluster) throws -> Void
    ) throws {
        try withTestNamespaces(7, label) { try body(VXLANCluster($0, families: families)) }
    }

    /// As ``with(_:families:_:)``, for a test that suspends.
    static func withSuspending(
        _ label: String = #function,
        families: [IPFamily] = IPFamily.allCases,
        _ body: (VXLANCluster) async throws -> Void
    ) async throws {
        try await withSuspendingTestNamespaces(7, label) { try await body(VXLANCluster($0, families: families)) }
    }

    /// A node's network without memory, as a daemon that just started has it.
    func network(_ number: Int) throws -> VXLANNetwork {
        let namespace = nodes[number - 1].namespace
        return VXLANNetwork(
            nodeName: "node\(number)",
            devices: VXLANDevices(try RouteConnection.open(in: namespace), in: namespace),
            connection: try RouteConnection.open(in: namespace)
        )
    }

    /// Syncs a node once and notes its annotations at its Node.
    @discardableResult
    func sync(_ number: Int, with network: VXLANNetwork? = nil) throws -> NodeNetworkOutcome {
        let network = try network ?? self.network(number)
        _ = network.plan(objects)
        let outcome = try network.apply()
        for (key, value) in outcome.annotations { objects[number - 1].metadata.annotations[key] = value }
        return outcome
    }

    /// Syncs all until each knows the others.
    func settle() throws {
        for _ in 1...2 {
            for number in 1...3 { #expect(try sync(number).failures.isEmpty) }
        }
    }

    /// The MAC address that a node's Node tells of.
    func mac(_ number: Int, _ family: IPFamily) throws -> String {
        let key = FlannelAnnotations.backendData(family)
        let data = try #require(objects[number - 1].metadata.annotations[key])
        return try #require(data.split(separator: "\"").last { $0.count == 17 }.map(String.init))
    }

    /// Asks from a pod whether another answers, and as whom it saw the first.
    func ask(_ from: Int, _ to: Int, _ transport: InternetSocket.Transport, _ family: IPFamily) throws -> String {
        let target = try #require(IPAddress(Self.podAddress(to, family)))
        let endpoint = IPEndpoint(address: target, port: Port(rawValue: 8080))
        return try pods[from - 1].run { "\(try Probe(transport, endpoint, timeout: 3000).ask().clientSeen.address)" }
    }

    /// How many bytes of a datagram of a size arrive in another pod; 0 when it does not.
    func pass(_ size: Int, _ from: Int, _ to: Int, _ family: IPFamily) throws -> Int {
        let target = try #require(IPAddress(Self.podAddress(to, family)))
        let endpoint = IPEndpoint(address: target, port: Self.port)
        let receiver = try pods[to - 1].run {
            let socket = try InternetSocket(.udp, family: family)
            try socket.bind(to: endpoint)
            return socket
        }
        try pods[from - 1].run {
            try InternetSocket(.udp, family: family).send([UInt8](repeating: 7, count: size), to: endpoint)
        }
        return (try? receiver.receive(timeout: 1000).count) ?? 0
    }

    /// All of a node's kernel state that is ours, as the tools print it.
    func picture(_ number: Int) throws -> [String] {
        let node = nodes[number - 1]
        var lines: [String] = []
        for family in families {
            let device = VXLANDevice.name(family)
            let flag = family == .ipv4 ? "-4" : "-6"
            lines += try Self.lines(node.witness("ip", "-o", "-d", "link", "show", device))
            lines += try Self.lines(node.witness("bridge", "fdb", "show", "dev", device))
            lines += try Self.lines(node.witness("ip", flag, "neigh", "show", "dev", device, "nud", "permanent"))
            lines += try Self.lines(node.witness("ip", flag, "route", "show", "proto", "87"))
            lines += try Self.lines(node.witness("ip", flag, "-o", "address", "show", "dev", device, "scope", "global"))
        }
        return lines
    }

    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }.sorted()
    }
}
