import ClusterModel
import ControlStoreClient
import CoreMetrics
import LinuxSystem
import Logging
import NFTables
import NetworkTypes
import PolicyEnforcer
import RouteNetlink

/// The part of the daemon that enforces NetworkPolicies.
struct PolicyEngine: Sendable {
    private let objects: PolicyObjects
    private let reconciler: PolicyReconciler
    private let annotations: NodeAnnotations
    private let logger: Logger
    /// The annotation of the own Node with the revision of the newest policy that its kernel follows.
    static let annotation = "weft/network-policies-revision"

    /// Puts the pieces together, and looks at what an earlier run left; nothing is sent or written yet.
    ///
    /// - Throws: `.kernel`, if nf_tables can't be used.
    init(
        _ options: DaemonOptions,
        client: StoreClient,
        notices: NoticeEvents,
        firstCommits: FirstCommits,
        metrics: any MetricsFactory,
        logger: Logger
    ) throws {
        let events = PolicyEvents(client: client, nodeName: options.nodeName, logger: logger)
        var surroundings = PolicyReconciler.Surroundings(
            cutter: options.existingFlows == .cut ? .kernel : nil,
            ownAddresses: Self.ownAddresses,
            isGone: { await HeldPod($0).isGone(client) }
        )
        surroundings.noticeDrift = { notices.tell($0) }
        do {
            reconciler = try PolicyReconciler(
                nodeName: options.nodeName,
                backends: AddressFamilies.usable().map { try NFTablesPolicyBackend($0) },
                surroundings: surroundings,
                firstCommits: firstCommits,
                report: { events.report($0) },
                metrics: metrics,
                logger: logger
            )
        } catch {
            throw NodeDaemonError(
                .kernel,
                "NetworkPolicies can't be enforced: \(error); is nf_tables in the kernel? load it with: modprobe nf_tables, or use --policy none"
            )
        }
        annotations = NodeAnnotations(client: client, nodeName: options.nodeName)
        self.logger = logger
        objects = PolicyObjects(client: client, logger: logger)
        objects.connect(reconciler)
    }

    /// What runs, once the gates are open.
    func tasks(gates: [Gate]) -> [DaemonTask] {
        objects.tasks(reconciler, gates: gates) + [
            DaemonTask(gates: gates) { showBridgedPackets() },
            DaemonTask(gates: gates) { try await annotate() },
            DaemonTask(gates: gates) { try await releaseMemoryOnceSynced() },
        ]
    }

    /// Whether the kernel follows.
    var isSynced: Bool { get async { await reconciler.hasSynced } }

    /// Packets between pods of one bridge pass nf_tables with these parameters only; whoever made the bridge may not have
    /// set them.
    private func showBridgedPackets() {
        for name in ["net.bridge.bridge-nf-call-iptables", "net.bridge.bridge-nf-call-ip6tables"] {
            do {
                _ = try Sysctl.ensure(name, "1")
            } catch {
                let isAbsent = error.errno == .noSuchFileOrDirectory
                logger.log(
                    level: isAbsent ? .notice : .warning,
                    isAbsent
                        ? "pods of one bridge can't be isolated from each other: load br_netfilter: modprobe br_netfilter"
                        : "pods of one bridge can't be isolated from each other",
                    metadata: ["parameter": "\(name)", "error": "\(error)"]
                )
            }
        }
    }

    /// The lists of the start take more memory than everything that stays.
    private func releaseMemoryOnceSynced() async throws {
        while !(await reconciler.hasSynced) { try await Task.sleep(for: .milliseconds(200)) }
        SpareMemory.release()
    }

    /// Writes the annotation when the revision changed, once a second at most.
    private func annotate() async throws {
        var written = 0
        while true {
            try await Task.sleep(for: .seconds(1))
            let revision = await reconciler.programmedRevision
            guard revision != written else { continue }
            do {
                try await annotations.publish([Self.annotation: "\(revision)"])
                written = revision
            } catch {
                logger.debug("the Node could not be annotated", metadata: ["error": "\(error)"])
            }
        }
    }

    @Sendable private static func ownAddresses() throws -> Set<IPAddress> {
        var connection = try RouteConnection.open()
        return Set(try connection.addresses().map(\.prefix.address))
    }

    /// Removes the tables; without them nothing happens.
    ///
    /// - Returns: one line for each thing that was removed.
    static func removeState() throws -> [String] {
        try PartialCleanup.forEachFamily { family in
            try ProxyMode.removeTable(NFTablesPolicyBackend.table(family))
        }
    }
}
