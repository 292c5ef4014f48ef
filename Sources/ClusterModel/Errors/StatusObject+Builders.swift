/// The answers of the API server, word for word: clients match on reasons, people on messages.
extension StatusObject {
    /// A status about one object of a resource.
    private init(_ code: Int, _ reason: String, _ message: String, _ resource: ResourceKind, _ name: String) {
        self.init(code: code, reason: reason, message: message)
        self.name = name
        group = resource.group
        kind = resource.plural
    }

    /// The answer to a delete that leaves nothing to show.
    public static func deleted(_ resource: ResourceKind, name: String, uid: String) -> StatusObject {
        var status = StatusObject(200, "", "", resource, name)
        status.uid = uid
        return status
    }

    /// 404: there is no such object.
    public static func notFound(_ resource: ResourceKind, name: String) -> StatusObject {
        StatusObject(404, "NotFound", "\(resource.qualifiedPlural) \"\(name)\" not found", resource, name)
    }

    /// 404: there is no such resource, or subresource.
    public static var unknownResource: StatusObject {
        StatusObject(code: 404, reason: "NotFound", message: "the server could not find the requested resource")
    }

    /// 409: there is such an object already.
    public static func alreadyExists(_ resource: ResourceKind, name: String) -> StatusObject {
        StatusObject(409, "AlreadyExists", "\(resource.qualifiedPlural) \"\(name)\" already exists", resource, name)
    }

    /// 409: the object is at another revision than the write expects.
    public static func conflict(_ resource: ResourceKind, name: String) -> StatusObject {
        conflict(
            resource,
            name: name,
            because: "the object has been modified; please apply your changes to the latest version and try again"
        )
    }

    /// 409: a precondition, as that of the uid, does not hold.
    public static func conflict(_ resource: ResourceKind, name: String, because: String) -> StatusObject {
        let message = "Operation cannot be fulfilled on \(resource.qualifiedPlural) \"\(name)\": \(because)"
        return StatusObject(409, "Conflict", message, resource, name)
    }

    /// 422: fields of an object break rules.
    public static func invalid(_ resource: ResourceKind, name: String, _ errors: [FieldError]) -> StatusObject {
        invalid(kind: resource.kind, group: resource.group, name: name, errors)
    }

    /// 422: fields break rules; for what is no stored kind, as `ListOptions` of group `meta.k8s.io`.
    public static func invalid(kind: String, group: String, name: String, _ errors: [FieldError]) -> StatusObject {
        var texts: [String] = []
        for text in errors.map(\.description) where !texts.contains(text) { texts.append(text) }
        let list = texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
        var status = StatusObject(code: 422, reason: "Invalid", message: "\(kind) \"\(name)\" is invalid: \(list)")
        status.name = name
        status.group = group
        status.kind = kind
        status.causes = errors.map { Cause(reason: $0.reason.rawValue, message: $0.message, field: $0.field) }
        return status
    }

    /// 410: the asked revision is no longer in the history; the client lists anew.
    public static func expired(_ message: String, continueToken: String = "") -> StatusObject {
        var status = StatusObject(code: 410, reason: "Expired", message: message)
        status.continueToken = continueToken
        return status
    }

    /// 410 for a list at an old revision.
    public static var listExpired: StatusObject {
        expired("The resourceVersion for the provided list is too old.")
    }

    /// 410 for a watch that starts too far back.
    /// - Parameters:
    ///   - requested: the revision that the client asked for.
    ///   - oldest: the oldest one that the history holds.
    /// - Returns: the status, which goes into an ERROR event.
    public static func watchExpired(requested: Int64, oldest: Int64) -> StatusObject {
        expired("too old resource version: \(requested) (\(oldest))")
    }

    /// 400: the request makes no sense.
    public static func badRequest(_ message: String) -> StatusObject {
        StatusObject(code: 400, reason: "BadRequest", message: message)
    }

    /// 405: the resource has no such verb.
    public static func methodNotSupported(_ resource: ResourceKind?, verb: String) -> StatusObject {
        guard let resource else {
            return StatusObject(
                code: 405,
                reason: "MethodNotAllowed",
                message: "the server does not allow this method on the requested resource"
            )
        }
        let message = "\(verb) is not supported on resources of kind \"\(resource.qualifiedPlural)\""
        return StatusObject(405, "MethodNotAllowed", message, resource, "")
    }

    /// 406: the client accepts nothing that the server can write.
    public static func notAcceptable(supported: [String]) -> StatusObject {
        let list = supported.joined(separator: ", ")
        return StatusObject(
            code: 406,
            reason: "NotAcceptable",
            message: "only the following media types are accepted: \(list)"
        )
    }

    /// 415: the body is in a format that the server can't read.
    public static func unsupportedMediaType(supported: [String]) -> StatusObject {
        let list = supported.joined(separator: ", ")
        return StatusObject(
            code: 415,
            reason: "UnsupportedMediaType",
            message: "the body of the request was in an unknown format - accepted media types include: \(list)"
        )
    }

    /// 413: the body is larger than the server reads; `limit` in bytes.
    public static func requestTooLarge(limit: Int) -> StatusObject {
        StatusObject(
            code: 413,
            reason: "RequestEntityTooLarge",
            message: "Request entity too large: limit is \(limit)"
        )
    }

    /// 403: the object can't be written so.
    public static func forbidden(_ resource: ResourceKind, name: String, because: String) -> StatusObject {
        let message = "\(resource.qualifiedPlural) \"\(name)\" is forbidden: \(because)"
        return StatusObject(403, "Forbidden", message, resource, name)
    }

    /// 403: a new object for a namespace that is going away.
    public static func namespaceTerminating(
        _ resource: ResourceKind,
        name: String,
        namespace: String
    ) -> StatusObject {
        var status = forbidden(
            resource,
            name: name,
            because: "unable to create new content in namespace \(namespace) because it is being terminated"
        )
        let message = "namespace \(namespace) is being terminated"
        status.causes = [Cause(reason: "NamespaceTerminating", message: message, field: "metadata.namespace")]
        return status
    }

    /// 500: the server failed.
    public static func internalError(_ message: String) -> StatusObject {
        var status = StatusObject(
            code: 500,
            reason: "InternalError",
            message: "Internal error occurred: \(message)"
        )
        status.causes = [Cause(reason: "", message: message)]
        return status
    }

    /// 503: the server can't serve now, mostly because it is starting or ending.
    public static func unavailable(_ message: String, retryAfterSeconds: Int = 1) -> StatusObject {
        var status = StatusObject(code: 503, reason: "ServiceUnavailable", message: message)
        status.retryAfterSeconds = retryAfterSeconds
        return status
    }

    /// 504: what was asked for did not come in time.
    public static func timeout(_ message: String, retryAfterSeconds: Int = 1) -> StatusObject {
        var status = StatusObject(code: 504, reason: "Timeout", message: "Timeout: \(message)")
        status.retryAfterSeconds = retryAfterSeconds
        return status
    }

    /// 504: the asked revision lies in the future, and did not come in time.
    public static func tooLargeResourceVersion(requested: Int64, current: Int64) -> StatusObject {
        var status = timeout("Too large resource version: \(requested), current: \(current)")
        status.causes = [Cause(reason: "ResourceVersionTooLarge", message: "Too large resource version")]
        return status
    }
}
