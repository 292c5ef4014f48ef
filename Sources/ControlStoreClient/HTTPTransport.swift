import AsyncHTTPClient
import FoundationEssentials
import JSONTree
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// The HTTP side of a client: connections, TLS, tokens, and which errors they end in.
final class HTTPTransport: Sendable {
    let configuration: ClientConfiguration
    private let client: HTTPClient
    private let baseURL: String
    private let token: TokenSource?

    init(_ configuration: ClientConfiguration) throws(ControlStoreClientError) {
        self.configuration = configuration
        token = configuration.token.map(TokenSource.init)
        if let name = configuration.tlsServerName, configuration.server.transport == .https {
            baseURL = configuration.server.baseURL(serverName: name)
        } else {
            baseURL = configuration.server.baseURL
        }
        client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: try Self.httpConfiguration(configuration)
        )
    }

    /// AsyncHTTPClient traps when it is forgotten, so it is always shut down.
    deinit { client.shutdown { _ in } }

    func shutdown() async { try? await client.shutdown() }

    /// Sends a request and returns as soon as the answer's head is there.
    func open(_ request: APIRequest, headWithin limit: Duration) async throws(ControlStoreClientError)
        -> HTTPClientResponse
    {
        var message = HTTPClientRequest(url: baseURL + request.target)
        message.method = .init(rawValue: request.method.rawValue)
        message.headers.add(name: "Accept", value: "application/json")
        message.headers.add(name: "User-Agent", value: configuration.userAgent)
        if let token = try token?.current() { message.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let body = request.body {
            message.headers.add(name: "Content-Type", value: request.contentType)
            message.body = .bytes(ByteBuffer(bytes: body.bytes()))
        }
        do {
            return try await client.execute(message, timeout: .init(limit))
        } catch {
            throw mapped(error, request)
        }
    }

    /// Sends a request and collects the whole answer.
    func answer(to request: APIRequest) async throws(ControlStoreClientError) -> (status: Int, body: ByteBuffer) {
        do {
            let answer = try await within(request.timeout) {
                let response = try await self.open(request, headWithin: request.timeout)
                return (Int(response.status.code), try await response.body.collect(upTo: Self.longestAnswer))
            }
            if let answer { return answer }
        } catch {
            throw mapped(error, request)
        }
        throw ControlStoreClientError(
            .timeout,
            "no whole answer within \(request.timeout)",
            request: describe(request)
        )
    }

    /// 2 GiB: a list of everything that Kubernetes supports is far below.
    private static let longestAnswer = 1 << 31

    /// Method and URL as people would write them.
    func describe(_ request: APIRequest) -> String {
        "\(request.method.rawValue) \(configuration.server)\(request.target)"
    }
}

extension HTTPTransport {
    private static func httpConfiguration(
        _ configuration: ClientConfiguration
    ) throws(ControlStoreClientError) -> HTTPClient.Configuration {
        var http = HTTPClient.Configuration()
        http.redirectConfiguration = .disallow
        http.httpVersion = .http1Only
        http.timeout = .init(connect: .seconds(5))
        // Each watch holds a connection; retries are the reflector's, with their own pace.
        http.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1024
        http.connectionPool.retryConnectionEstablishment = false
        http.http1_1ConnectionDebugInitializer = keepAlive
        guard configuration.server.transport == .https else { return http }
        http.tlsConfiguration = try tlsConfiguration(configuration)
        if let name = configuration.tlsServerName { http.dnsOverride = [name: configuration.server.host] }
        return http
    }

