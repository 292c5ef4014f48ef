import LinuxSystem
public import LinuxSystemTesting
public import NetworkTypes
import Synchronization
public import TrafficTesting

/// What a thread and its starter tell each other.
private final class ServerState: Sendable {
    let isListening = Atomic(false)
    let isDone = Atomic(false)
}

/// Runs a closure while a server answers in a namespace, on port 8080 or another one.
///
/// - Throws: when the server does not listen within ten seconds; what the closure throws.
public func withServer(
    named name: String,
    in namespace: TestNamespace,
    port: Port = 8080,
    families: [IPFamily],
    transports: [InternetSocket.Transport] = InternetSocket.Transport.common,
    _ body: () throws -> Void
) throws {
    let state = ServerState()
    let thread = try DedicatedThread.start(name: "server") {
        try? namespace.run {
            let server = try NameServer(
                name: name,
                port: port,
                families: families,
                transports: transports
            )
            state.isListening.store(true, ordering: .releasing)
            server.run { state.isDone.load(ordering: .acquiring) }
        }
    }
    defer {
        state.isDone.store(true, ordering: .releasing)
        thread.join()
    }
    let deadline = Deadline.after(.seconds(10))
    while !state.isListening.load(ordering: .acquiring) {
        guard !deadline.hasPassed else {
            throw LinuxSystemError(.timedOut, "start server", name, detail: "it does not listen")
        }
    }
    try body()
}
