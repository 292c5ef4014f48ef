import ServiceLifecycle

/// A piece of the daemon that runs until the surrounding group shuts down.
struct DaemonTask: ServiceLifecycle.Service {
    /// Must be open before it begins.
    let gates: [Gate]
    let body: @Sendable () async throws -> Void

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            do {
                for gate in gates { try await gate.wait() }
                try await body()
                // A piece that is done stays, as a group ends when one of its members does.
                try await Task.sleep(for: .seconds(Int64.max / 4))
            } catch is CancellationError {}
        }
    }
}
