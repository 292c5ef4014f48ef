import Logging
import ServiceProxy

/// Takes away what weftd left in the kernel in another mode than the present one.
///
/// Both modes' rules may stand there for a moment, as they lead to the same endpoints; a moment without any would lose
/// connections. So the others go when the present mode has been written.
struct OtherModes: Sendable {
    let present: ProxyMode
    let logger: Logger

    /// Waits until the present mode is in the kernel, and removes the others' state.
    ///
    /// - Throws: `CancellationError`.
    func removeOnceSynced(_ proxy: ServiceProxyReconciler) async throws {
        var wait = Duration.milliseconds(50)
        while !(await proxy.health.isSynced) {
            try await Task.sleep(for: wait)
            wait = min(wait * 2, .seconds(1))
        }
        let others = ProxyMode.allCases.filter { $0 != present }
        let result = NodeCleanup.run(
            others.map { mode in NodeCleanup.Step(name: "mode \(mode.rawValue)") { try mode.removeState() } }
        )
        for line in result.removed {
            logger.notice("removed what another mode left", metadata: ["object": "\(line)"])
        }
        if let failure = result.failure {
            logger.warning("what another mode left could not be removed", metadata: ["error": "\(failure)"])
        }
    }
}
