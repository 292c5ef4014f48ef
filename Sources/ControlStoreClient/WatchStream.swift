import AsyncHTTPClient
public import ClusterModel
import JSONTree
import NIOCore
import NIOHTTP1

/// The events of one watch request, in order.
///
/// It may be iterated once; it ends when the server ends it.
///
/// - Throws: `.expired` when the revision is too old (list anew), `.connectionLost` in the middle of an event,
///   `.malformedAnswer` for anything that is no watch event, `.cancelled`.
public struct WatchStream<Object: APIObject>: AsyncSequence, Sendable {
    /// What it consists of.
    public typealias Element = WatchEvent<Object>
    /// What it may fail with.
    public typealias Failure = ControlStoreClientError

    let response: HTTPClientResponse
    let transport: HTTPTransport
    let request: APIRequest

    /// The one iterator.
    public func makeAsyncIterator() -> Iterator {
        Iterator(body: response.body.makeAsyncIterator(), transport: transport, request: request)
    }

    /// Reads the stream and turns its lines into events.
    public struct Iterator: AsyncIteratorProtocol {
        private var body: HTTPClientResponse.Body.AsyncIterator
        private let transport: HTTPTransport
        private let request: APIRequest
        private var lines = LineBuffer()

        init(body: HTTPClientResponse.Body.AsyncIterator, transport: HTTPTransport, request: APIRequest) {
            self.body = body
            self.transport = transport
            self.request = request
        }

        /// The next event, or `nil` after the server ended the watch cleanly.
        public mutating func next() async throws(ControlStoreClientError) -> WatchEvent<Object>? {
            while true {
                if let line = lines.next() { return try event(line) }
                guard lines.pendingCount <= LineBuffer.longestLine else {
                    throw malformed("an event is longer than 64 MiB")
                }
                guard let chunk = try await chunk() else {
                    guard lines.pendingCount == 0 else {
                        throw ControlStoreClientError(
                            .connectionLost,
                            "the watch ended in the middle of an event",
                            request: transport.describe(request)
                        )
                    }
                    return nil
                }
                lines.append(chunk.readableBytesView)
            }
        }

        private mutating func chunk() async throws(ControlStoreClientError) -> ByteBuffer? {
            do {
                let chunk = try await body.next(isolation: #isolation)
                if chunk == nil, Task.isCancelled { throw CancellationError() }
                return chunk
            } catch {
                throw transport.mapped(error, request)
            }
        }

        private func event(_ line: ArraySlice<UInt8>) throws(ControlStoreClientError) -> WatchEvent<Object> {
            let json: JSONValue
            do {
                json = try JSONValue(parsing: line)
            } catch {
                throw malformed("an event is no JSON: \(error)")
            }
            guard let type = json["type"]?.stringValue, let object = json["object"] else {
                throw malformed("an event has no type or object")
            }
            switch type {
            case "ADDED": return .added(try read(object))
            case "MODIFIED": return .modified(try read(object))
            case "DELETED": return .deleted(try read(object))
            case "BOOKMARK":
                guard let version = object[path: "metadata", "resourceVersion"]?.stringValue else {
                    throw malformed("a bookmark has no resourceVersion")
                }
                return .bookmark(resourceVersion: version)
            case "ERROR": throw ControlStoreClientError(status: object, request: transport.describe(request))
            default: throw malformed("unknown event type \"\(type)\"")
            }
        }

        private func read(_ object: JSONValue) throws(ControlStoreClientError) -> Object {
            do {
                return try Object(json: object)
            } catch {
                throw malformed("\(error)")
            }
        }

        private func malformed(_ text: String) -> ControlStoreClientError {
            ControlStoreClientError(.malformedAnswer, text, request: transport.describe(request))
        }
    }
}

extension StoreClient {
    /// Opens a watch of everything that changes after `resourceVersion`.
    ///
    /// - Parameters:
    ///   - type: The kind.
    ///   - selection: Which objects are watched.
    ///   - resourceVersion: Where to begin; that of a list, or of the last event. "0" and "" begin with what is there.
    ///   - seconds: After how long the server shall end the watch; `nil` leaves it to the server.
    /// - Returns: The events, from then on.
    /// - Throws: any answer but 200 as the error that it stands for.
    public func watch<Object: APIObject>(
        _ type: Object.Type,
        _ selection: Selection = Selection(),
        resourceVersion: String,
        seconds: Int? = nil
    ) async throws(ControlStoreClientError) -> WatchStream<Object> {
        var query = selection.query
        query += [("allowWatchBookmarks", "true"), ("watch", "true")]
        if !resourceVersion.isEmpty { query.append(("resourceVersion", resourceVersion)) }
        if let seconds { query.append(("timeoutSeconds", String(seconds))) }
        let path = Object.resource.collectionPath(namespace: selection.namespace)
        let request = APIRequest(.get, path, query: query)
        let response = try await transport.open(request, headWithin: .seconds(30))
        guard response.status == .ok else {
            throw await refusal(response, request)
        }
        return WatchStream(response: response, transport: transport, request: request)
    }

    private func refusal(_ response: HTTPClientResponse, _ request: APIRequest) async -> ControlStoreClientError {
        let body: ByteBuffer
        do {
            body = try await within(.seconds(30)) { try await response.body.collect(upTo: 1 << 20) } ?? ByteBuffer()
        } catch {
            return transport.mapped(error, request)
        }
        return ControlStoreClientError(
            httpStatus: Int(response.status.code),
            body: try? JSONValue(parsing: body.readableBytesView),
            text: String(buffer: body),
            request: transport.describe(request)
        )
    }
}
