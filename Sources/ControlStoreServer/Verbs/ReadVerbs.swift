import ClusterModel
import ControlStore
import Hummingbird

/// get and list.
struct ReadVerbs: Sendable {
    let store: ObjectStore

    func get(_ path: RequestTarget.ResourcePath, _ name: String, _ request: APIRequest) async throws -> Response {
        let revision = try ListOptions.revision(request.parameters["resourceVersion"])
        let key = ObjectKey(namespace: path.namespace ?? "", name: name)
        let object = try await store.get(path.kind, key, notOlderThan: revision)
        return Reply.json(ObjectPresenter(path, request.representation).object(object))
    }

    func list(_ path: RequestTarget.ResourcePath, _ request: APIRequest) async throws -> Response {
        let options = try ListOptions(isWatch: false) { request.parameters[$0] }
        let page = try await store.list(path.kind, try request.selection(path), options)
        return Reply.json(ObjectPresenter(path, request.representation).list(page))
    }
}

extension APIRequest {
    /// Which objects the selectors of the request choose.
    /// - Throws: ``APIError`` for a selector that can't be read.
    func selection(_ path: RequestTarget.ResourcePath) throws -> ObjectSelection {
        do throws(ModelError) {
            return ObjectSelection(
                namespace: path.namespace,
                labels: try LabelSelector(query: parameters["labelSelector"] ?? ""),
                fields: try FieldSelector(query: parameters["fieldSelector"] ?? "", for: path.kind)
            )
        } catch {
            throw APIError(status: .badRequest(error.text))
        }
    }
}
