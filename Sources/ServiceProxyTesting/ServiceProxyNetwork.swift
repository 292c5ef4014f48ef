import LinuxSystem
public import LinuxSystemTesting
public import NetworkTypes
public import TrafficTesting

/// A node with pods of its own, two if nothing else is said, and a client outside.
///
/// Namespaces and veth pairs, routed, with small real servers in the pods.
public struct ServiceProxyNetwork {
    /// The node.
    public let node: TestNamespace
    /// Its pods.
    public let pods: [TestNamespace]
    /// The client outside.
    public let client: TestNamespace

    /// The name of a pod's server by the pod's number, from 1.
    public static func podName(_ number: Int) -> String { "pod\(number)" }

    /// The address of a pod by its number.
    public static func podAddress(_ number: Int, _ family: IPFamily) -> String {
        family == .ipv4 ? "10.244.0.\(number + 1)" : "fd44::\(number + 1)"
    }

    /// The node's address outside.
    public static func nodeAddress(_ family: IPFamily) -> String { family == .ipv4 ? "198.51.100.1" : "2001:db8:1::1" }
    /// The client's address.
    public static func clientAddress(_ family: IPFamily) -> String {
        family == .ipv4 ? "198.51.100.2" : "2001:db8:1::2"
    }

    private init(_ namespaces: [TestNamespace]) throws {
        node = namespaces[0]
        client = namespaces[1]
        pods = Array(namespaces[2...])
        // The node forwards, and answers every refused packet, however many there are.
        let settings = [
            ("net.ipv4.ip_forward", "1"), ("net.ipv6.conf.all.forwarding", "1"), ("net.ipv4.icmp_ratelimit", "0"),
            ("net.ipv6.icmp.ratelimit", "0"), ("net.ipv4.icmp_ratemask", "0"), ("net.ipv6.icmp.ratemask", "2"),
        ]
        for (name, value) in settings { try node.run { try Sysctl.write(name, value) } }
        try wireClient()
        for (index, pod) in pods.enumerated() { try wirePod(index + 1, pod) }
    }

    private func ip(_ namespace: TestNamespace, _ command: String) throws {
        try Witness.run("ip", command.split(separator: " ").map(String.init), in: namespace.namespace)
    }

    private func wireClient() throws {
        try ip(node, "link add ext type veth peer name eth0 netns \(client.name)")
        try ip(node, "link set ext up")
        try ip(client, "link set eth0 up")
        for (family, length) in [(IPFamily.ipv4, 24), (.ipv6, 64)] {
            let nodad = family == .ipv6 ? " nodad" : ""
            let flag = family == .ipv4 ? "-4" : "-6"
            try ip(node, "address add \(Self.nodeAddress(family))/\(length) dev ext\(nodad)")
            try ip(client, "address add \(Self.clientAddress(family))/\(length) dev eth0\(nodad)")
            // A connection to a ClusterIP from the node itself needs some route before it is translated.
            try ip(node, "\(flag) route add default via \(Self.clientAddress(family))")
            try ip(client, "\(flag) route add default via \(Self.nodeAddress(family))")
        }
    }

    private func wirePod(_ number: Int, _ pod: TestNamespace) throws {
        try ip(node, "link add veth\(number) type veth peer name eth0 netns \(pod.name)")
        try ip(node, "link set veth\(number) up")
        try ip(pod, "link set eth0 up")
        for (family, gateway) in [(IPFamily.ipv4, "169.254.1.\(number)"), (.ipv6, "fe80::1")] {
            let isFour = family == .ipv4
            let (flag, host) = isFour ? ("-4", 32) : ("-6", 128)
            let nodad = isFour ? "" : " nodad"
            try ip(node, "address add \(gateway)/\(isFour ? 32 : 64) dev veth\(number)\(nodad)")
            try ip(pod, "address add \(Self.podAddress(number, family))/\(host) dev eth0\(nodad)")
            try ip(node, "\(flag) route add \(Self.podAddress(number, family))/\(host) dev veth\(number)")
            try ip(pod, "\(flag) route add default via \(gateway) dev eth0 onlink")
        }
    }

    /// Builds the network, runs a test in it, and takes it down.
    ///
    /// - Parameters:
    ///   - label: a part of the namespaces' names.
    ///   - podCount: how many pods the node has.
    ///   - transports: what their servers speak.
    ///   - body: the test.
    /// - Throws: what the test throws, or why there is no such network to be had.
    public static func with(
        _ label: String = #function,
        pods podCount: Int = 2,
        transports: [InternetSocket.Transport] = InternetSocket.Transport.common,
        _ body: (ServiceProxyNetwork) throws -> Void
    ) throws {
        try withTestNamespaces(2 + podCount, label) { namespaces in
            let network = try ServiceProxyNetwork(namespaces)
            try network.serve(from: 1, transports) { try body(network) }
        }
    }

    /// Runs the servers of all pods from one on.
    private func serve(
        from number: Int,
        _ transports: [InternetSocket.Transport],
        _ body: () throws -> Void
    ) throws {
        guard number <= pods.count else { return try body() }
        let (name, pod) = (Self.podName(number), pods[number - 1])
        try withServer(named: name, in: pod, families: IPFamily.allCases, transports: transports) {
            try serve(from: number + 1, transports, body)
        }
    }

    /// Asks from a namespace who answers at an address, so many times; counts the answers by server.
    public func ask(
        from namespace: TestNamespace,
        _ target: IPEndpoint,
        _ transport: InternetSocket.Transport = .tcp,
        times: Int = 1
    ) throws -> [Probe.Answer] {
        try namespace.run { try (0..<times).map { _ in try Probe(transport, target, timeout: 2000).ask() } }
    }

    /// The error of a question that should not be answered.
    ///
    /// An answer that comes while connect(2) still holds the socket counts only at the next SYN, a second later.
    public func refusal(
        from namespace: TestNamespace,
        _ target: IPEndpoint,
        _ transport: InternetSocket.Transport = .tcp,
        patience: Int32 = 500
    ) throws -> TrafficError? {
        try namespace.run {
            do throws(TrafficError) {
                _ = try Probe(transport, target, timeout: patience).ask()
                return nil
            } catch {
                return error
            }
        }
    }
}
