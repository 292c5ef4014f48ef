import ClusterModel
import ControlStore
import HTTPTypes
import Hummingbird
import JSONTree
import Logging
import NIOCore
import PrometheusText

/// What the server knows of a connection while it answers a request.
struct StoreRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}

/// Answers requests: finds out what is asked for, lets the verb do it, and makes every error a Kubernetes Status.
struct StoreResponder: HTTPResponder {
    typealias Context = StoreRequestContext

    let store: ObjectStore
    let stalls: StalledWrites
    let metrics: ServerMetrics

    func respond(to request: Request, context: StoreRequestContext) async throws -> Response {
        let start = ContinuousClock.now
        let target = RequestTarget(path: String(request.uri.string.prefix { $0 != "?" }))
        let parameters = QueryParameters(request.uri.query)
        let verb = Self.verb(request.method, target, parameters)
        let response = await answer(request, target, parameters, verb, context)
        metrics.record(verb: verb, target, code: response.status.code, time: ContinuousClock.now - start)
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// The verb, as Kubernetes calls it.
    private static func verb(
        _ method: HTTPRequest.Method,
        _ target: RequestTarget,
        _ parameters: QueryParameters
    ) -> String {
        var isCollection = false
        if case .collection = target { isCollection = true }
        switch method {
        case .get where isCollection: return parameters.flag("watch") ? "watch" : "list"
        case .head where isCollection: return "list"
        case .get, .head: return "get"
        case .post: return "create"
        case .put: return "update"
        case .patch: return "patch"
        case .delete: return isCollection ? "deletecollection" : "delete"
        default: return method.rawValue.lowercased()
        }
    }

    private func answer(
        _ request: Request,
        _ target: RequestTarget,
        _ parameters: QueryParameters,
        _ verb: String,
        _ context: StoreRequestContext
    ) async -> Response {
        let userAgent = request.headers[.userAgent]
        let representation = Representation(
            accept: request.headers[.accept],
            userAgent: userAgent,
            parameters: parameters
        )
        let isPretty = representation?.isPretty ?? false
        do {
            if let response = try metaResponse(target, request, isPretty: isPretty) { return response }
            guard let representation else {
                throw APIError(status: .notAcceptable(supported: ["application/json"]))
            }
            let request = APIRequest(request: request, parameters: parameters, representation: representation)
            return try await resourceResponse(target, verb, request, context)
        } catch let error as StoreError {
            return Reply.status(error.status, isPretty: isPretty)
        } catch let error as APIError {
            return Reply.status(error.status, isPretty: isPretty)
        } catch {
            context.logger.error("request failed", metadata: ["path": "\(request.uri)", "error": "\(error)"])
            return Reply.status(.internalError("\(error)"), isPretty: isPretty)
        }
    }

    /// The answer to a path that names no resource; nil for one that does.
    private func metaResponse(_ target: RequestTarget, _ request: Request, isPretty: Bool) throws -> Response? {
        let document: JSONValue
        switch target {
        case .collection, .object: return nil
        case .unknown: return Reply.notFound
        case .unknownResource: return Reply.status(.unknownResource, isPretty: isPretty)
        default: break
        }
        guard request.method == .get || request.method == .head else {
            throw APIError(status: .methodNotSupported(nil, verb: request.method.rawValue))
        }
        switch target {
        case .health: return Reply.text("ok")
        case .metrics: return metrics.response(store: store, watches: stalls.count)
        case .openAPI: return Reply.emptyOpenAPI
        case .version: document = Discovery.version
        case .root: document = Discovery.root
        case .coreVersions: document = Discovery.coreVersions
        case .groups: document = Discovery.groups
        case .group(let name): document = Discovery.group(name)
        case .resources(let version): document = Discovery.resources(version)
        default: return nil
        }
        return Reply.json(document, isPretty: isPretty)
    }

    private func resourceResponse(
        _ target: RequestTarget,
        _ verb: String,
        _ request: APIRequest,
        _ context: StoreRequestContext
    ) async throws -> Response {
        let reads = ReadVerbs(store: store)
        let writes = WriteVerbs(store: store)
        let deletes = DeleteVerbs(store: store)
        switch target {
        case .collection(let path):
            switch verb {
            case "list": return try await reads.list(path, request)
            case "watch":
                return try await WatchVerb(store: store, stalls: stalls).watch(path, request, channel: context.channel)
            case "create" where !path.kind.isNamespaced || path.namespace != nil:
                return try await writes.create(path, request)
            case "deletecollection" where !path.kind.isNamespaced || path.namespace != nil:
                return try await deletes.deleteCollection(path, request)
            default: throw APIError(status: .methodNotSupported(path.kind, verb: verb))
            }
        case .object(let path, let name, let subresource):
            let part: ObjectPart = subresource == .status ? .status : subresource == .finalize ? .finalize : .main
            switch verb {
            case "get" where subresource != .finalize: return try await reads.get(path, name, request)
            case "update": return try await writes.update(path, name, part, request)
            case "patch" where subresource != .finalize: return try await writes.patch(path, name, part, request)
            case "delete" where subresource == nil: return try await deletes.delete(path, name, request)
            default: throw APIError(status: .methodNotSupported(path.kind, verb: verb))
            }
        default: return Reply.notFound
        }
    }
}
