import ClusterModel
import CoreMetrics
import LinuxSystem
import LinuxSystemTesting
import Logging
import NetworkTypes
import NodePlan
import RouteNetlink
import Synchronization
import Testing

@testable import NodeNetwork

/// The whole loop over VXLAN: what flannel left is taken over, faults heal without anybody's word, modes change.
@Suite(.enabled(if: KernelFeature.vxlan.isAvailable), .timeLimit(.minutes(15)))
struct NodeNetworkVXLANLifeTests {
    /// Node1's Nodes, and how often it published.
    private final class Store: Sendable {
        struct Failure: Error {}

        private let state: Mutex<(nodes: [Node], published: Int, failuresLeft: Int)>

        init(_ nodes: [Node], failing failures: Int = 0) { state = Mutex((nodes, 0, failures)) }

        var nodes: [Node] { state.withLock { $0.nodes } }
        var published: Int { state.withLock { $0.published } }

        func publish(_ annotations: [String: String]) throws {
            try state.withLock { state in
                if state.failuresLeft > 0 {
                    state.failuresLeft -= 1
                    throw Failure()
                }
                state.published += 1
                for (key, value) in annotations { state.nodes[0].metadata.annotations[key] = value }
            }
        }
    }

    private static func reconciler(
        _ kind: NodeNetworkKind,
        _ cluster: VXLANCluster,
        _ store: Store
    ) -> NodeNetworkReconciler {
        var timings = NodeNetworkReconciler.Timings()
        timings.pause = .milliseconds(10)
        timings.fullPeriod = .seconds(3600)
        timings.retry = .milliseconds(50)
        return NodeNetworkReconciler(
            kind,
            nodeName: "node1",
            nodes: { store.nodes },
            publish: { try store.publish($0) },
            timings: timings,
            namespace: cluster.nodes[0].namespace,
            metrics: NOOPMetricsHandler.instance,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Runs node1's loop beside a test.
    private static func run(_ reconciler: NodeNetworkReconciler, _ body: () async throws -> Void) async throws {
        let task = Task { try await reconciler.run() }
        defer { task.cancel() }
        try await body()
        task.cancel()
        try await task.value
    }

    /// Waits until what a closure looks at is so.
    private static func wait(_ what: String, _ condition: () throws -> Bool) async throws {
        let deadline = Deadline.after(.seconds(120))
        while try !condition() {
            try #require(!deadline.hasPassed, "\(what)")
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Without the number that the kernel counts up.
    private static func comparable(_ lines: [String]) -> [String] {
        lines.map { line in
            guard let colon = line.firstIndex(of: ":"), line[..<colon].allSatisfy(\.isNumber) else { return line }
            return String(line[colon...])
        }.sorted()
    }

    /// Nobody tells it but the kernel.
    @Test func whatOthersTakeComesBack() async throws {
        try await VXLANCluster.withSuspending { cluster in
            try cluster.settle()
            let store = Store(cluster.objects)
            let whole = try Self.comparable(cluster.picture(1))
            let reconciler = Self.reconciler(.vxlan, cluster, store)
            try await Self.run(reconciler) {
                try await Self.wait("first sync") { reconciler.isSynced }
                for fault in [
                    "link del flannel.1", "link set flannel-v6.1 down", "neigh del 10.244.2.0 dev flannel.1",
                    "route del 10.244.2.0/24", "link set flannel.1 address 02:00:00:00:00:99",
                    "route change 10.244.3.0/24 via 192.168.7.3 proto 87", "-6 route flush proto 87",
                    "link set flannel.1 down",
                    "address flush dev flannel.1 scope global", "link set flannel-v6.1 mtu 1280",
                ] {
                    try cluster.ip(cluster.nodes[0], fault)
                    try await Self.wait(fault) {
                        // A look at a link that is being made anew may fail.
                        (try? Self.comparable(cluster.picture(1))) == whole
                    }
                }
                let mac = try cluster.mac(2, .ipv4)
                try cluster.nodes[0].witness("bridge", "fdb", "del", mac, "dev", "flannel.1", "dst", "192.168.7.2")
                try await Self.wait("fdb") { try Self.comparable(cluster.picture(1)) == whole }
                #expect(reconciler.podMTU == 1430)
            }
            #expect(store.published == 0, "the Node had all of it")
            #expect(try Self.comparable(cluster.picture(1)) == whole, "all stays when it ends")
        }
    }

    @Test func annotationsArePublishedOnceAndAfterFailures() async throws {
        try await VXLANCluster.withSuspending { cluster in
            let store = Store(cluster.objects, failing: 3)
            let reconciler = Self.reconciler(.vxlan, cluster, store)
            try await Self.run(reconciler) {
                try await Self.wait("published") { store.published > 0 }
                let first = store.nodes[0].metadata.annotations.dictionary
                #expect(first["flannel.alpha.coreos.com/public-ip"] == "192.168.7.1")
                for _ in 1...5 {
                    reconciler.nodesChanged()
                    try await Task.sleep(for: .milliseconds(20))
                }
                #expect(store.published == 1)
                #expect(store.nodes[0].metadata.annotations.dictionary == first)
            }
        }
    }

    /// Host-gw, VXLAN, host-gw on a live node: nothing of the other mode stays.
    @Test func modesReplaceEachOther() async throws {
        try await VXLANCluster.withSuspending { cluster in
            try cluster.settle()
            let node = cluster.nodes[0]
            let store = Store(cluster.objects)
            let tunnel = try Self.comparable(cluster.picture(1))
            for round in 1...2 {
                try await Self.run(Self.reconciler(.hostGateway, cluster, store)) {
                    try await Self.wait("host-gw \(round)") {
                        let routes = try NodeNetworkFixture.routes(node.namespace, .ipv4)
                        let links = try node.witness("ip", "-o", "link")
                        return routes == [
                            "10.244.2.0/24 via 192.168.7.2 dev eth0", "10.244.3.0/24 via 192.168.7.3 dev eth0",
                        ] && !links.contains("flannel")
                    }
                    #expect(try NodeNetworkFixture.routes(node.namespace, .ipv6).allSatisfy { $0.hasSuffix("eth0") })
                }
                try await Self.run(Self.reconciler(.vxlan, cluster, store)) {
                    try await Self.wait("vxlan \(round)") { (try? Self.comparable(cluster.picture(1))) == tunnel }
                }
            }
        }
    }

    /// What flannel made, by the commands that do what it does, is taken over as it is: the same link, and its MAC
    /// address, which no Node tells yet.
    @Test func whatFlannelMadeIsAdopted() throws {
        try VXLANCluster.with(families: [.ipv4]) { cluster in
            let node = cluster.nodes[0]
            for command in [
                "link add flannel.1 address 3e:00:00:00:00:01 mtu 1450 type vxlan id 1 local 192.168.7.1 dev eth0 dstport 8472 nolearning",
                "address add 10.244.1.0/32 dev flannel.1", "link set flannel.1 up",
                "neigh add 10.244.2.0 lladdr 3e:00:00:00:00:02 dev flannel.1 nud permanent",
                "route add 10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink",
                "neigh add 10.244.7.0 lladdr 3e:00:00:00:00:07 dev flannel.1 nud permanent",
                "route add 10.244.7.0/24 via 10.244.7.0 dev flannel.1 onlink",
            ] { try cluster.ip(node, command) }
            for number in [2, 7] {
                try node.witness(
                    "bridge",
                    "fdb",
                    "add",
                    "3e:00:00:00:00:0\(number)",
                    "dev",
                    "flannel.1",
                    "dst",
                    "192.168.7.\(number)"
                )
            }
            let before = try node.witness("ip", "-o", "link", "show", "flannel.1").split(separator: ":")[0]
            cluster.objects[1].metadata.annotations = Labels([
                "flannel.alpha.coreos.com/backend-type": "vxlan",
                "flannel.alpha.coreos.com/kube-subnet-manager": "true",
                "flannel.alpha.coreos.com/public-ip": "192.168.7.2",
                "flannel.alpha.coreos.com/backend-data": #"{"VNI":1,"VtepMAC":"3e:00:00:00:00:02"}"#,
            ])
            let outcome = try cluster.sync(1)
            #expect(outcome.failures.isEmpty && outcome.changes == ["link flannel.1 takes no router advertisements"])
            // The route's maker becomes us, in place; what node 7 left goes.
            #expect(outcome.added == 0 && outcome.replaced == 1 && outcome.removed == 3 && outcome.unchanged == 2)
            #expect(try node.witness("ip", "-o", "link", "show", "flannel.1").split(separator: ":")[0] == before)
            #expect(try cluster.mac(1, .ipv4) == "3e:00:00:00:00:01")
            #expect(
                try node.witness("ip", "route").contains("10.244.2.0/24 via 10.244.2.0 dev flannel.1 proto 87 onlink")
            )
            #expect(try node.witness("ip", "route").contains("10.244.7.0") == false)
        }
    }

    @Test func cleanupRemovesLinksAndRoutes() throws {
        try VXLANCluster.with { cluster in
            try cluster.settle()
            let node = cluster.nodes[0]
            try cluster.ip(node, "link add vxlan.9 type vxlan id 9 dstport 8472")
            let removed = try NodeNetworkCleanup.removeAll(in: node.namespace)
            #expect(removed.count == 6, "\(removed)")
            #expect(removed.suffix(2) == ["link flannel.1", "link flannel-v6.1"])
            #expect(try NodeNetworkCleanup.removeAll(in: node.namespace).isEmpty)
            let links = try node.witness("ip", "-o", "link")
            #expect(!links.contains("flannel") && links.contains("vxlan.9"))
            #expect(try node.witness("ip", "route", "show", "proto", "87").isEmpty)
        }
    }

    /// A flannel that runs beside host-gw keeps its link; a link of the name with another form is nobody's of ours.
    @Test func hostGatewayLeavesFlannelsLink() async throws {
        try await VXLANCluster.withSuspending(families: [.ipv4]) { cluster in
            let node = cluster.nodes[0]
            try cluster.ip(
                node,
                "link add flannel.1 type vxlan id 1 local 192.168.7.1 dev eth0 dstport 8472 nolearning"
            )
            let reconciler = Self.reconciler(.hostGateway, cluster, Store(cluster.objects))
            try await Self.run(reconciler) {
                try await Self.wait("first sync") { reconciler.isSynced }
                #expect(try node.witness("ip", "-o", "link").contains("flannel.1"))
            }
        }
    }
}
