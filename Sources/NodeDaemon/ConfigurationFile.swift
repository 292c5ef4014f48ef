/// The file that the daemon was configured with; when it changes, the daemon ends, to be started anew.
struct ConfigurationFile: Sendable {
    let path: String
    /// What it held at the start.
    let text: String
    /// Between two looks.
    var interval: Duration = .seconds(5)

    /// Returns never.
    ///
    /// A file that can't be read is in the middle of being replaced, or gone: what it said stays in force.
    /// - Throws: `.option` when it holds something else; `CancellationError`.
    func waitForChange() async throws {
        while true {
            try await Task.sleep(for: interval)
            guard let present = try? DaemonArguments.text(of: path), present != text else { continue }
            throw NodeDaemonError(.option, "--config \(path) was changed: ending, to be started anew with it")
        }
    }
}
