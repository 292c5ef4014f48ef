import Glibc
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NetworkTypes
import ServiceLifecycle

/// A small HTTP server on one address, with a few pages to read.
struct HTTPEndpoint: ServiceLifecycle.Service {
    /// What a page answers.
    struct Page: Sendable {
        var status = HTTPResponse.Status.ok
        var contentType = "text/plain; charset=utf-8"
        var text: String
    }

    /// What it is for, and the option that moves it elsewhere.
    let purpose: String
    let option: String
    let address: IPEndpoint
    /// Pages by path; a GET or HEAD of anything else is 404.
    let pages: [String: @Sendable () async -> Page]
    /// Opened when the address is listened on.
    let isListening: Gate
    let logger: Logger

    /// Serves until the surrounding service group shuts down.
    ///
    /// - Throws: `.listen`, in one line.
    func run() async throws {
        var quiet = logger
        // What ends the server is thrown, and told once.
        quiet.logLevel = .critical
        let application = Application(
            responder: PageResponder(pages: pages),
            configuration: ApplicationConfiguration(
                address: .hostname("\(address.address)", port: Int(address.port.rawValue)),
                serverName: nil
            ),
            onServerRunning: { _ in
                logger.info("\(purpose) served", metadata: ["address": "\(address)"])
                isListening.open()
            },
            logger: quiet
        )
        do {
            try await application.run()
        } catch let error as IOError {
            throw NodeDaemonError(.listen, "can't serve \(purpose) on \(address): \(Self.reason(error)) (\(option))")
        }
    }

    static func reason(_ error: IOError) -> String {
        switch error.errnoCode {
        case EADDRINUSE: "the address is in use; another process listens there (ss -ltnp tells which)"
        case EACCES, EPERM: "permission denied"
        case EADDRNOTAVAIL: "this machine has no such address"
        default: "\(error)"
        }
    }
}

/// Answers with the page of the request's path.
private struct PageResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let pages: [String: @Sendable () async -> HTTPEndpoint.Page]

    func respond(to request: Request, context: BasicRequestContext) async -> Response {
        guard request.method == .get || request.method == .head else {
            return response(.init(status: .methodNotAllowed, text: "405 method not allowed\n"))
        }
        guard let page = pages[request.uri.path] else {
            return response(.init(status: .notFound, text: "404 page not found\n"))
        }
        let answer = response(await page())
        return request.method == .head ? answer.createHeadResponse() : answer
    }

    private func response(_ page: HTTPEndpoint.Page) -> Response {
        let headers: HTTPFields = [.contentType: page.contentType, .xContentTypeOptions: "nosniff"]
        return Response(
            status: page.status,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: page.text))
        )
    }
}
