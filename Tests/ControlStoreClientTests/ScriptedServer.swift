import ControlStoreClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// An HTTP server on loopback that answers the n-th request with the n-th script, and notes what was asked.
final class ScriptedServer: Sendable {
    /// What is done with one request, in order.
    enum Step: Sendable {
        /// A whole answer with a length.
        case answer(Int, String)
        /// The head of an answer that goes on in chunks.
        case head(Int)
        /// A piece of the body, as it is.
        case chunk(String)
        /// Nothing, for a while.
        case pause(TimeAmount)
        /// The clean end of a chunked answer.
        case end
        /// The end of the connection, in the middle of whatever there is.
        case drop
        /// The request stays open without a word.
        case silence
    }

    private struct State {
        var scripts: [[Step]]
        var requests: [String] = []
        var headers: [[String: String]] = []
    }

    private let state: Mutex<State>
    private let channel: Mutex<(any Channel)?> = Mutex(nil)

    private init(_ scripts: [[Step]]) { state = Mutex(State(scripts: scripts)) }

    /// The request lines so far, as `GET /path?query`.
    var requests: [String] { state.withLock { $0.requests } }
    var headers: [[String: String]] { state.withLock { $0.headers } }

    /// Runs `body` with a server; what is asked beyond the scripts gets silence.
    static func with<Result: Sendable>(
        _ scripts: [[Step]],
        at socketPath: String? = nil,
        tls: TLSConfiguration? = nil,
        _ body: (ScriptedServer, ClientConfiguration) async throws -> Result
    ) async throws -> Result {
        let server = ScriptedServer(scripts)
        let context = try tls.map { try NIOSSLContext(configuration: $0) }
        let bootstrap = ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let context { try pipeline.addHandler(NIOSSLServerHandler(context: context)) }
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: false)
                    try pipeline.addHandler(ScriptHandler(server: server))
                }
            }
        let channel: any Channel
        let configuration: ClientConfiguration
        if let socketPath {
            channel = try await bootstrap.bind(unixDomainSocketPath: socketPath, cleanupExistingSocketFile: true).get()
            configuration = try ClientConfiguration(server: "unix:\(socketPath)")
        } else {
            channel = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
            configuration = try ClientConfiguration(
                server: "\(tls == nil ? "http" : "https")://127.0.0.1:\(channel.localAddress?.port ?? 0)"
            )
        }
        do {
            let result = try await body(server, configuration)
            try await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }

    func script(for head: HTTPRequestHead) -> [Step] {
        state.withLock { state in
            state.requests.append("\(head.method.rawValue) \(head.uri)")
            state.headers.append(Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { $1 })
            return state.scripts.isEmpty ? [.silence] : state.scripts.removeFirst()
        }
    }
}

private final class ScriptHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let server: ScriptedServer

    init(server: ScriptedServer) { self.server = server }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = unwrapInboundIn(data) else { return }
        perform(server.script(for: head)[...], context)
    }

    private func perform(_ steps: ArraySlice<ScriptedServer.Step>, _ context: ChannelHandlerContext) {
        guard let step = steps.first, context.channel.isActive else { return }
        let rest = steps.dropFirst()
        switch step {
        case .answer(let status, let text):
            head(status, ["content-length": "\(text.utf8.count)"], context)
            body(text, context)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        case .head(let status): head(status, ["transfer-encoding": "chunked"], context)
        case .chunk(let text): body(text, context)
        case .end: context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        case .drop: context.close(promise: nil)
        case .silence: return
        case .pause(let time):
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: time) { bound.value.0.perform(rest, bound.value.1) }
            return
        }
        perform(rest, context)
    }

    private func head(_ status: Int, _ headers: [String: String], _ context: ChannelHandlerContext) {
        var fields = HTTPHeaders(headers.map { ($0.key, $0.value) })
        fields.add(name: "content-type", value: "application/json")
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: fields)
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }

    private func body(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
    }
}
