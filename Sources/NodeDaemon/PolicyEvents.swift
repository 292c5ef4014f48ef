import ClusterModel
import ControlStoreClient
import Logging
import PolicyPlan

/// Tells in an Event of a policy that can't be enforced as it is written.
struct PolicyEvents: Sendable {
    let client: StoreClient
    let nodeName: String
    let logger: Logger

    /// Writes the Event in the background; that it can't be written is told in the log only.
    func report(_ problem: PolicyProblem) {
        Task {
            var policy = NetworkPolicy(namespace: problem.policy.namespace, name: problem.policy.name)
            policy.metadata.uid = problem.uid
            let now = Timestamp.now()
            let event = Event(
                about: policy,
                name: "\(problem.policy.name.prefix(200)).\(Self.suffix(now))",
                isWarning: true,
                reason: "MalformedPolicy",
                message: problem.text,
                component: "weftd",
                instance: nodeName,
                time: now
            )
            do {
                _ = try await client.create(event)
            } catch {
                logger.warning(
                    "an Event could not be written",
                    metadata: ["policy": "\(problem.policy)", "error": "\(error)"]
                )
            }
        }
    }

    /// As the names of Events end elsewhere.
    private static func suffix(_ time: Timestamp) -> String {
        String(time.seconds * 1_000_000_000 + Int64(time.nanoseconds), radix: 16)
    }
}
