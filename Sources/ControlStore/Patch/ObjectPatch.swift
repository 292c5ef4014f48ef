public import ClusterModel
public import JSONTree

/// A change of an object, as a client sends it.
public struct ObjectPatch: Hashable, Sendable {
    /// How the change is written; the raw value is the media type.
    public enum Form: String, Hashable, Sendable, CaseIterable {
        /// A list of operations (RFC 6902).
        case json = "application/json-patch+json"
        /// Members to replace (RFC 7386).
        case merge = "application/merge-patch+json"
        /// Members to replace, lists merged by their keys, with directives (Kubernetes).
        case strategic = "application/strategic-merge-patch+json"
    }

    /// How the change is written.
    public let form: Form
    /// The change.
    public let body: JSONValue
    /// The group and version in which the client speaks.
    public let served: ResourceKind.GroupVersion

    /// Makes a patch.
    public init(form: Form, body: JSONValue, served: ResourceKind.GroupVersion) {
        self.form = form
        self.body = body
        self.served = served
    }

    /// Whether the client says at which revision the object must be, so that a conflict is not tried again.
    var namesRevision: Bool {
        form != .json && body[path: "metadata", "resourceVersion"]?.stringValue?.isEmpty == false
    }

    /// The object with the change.
    /// - Throws: ``StoreError``: `badRequest` when the patch makes no sense, `invalid` when it can't be applied.
    func applied(to object: JSONValue, kind: ResourceKind, name: String) throws(StoreError) -> JSONValue {
        var result = kind.servedForm(of: object, as: served)
        switch form {
        case .merge:
            guard body.objectValue != nil else {
                throw .badRequest("a merge patch must be an object, is \(body.kindName)")
            }
            result.mergePatch(body)
        case .strategic:
            guard body.objectValue != nil else { throw .badRequest("a strategic merge patch must be an object") }
            try StrategicMerge(kind: kind).apply(body, to: &result)
        case .json:
            do throws(JSONPatchError) {
                try JSONPatch(json: body).apply(to: &result)
            } catch {
                guard !error.isMalformed else { throw .badRequest(error.description) }
                throw StoreError(.invalid, .invalid(kind, name: name, [.invalid("patch", body, error.description)]))
            }
        }
        guard result.objectValue != nil else { throw .badRequest("the patched object is no object") }
        return kind.storedForm(of: result)
    }
}
