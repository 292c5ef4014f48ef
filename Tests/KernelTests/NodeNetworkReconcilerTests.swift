import ClusterModel
import CoreMetrics
import Glibc
import JSONTree
import LinuxSystem
import LinuxSystemTesting
import Logging
import NetworkTypes
import NodeNetwork
import Synchronization
import Testing

/// The whole loop in a namespace: Nodes in, routes and parameters out, and faults put right.
@Suite(.enabled(if: KernelFeature.veth.isAvailable), .timeLimit(.minutes(15)))
struct NodeNetworkReconcilerTests {
    private final class Cluster: Sendable {
        private let state = Mutex<[String: Node]>([:])
        var nodes: [Node] { state.withLock { Array($0.values) } }

        func set(_ name: String, _ cidrs: [String], _ addresses: [String]) {
            var node = Node(name: name)
            node.podCIDRs = cidrs
            node.addresses = addresses.map { .init(type: "InternalIP", address: $0) }
            state.withLock { $0[name] = node }
        }

        func remove(_ name: String) { state.withLock { $0[name] = nil } }
    }

    private struct Session {
        let namespace: NetworkNamespace
        let cluster: Cluster
        let reconciler: NodeNetworkReconciler

        func waitForRoutes(_ expected: [String], _ family: IPFamily = .ipv4) async throws {
            while try NodeNetworkFixture.routes(namespace, family) != expected {
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    private static func run(_ label: String, _ body: @escaping @Sendable (Session) async throws -> Void) async throws {
        let name = "weft-node-network-\(label)-\(getpid())"
        let namespace = try NetworkNamespace.create(named: name)
        defer { try? NetworkNamespace.remove(named: name) }
        try NodeNetworkFixture.addLink(to: namespace)
        try await run(in: namespace, body)
    }

    private static func run(
        in namespace: NetworkNamespace,
        _ body: @escaping @Sendable (Session) async throws -> Void
    ) async throws {
        let cluster = Cluster()
        cluster.set("own", ["10.244.0.0/24", "fd00:0:0:1::/64"], ["192.168.7.1", "fd07::1"])
        cluster.set("b", ["10.244.1.0/24", "fd00:0:0:2::/64"], ["192.168.7.2", "fd07::2"])
        var timings = NodeNetworkReconciler.Timings()
        timings.pause = .milliseconds(10)
        timings.fullPeriod = .seconds(3600)
        let reconciler = NodeNetworkReconciler(
            nodeName: "own",
            nodes: { cluster.nodes },
            timings: timings,
            namespace: namespace,
            metrics: NOOPMetricsHandler.instance,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let session = Session(namespace: namespace, cluster: cluster, reconciler: reconciler)
        try await withThrowingTaskGroup { group in
            group.addTask { try await reconciler.run() }
            try await body(session)
            group.cancelAll()
        }
    }

    @Test func routesFollowTheNodes() async throws {
        try await Self.run("nodes") { session in
            try await session.waitForRoutes(["10.244.1.0/24 via 192.168.7.2 dev eth0"])
            try await session.waitForRoutes(["fd00:0:0:2::/64 via fd07::2 dev eth0"], .ipv6)
            #expect(session.reconciler.isSynced)
            session.cluster.set("c", ["10.244.2.0/24"], ["192.168.7.3"])
            session.reconciler.nodesChanged()
            try await session.waitForRoutes([
                "10.244.1.0/24 via 192.168.7.2 dev eth0", "10.244.2.0/24 via 192.168.7.3 dev eth0",
            ])
            session.cluster.remove("b")
            session.reconciler.nodesChanged()
            try await session.waitForRoutes(["10.244.2.0/24 via 192.168.7.3 dev eth0"])
            try await session.waitForRoutes([], .ipv6)
        }
    }

    /// Nobody tells it but the kernel.
    @Test func whatOthersTakeComesBack() async throws {
        try await Self.run("faults") { session in
            let whole = ["10.244.1.0/24 via 192.168.7.2 dev eth0"]
            try await session.waitForRoutes(whole)
            for fault in [
                ["route", "del", "10.244.1.0/24"], ["route", "flush", "proto", "87"],
                ["route", "change", "10.244.1.0/24", "via", "192.168.7.9", "proto", "87"],
            ] {
                _ = try Witness.run("ip", fault, in: session.namespace)
                if fault[1] == "change" { session.reconciler.nodesChanged() }
                try await session.waitForRoutes(whole)
            }
            // The link's fall takes the routes with it; the address' return brings them back.
            try NodeNetworkFixture.ip(session.namespace, "address", "flush", "dev", "eth0")
            try await session.waitForRoutes([])
            try NodeNetworkFixture.ip(session.namespace, "address", "add", "192.168.7.1/24", "dev", "eth0")
            try await session.waitForRoutes(whole)
        }
    }

    @Test func theRoutesStayWhenItEnds() async throws {
        let name = "weft-node-network-stay-\(getpid())"
        let namespace = try NetworkNamespace.create(named: name)
        defer { try? NetworkNamespace.remove(named: name) }
        try NodeNetworkFixture.addLink(to: namespace)
        try await Self.run(in: namespace) { session in
            try await session.waitForRoutes(["10.244.1.0/24 via 192.168.7.2 dev eth0"])
        }
        #expect(try NodeNetworkFixture.routes(namespace, .ipv4) == ["10.244.1.0/24 via 192.168.7.2 dev eth0"])
    }

    @Test func parametersAreSet() async throws {
        try await Self.run("parameters") { session in
            try await session.waitForRoutes(["10.244.1.0/24 via 192.168.7.2 dev eth0"])
            var names = ["net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"]
            if KernelFeature.bridgeNetfilter.isAvailable {
                names += ["net.bridge.bridge-nf-call-iptables", "net.bridge.bridge-nf-call-ip6tables"]
            }
            let values = try withNetworkNamespace(session.namespace) { try names.map { try Sysctl.read($0) } }
            #expect(values == names.map { _ in "1" })
        }
    }
}
