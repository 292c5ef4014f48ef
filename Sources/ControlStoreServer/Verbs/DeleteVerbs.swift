import ClusterModel
import ControlStore
import Hummingbird
import JSONTree

/// delete of an object and of a collection.
struct DeleteVerbs: Sendable {
    let store: ObjectStore

    func delete(_ path: RequestTarget.ResourcePath, _ name: String, _ request: APIRequest) async throws -> Response {
        let key = ObjectKey(namespace: path.namespace ?? "", name: name)
        let result = try await store.delete(path.kind, key, try await request.deleteOptions())
        // Pods and Services are shown as they were; for other kinds a Status says that they are gone.
        if result.isGone, path.kind != .pod, path.kind != .service {
            let status = StatusObject.deleted(path.kind, name: name, uid: result.object.uid)
            return Reply.status(status, isPretty: request.representation.isPretty)
        }
        return Reply.json(ObjectPresenter(path, request.representation).object(result.object))
    }

    func deleteCollection(_ path: RequestTarget.ResourcePath, _ request: APIRequest) async throws -> Response {
        let options = try await request.deleteOptions()
        let page = try await store.list(path.kind, try request.selection(path))
        var deleted: [StoredObject] = []
        for object in page.objects {
            do throws(StoreError) {
                deleted.append(try await store.delete(path.kind, object.key, options).object)
            } catch {
                // Somebody else was faster.
                guard error.code == .notFound else { throw error }
            }
        }
        let gone = ListPage(revision: store.revision, objects: deleted, continuation: nil, remaining: nil)
        return Reply.json(ObjectPresenter(path, request.representation).list(gone))
    }
}

extension APIRequest {
    /// Reads DeleteOptions from the body, or the parameters of old clients.
    /// - Throws: ``APIError`` for what can't be read.
    func deleteOptions() async throws -> DeleteOptions {
        var options = DeleteOptions()
        let body = try await body() ?? [:]
        let seconds = body["gracePeriodSeconds"]?.intValue ?? parameters["gracePeriodSeconds"].flatMap { Int($0) }
        if let seconds, seconds < 0 {
            let error = FieldError.invalid(
                "gracePeriodSeconds",
                JSONValue(seconds),
                "must be greater than or equal to 0"
            )
            throw APIError(status: .invalid(kind: "DeleteOptions", group: "meta.k8s.io", name: "", [error]))
        }
        options.gracePeriodSeconds = seconds
        options.uid = body[path: "preconditions", "uid"]?.stringValue
        options.revision = try ListOptions.revision(body[path: "preconditions", "resourceVersion"]?.stringValue)
        let values = (body["dryRun"]?.arrayValue ?? []).compactMap(\.stringValue)
        options.isDryRun = try Self.isDryRun(values + (parameters["dryRun"].map { [$0] } ?? []))
        return options
    }
}
