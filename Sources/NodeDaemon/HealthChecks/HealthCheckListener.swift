import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NetworkTypes

/// One address on which a Service's health check is answered, on any path.
struct HealthCheckListener: Sendable {
    private let channel: any Channel

    /// Listens.
    ///
    /// - Throws: `IOError`, such as EADDRINUSE.
    static func start(
        on endpoint: IPEndpoint,
        answer: @escaping @Sendable () async -> HealthCheckAnswer?
    ) async throws -> HealthCheckListener {
        var bootstrap = ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(HealthCheckHandler(answer: answer))
                }
            }
        if endpoint.address.family == .ipv6 {
            // The other family has a server of its own, with its own number of endpoints.
            bootstrap = bootstrap.serverChannelOption(.socket(SocketOptionLevel(IPPROTO_IPV6), IPV6_V6ONLY), value: 1)
        }
        let channel = try await bootstrap.bind(host: "\(endpoint.address)", port: Int(endpoint.port.rawValue)).get()
        return HealthCheckListener(channel: channel)
    }

    /// Ends the listening; connections that stand end by themselves.
    func stop() async { try? await channel.close() }
}

/// Answers every request of a connection alike.
private final class HealthCheckHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let answer: @Sendable () async -> HealthCheckAnswer?
    private var keepsAlive = true

    init(answer: @escaping @Sendable () async -> HealthCheckAnswer?) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): keepsAlive = head.isKeepAlive
        case .body: break
        case .end:
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.eventLoop.makeFutureWithTask(answer).whenComplete { result in
                let (handler, context) = bound.value
                handler.respond((try? result.get()) ?? nil, context)
            }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func respond(_ answer: HealthCheckAnswer?, _ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        // The Service went while the request was on its way.
        let status: HTTPResponseStatus = answer.map { $0.isGood ? .ok : .serviceUnavailable } ?? .notFound
        let body = ByteBuffer(string: answer?.body ?? "")
        var headers = HTTPHeaders(answer?.headers.map { ($0.name, $0.value) } ?? [])
        headers.add(name: "Content-Length", value: "\(body.readableBytes)")
        if !keepsAlive { headers.add(name: "Connection", value: "close") }
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        let written = context.eventLoop.makePromise(of: Void.self)
        if !keepsAlive {
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            written.futureResult.whenComplete { _ in bound.value.close(promise: nil) }
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    }
}
