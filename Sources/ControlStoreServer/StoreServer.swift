public import ControlStore
import Glibc
import Hummingbird
public import Logging
import NIOCore
import NetworkTypes
import PrometheusText
public import ServiceLifecycle

/// The store behind HTTP, on any number of addresses.
public struct StoreServer: Service {
    private let store: ObjectStore
    private let addresses: [ListenAddress]
    private let logger: Logger
    let stalls: StalledWrites
    private let metrics: ServerMetrics
    private let onListening: @Sendable (String) -> Void

    /// Makes a server.
    /// - Parameters:
    ///   - store: the store; it is not closed by the server.
    ///   - addresses: where to listen.
    ///   - logger: where to tell of it.
    ///   - stallLimit: how long a watch's client may take nothing before its connection is closed.
    ///   - onListening: called with each address as soon as it can be connected to, with the port that was chosen.
    public init(
        store: ObjectStore,
        addresses: [ListenAddress],
        logger: Logger,
        stallLimit: Duration = .seconds(30),
        onListening: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.store = store
        self.addresses = addresses
        self.logger = logger
        self.onListening = onListening
        stalls = StalledWrites(limit: stallLimit)
        metrics = ServerMetrics(registry: PrometheusRegistry())
    }

    var responder: StoreResponder { StoreResponder(store: store, stalls: stalls, metrics: metrics) }

    /// Serves, and runs the store's controllers, until the surrounding service group shuts down: watches end in order,
    /// then connections, then the controllers.
    /// - Throws: ``ServerError`` when an address can't be listened on.
    public func run() async throws {
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask { await background { await store.run() } }
                group.addTask { await background { await closeStalledWatches() } }
                for address in addresses { group.addTask { try await serve(address) } }
                var listening = addresses.count
                // The first address that ends ends all, for a server with half of its addresses is a trap; at the end
                // each one finishes its answers.
                while listening > 0, let isListener = try await group.next() {
                    listening = !isListener ? listening : Task.isShuttingDownGracefully ? listening - 1 : 0
                }
                store.endWatches()
                group.cancelAll()
                while try await group.next() != nil {}
            }
        } onGracefulShutdown: {
            store.endWatches()
        }
    }

    private func background(_ body: @Sendable () async -> Void) async -> Bool {
        await body()
        return false
    }

    private func closeStalledWatches() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            if stalls.closeStalled() > 0 { logger.info("closed watches whose clients take nothing") }
        }
    }

    private func serve(_ address: ListenAddress) async throws -> Bool {
        var quiet = logger
        quiet.logLevel = .warning
        let onListening = onListening
        let application = Application(
            responder: responder,
            configuration: ApplicationConfiguration(address: address.bindAddress, serverName: nil, backlog: 1024),
            onServerRunning: { channel in onListening(address.description(boundTo: channel.localAddress)) },
            logger: quiet
        )
        if address.isAnswered {
            throw ServerError("can't listen on \(address): another process listens there (ss -xlp tells which)")
        }
        do {
            try await application.run()
            address.removeSocket()
            return true
        } catch let error as CancellationError {
            throw error
        } catch {
            throw ServerError(address: address, error: error)
        }
    }
}

extension ListenAddress {
    /// Whether somebody listens on the socket file; one that nobody listens on is left over, and replaced.
    var isAnswered: Bool {
        guard case .socket(let path) = value, let address = try? SocketAddress(unixDomainSocketPath: path) else {
            return false
        }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return unsafe address.withSockAddr { pointer, size in
            unsafe connect(descriptor, pointer, socklen_t(size)) == 0
        }
    }

    func removeSocket() {
        if case .socket(let path) = value { _ = unsafe unlink(path) }
    }

    var bindAddress: BindAddress {
        switch value {
        case .endpoint(let endpoint):
            .hostname(endpoint.address.description, port: Int(endpoint.port.rawValue))
        case .socket(let path): .unixDomainSocket(path: path)
        }
    }

    /// The address with the port that the kernel chose.
    func description(boundTo address: SocketAddress?) -> String {
        guard case .endpoint(var endpoint) = value, let port = address?.port.flatMap({ Port($0) }) else {
            return description
        }
        endpoint.port = port
        return endpoint.description
    }
}

extension ServerError {
    /// What it means that an address can't be listened on.
    init(address: ListenAddress, error: any Error) {
        guard let error = error as? IOError else {
            self.init("can't listen on \(address): \(error)")
            return
        }
        let reason =
            switch error.errnoCode {
            case EADDRINUSE: "the address is in use: another process listens there (ss -ltnp tells which)"
            case EACCES, EPERM: "permission denied"
            case ENOENT, ENOTDIR: "no such directory"
            case EADDRNOTAVAIL: "the machine does not have this address"
            default: "\(error)"
            }
        self.init("can't listen on \(address): \(reason)")
    }
}
