import ClusterModel
import ControlStoreClient
import Logging

/// Finds out at the start whether the store can be reached, so that a wrong address ends the program instead of
/// leaving a node without rules in silence.
struct StoreProbe {
    let client: StoreClient
    let nodeName: String
    let logger: Logger

    /// Returns as soon as the store answers.
    ///
    /// - Throws: `.store` when it hasn't within `limit`, or when what answers is no Kubernetes API; `CancellationError`.
    func waitForStore(atMost limit: Duration) async throws {
        let deadline = ContinuousClock.now + limit
        var backoff = Backoff(base: .milliseconds(200), maximum: .seconds(3))
        while true {
            do {
                _ = try await client.get(Node.self, nodeName)
                return
            } catch {
                if isAnswer(error) { return }
                if error.code == .cancelled { throw CancellationError() }
                guard isTransient(error), ContinuousClock.now < deadline else {
                    throw NodeDaemonError(.store, text(of: error))
                }
                let wait = backoff.next()
                logger.warning(
                    "the store doesn't answer yet",
                    metadata: ["error": "\(error)", "retry-in": "\(wait.brief)"]
                )
                try await Task.sleep(for: wait)
            }
        }
    }

    /// A Node that isn't there yet is the store's answer too.
    private func isAnswer(_ error: ControlStoreClientError) -> Bool { error.code == .notFound && error.status != nil }

    private func text(of error: ControlStoreClientError) -> String {
        let isForeign = error.code == .malformedAnswer || error.code == .notFound
        return isForeign ? "\(client.configuration.server) answers, but is no Kubernetes API: \(error)" : "\(error)"
    }

    private func isTransient(_ error: ControlStoreClientError) -> Bool {
        [.unreachable, .connectionLost, .timeout, .serverError, .tooManyRequests].contains(error.code)
    }
}

extension Duration {
    /// "1.4 s", for logs.
    var brief: String {
        let tenths = Int(self / .milliseconds(100))
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