    private static func tlsConfiguration(
        _ configuration: ClientConfiguration
    ) throws(ControlStoreClientError) -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        if configuration.skipsTLSVerification { tls.certificateVerification = .none }
        let what = "--kubeconfig"
        if let authority = configuration.certificateAuthority {
            do {
                tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(authority))
            } catch {
                throw ControlStoreClientError(
                    .configuration,
                    "certificate-authority holds no PEM certificate",
                    request: what
                )
            }
        }
        guard let identity = configuration.identity else { return tls }
        do {
            tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(identity.certificate).map { .certificate($0) }
        } catch {
            throw ControlStoreClientError(.configuration, "client-certificate holds no PEM certificate", request: what)
        }
        do {
            tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: identity.key, format: .pem))
        } catch {
            throw ControlStoreClientError(.configuration, "client-key is no unencrypted PEM key", request: what)
        }
        return tls
    }

    /// A peer that vanished without a word is noticed after about a minute, also when nothing is sent: tcp(7).
    @Sendable private static func keepAlive(_ channel: any Channel) -> EventLoopFuture<Void> {
        guard channel.remoteAddress?.port != nil else { return channel.eventLoop.makeSucceededVoidFuture() }
        let settings: [(ChannelOptions.Types.SocketOption, SocketOptionValue)] = [
            (.init(level: .socket, name: .so_keepalive), 1),
            (.init(level: .tcp, name: .init(rawValue: 4)), 20),  // TCP_KEEPIDLE, seconds
            (.init(level: .tcp, name: .init(rawValue: 5)), 10),  // TCP_KEEPINTVL, seconds
            (.init(level: .tcp, name: .init(rawValue: 6)), 4),  // TCP_KEEPCNT
        ]
        let done = settings.map { option, value in channel.setOption(option, value: value) }
        return EventLoopFuture.andAllComplete(done, on: channel.eventLoop)
    }
}

extension HTTPTransport {
    /// What any error below means to whoever asked.
    func mapped(_ error: any Error, _ request: APIRequest) -> ControlStoreClientError {
        if let known = error as? ControlStoreClientError { return known }
        let place = describe(request)
        switch error {
        case is CancellationError:
            return ControlStoreClientError(.cancelled, "cancelled", request: place)
        case let error as HTTPClientError:
            return mapped(error, place)
        case let error as NIOConnectionError:
            let reason = error.connectionErrors.first.map { Self.reason($0.error) }
            let unknownName = error.dnsAError != nil && error.connectionErrors.isEmpty
            return unreachable(unknownName ? "the host's name is unknown" : reason ?? "no connection", place)
        case let error as IOError:
            return unreachable(Self.reason(error), place)
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
            return unreachable(
                "TLS failed (\(error)); check the CA, the server's name and the client's certificate",
                place
            )
        case is NIOTooManyBytesError:
            return ControlStoreClientError(.malformedAnswer, "the answer is longer than 2 GiB", request: place)
        default:
            return ControlStoreClientError(.connectionLost, "\(error)", request: place)
        }
    }

    private func mapped(_ error: HTTPClientError, _ place: String) -> ControlStoreClientError {
        switch error {
        case .cancelled:
            ControlStoreClientError(.cancelled, "cancelled", request: place)
        case .deadlineExceeded, .readTimeout, .writeTimeout:
            ControlStoreClientError(.timeout, "no answer in time", request: place)
        case .connectTimeout, .getConnectionFromPoolTimeout:
            unreachable("no connection within 5 s", place)
        case .tlsHandshakeTimeout:
            unreachable("no TLS handshake in time; is it an https server?", place)
        default:
            ControlStoreClientError(
                .connectionLost,
                "the connection was lost (\(error.shortDescription))",
                request: place
            )
        }
    }

    private func unreachable(_ reason: String, _ place: String) -> ControlStoreClientError {
        ControlStoreClientError(
            .unreachable,
            "can't reach \(configuration.server): \(reason); check that it runs and that the address is right",
            request: place
        )
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? IOError else { return "\(error)" }
        return switch error.errnoCode {
        case 111: "connection refused"  // ECONNREFUSED
        case 2: "no such socket"  // ENOENT
        case 13: "permission denied"  // EACCES
        case 101: "network unreachable"  // ENETUNREACH
        case 113: "no route to host"  // EHOSTUNREACH
        default: error.description
        }
    }
}

/// The bearer token; one from a file is read anew once a minute, as client-go does.
final class TokenSource: Sendable {
    private let token: ClientConfiguration.Token
    private let cached = Mutex<(value: String, readAt: ContinuousClock.Instant)?>(nil)

    init(_ token: ClientConfiguration.Token) { self.token = token }

    func current(now: ContinuousClock.Instant = .now) throws(ControlStoreClientError) -> String {
        guard case .file(let path) = token else {
            guard case .bearer(let value) = token else { return "" }
            return value
        }
        if let known = cached.withLock({ $0 }), now - known.readAt < .seconds(60) { return known.value }
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw ControlStoreClientError(.configuration, "the token file can't be read", request: path)
        }
        let value = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
        cached.withLock { $0 = (value, now) }
        return value
    }
}

/// The body's value, or `nil` when `limit` passes first; the body is cancelled then.
func within<Value: Sendable>(
    _ limit: Duration,
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value? {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        return try await group.next() ?? nil
    }
}
