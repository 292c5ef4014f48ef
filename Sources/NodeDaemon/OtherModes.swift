import Logging
import ServiceProxy

/// Takes away what weftd left in the kernel in another mode than the present one.
///
/// Both modes' rules may stand there for a moment, as they lead to the same endpoints; a moment without any would lose
/// connections. So the others go when the present mode has been written.
struct OtherModes: Sendable {
    let present: ProxyMode
    let logger: Logger

    /// Between two looks at virtual servers that still have connections.
    private static let interval = Duration.seconds(5)

    /// Waits until the present mode is in the kernel, and removes the others' state.
    ///
    /// - Throws: `CancellationError`.
    func removeOnceSynced(_ proxy: ServiceProxyReconciler) async throws {
        var wait = Duration.milliseconds(50)
        while !(await proxy.health.isSynced) {
            try await Task.sleep(for: wait)
            wait = min(wait * 2, .seconds(1))
        }
        tell(NodeCleanup.run(ProxyMode.serving.filter { $0 != present && $0 != .ipvs }.map(Self.step)))
        if present != .ipvs { try await drain() }
    }

    /// Virtual servers lead each packet of their connections: those stay until these have ended.
    private func drain() async throws {
        var removal = IPVSRemoval()
        for look in 0... {
            tell(NodeCleanup.run([NodeCleanup.Step(name: "mode ipvs") { try removal.removeIdle() }]))
            guard removal.busyCount > 0 else { return }
            if look == 1 {
                logger.notice(
                    "virtual servers of mode ipvs stay until their connections end",
                    metadata: ["count": "\(removal.busyCount)"]
                )
            }
            try await Task.sleep(for: look == 0 ? IPVSRemoval.grace : Self.interval)
        }
    }

    private static func step(_ mode: ProxyMode) -> NodeCleanup.Step {
        NodeCleanup.Step(name: "mode \(mode.rawValue)") { try mode.removeState() }
    }

    private func tell(_ result: NodeCleanup.Result) {
        for line in result.removed {
            logger.notice("removed what another mode left", metadata: ["object": "\(line)"])
        }
        if let failure = result.failure {
            logger.warning("what another mode left could not be removed", metadata: ["error": "\(failure)"])
        }
    }
}
