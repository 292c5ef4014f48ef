import ClusterModel
import ControlStore
import HTTPTypes
import Hummingbird
import JSONTree
import Logging
import NIOCore

/// watch: one line of JSON for each event, until the client goes, the time is up, or the server ends.
struct WatchVerb: Sendable {
    let store: ObjectStore
    let stalls: StalledWrites

    func watch(
        _ path: RequestTarget.ResourcePath,
        _ request: APIRequest,
        channel: any Channel
    ) async throws -> Response {
        let options = try ListOptions(isWatch: true) { request.parameters[$0] }
        let selection = try request.selection(path)
        let presenter = ObjectPresenter(path, request.representation)
        let stream: WatchStream
        do throws(StoreError) {
            let watch = try await store.watch(path.kind, selection, options)
            stream = WatchStream(watch: watch, presenter: presenter)
        } catch {
            guard error.code == .expired else { throw error }
            // Told within the stream, as the API server does it: clients look for it there.
            return Self.response(ResponseBody(byteBuffer: ByteBuffer(bytes: WatchStream.line(error))))
        }
        let stalls = stalls
        return Self.response(
            ResponseBody { writer in
                try await request.request.body.consumeWithCancellationOnInboundClose { _ in
                    try await stream.write(to: &writer, stalls: stalls, channel: channel)
                }
                try await writer.finish(nil)
            }
        )
    }

    private static func response(_ body: ResponseBody) -> Response {
        // The connection ends with the watch.
        Response(
            status: .ok,
            headers: [.contentType: "application/json", .cacheControl: "no-cache, private", .connection: "close"],
            body: body
        )
    }
}

/// A watch as lines of JSON.
struct WatchStream: Sendable {
    let watch: ObjectWatch
    let presenter: ObjectPresenter

    /// Writes lines until the watch ends.
    @concurrent
    func write(
        to writer: inout any ResponseBodyWriter,
        stalls: StalledWrites,
        channel: any Channel
    ) async throws {
        var watch = watch
        let place = stalls.enter(channel)
        defer { stalls.leave(place) }
        while true {
            let lines: [UInt8]
            var isLast = false
            do throws(StoreError) {
                switch try await watch.next() {
                case .events(let events): lines = Self.lines(events, presenter)
                case .bookmark(let revision, let isInitialEnd):
                    lines = Self.line(.bookmark, presenter.bookmark(revision, isInitialEnd: isInitialEnd))
                case .end: return
                }
            } catch {
                lines = Self.line(error)
                isLast = true
            }
            stalls.begin(place)
            try await writer.write(ByteBuffer(bytes: lines))
            stalls.end(place)
            if isLast { return }
        }
    }

    private static func lines(
        _ events: [(kind: WatchEvent.Kind, object: StoredObject)],
        _ presenter: ObjectPresenter
    ) -> [UInt8] {
        var lines: [UInt8] = []
        lines.reserveCapacity(events.reduce(0) { $0 + $1.object.bytes.count + 40 })
        for (kind, object) in events { append(kind, presenter.event(object), to: &lines) }
        return lines
    }

    static func line(_ error: StoreError) -> [UInt8] { line(.error, error.status.json.bytes()) }

    private static func line(_ kind: WatchEvent.Kind, _ object: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        append(kind, object, to: &bytes)
        return bytes
    }

    private static func append(_ kind: WatchEvent.Kind, _ object: [UInt8], to bytes: inout [UInt8]) {
        bytes += "{\"type\":\"\(kind.rawValue)\",\"object\":".utf8
        bytes += object
        bytes += "}\n".utf8
    }
}
