import ClusterModel
import ControlStore
import HTTPTypes
import Hummingbird
import JSONTree

/// create, update and patch.
struct WriteVerbs: Sendable {
    let store: ObjectStore

    func create(_ path: RequestTarget.ResourcePath, _ request: APIRequest) async throws -> Response {
        let object = try await request.object(path)
        let result = try await store.create(
            path.kind,
            namespace: path.namespace,
            object,
            options: try request.writeOptions()
        )
        return reply(result, path, request)
    }

    func update(
        _ path: RequestTarget.ResourcePath,
        _ name: String,
        _ part: ObjectPart,
        _ request: APIRequest
    ) async throws -> Response {
        let object = try await request.object(path)
        let key = ObjectKey(namespace: path.namespace ?? "", name: name)
        let result = try await store.update(path.kind, key, object, part: part, options: try request.writeOptions())
        return reply(result, path, request)
    }

    func patch(
        _ path: RequestTarget.ResourcePath,
        _ name: String,
        _ part: ObjectPart,
        _ request: APIRequest
    ) async throws -> Response {
        guard let form = ObjectPatch.Form(rawValue: request.contentType) else {
            let supported = ObjectPatch.Form.allCases.map(\.rawValue)
            throw APIError(status: .unsupportedMediaType(supported: supported))
        }
        guard let body = try await request.body() else { throw APIError(status: .badRequest("the patch is empty")) }
        let patch = ObjectPatch(form: form, body: body, served: path.served)
        let key = ObjectKey(namespace: path.namespace ?? "", name: name)
        let result = try await store.patch(path.kind, key, patch, part: part, options: try request.writeOptions())
        return reply(result, path, request)
    }

    private func reply(
        _ result: WriteResult,
        _ path: RequestTarget.ResourcePath,
        _ request: APIRequest
    ) -> Response {
        let bytes = ObjectPresenter(path, request.representation).object(result.object)
        return Reply.json(bytes, status: result.isCreated ? .created : .ok)
    }
}
