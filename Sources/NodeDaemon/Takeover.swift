import Logging
import ServiceProxy

/// Takes away what kube-proxy left in the kernel, or says that it is there.
///
/// The own rules come first, then theirs go; connection tracking is left alone, so that no connection notices.
struct Takeover: Sendable {
    let remains: KubeProxyRemains
    /// Whether anything is removed.
    let isWanted: Bool
    let logger: Logger

    /// Between two looks at virtual servers that still have connections.
    private static let interval = Duration.seconds(10)

    /// Waits until the present mode is in the kernel; returns when there is nothing left to do.
    ///
    /// - Throws: `CancellationError`.
    func runOnceSynced(_ proxy: ServiceProxyReconciler) async throws {
        while !(await proxy.health.isSynced) { try await Task.sleep(for: .milliseconds(50)) }
        guard isWanted else { return report() }
        var (remains, told) = (remains, Set<String>())
        for look in 0... {
            let removal = remains.remove()
            for line in removal.removed {
                logger.notice("removed what kube-proxy left", metadata: ["object": "\(line)"])
            }
            // Chains that were in use by both, and addresses that went with its link, are looked at again.
            if !removal.removed.isEmpty { await proxy.resync() }
            for failure in removal.failures where told.insert(failure).inserted {
                logger.warning("what kube-proxy left could not be removed", metadata: ["error": "\(failure)"])
            }
            guard !removal.busy.isEmpty || !removal.failures.isEmpty else { return }
            if look > 0, !removal.busy.isEmpty, told.insert("busy").inserted {
                logger.notice(
                    "what leads or carries connections of kube-proxy stays until they end",
                    metadata: ["count": "\(removal.busy.count)", "first": "\(removal.busy[0])"]
                )
            }
            try await Task.sleep(for: look == 0 ? KubeProxyRemains.grace : Self.interval)
        }
    }

    private func report() {
        do {
            let found = try remains.find()
            guard !found.isEmpty else { return }
            logger.warning(
                "kube-proxy left rules here; end it and start weftd with --takeover, or run kube-proxy --cleanup",
                metadata: ["found": "\(found.joined(separator: ", "))"]
            )
        } catch {
            logger.warning("can't look for what kube-proxy left", metadata: ["error": "\(error)"])
        }
    }
}
