import JSONTree

extension ObjectRules {
    /// An object of the right kind and shape, in its stored form, without nulls.
    func normalized(_ json: JSONValue) throws(StatusObject) -> JSONValue {
        guard case .object(let object) = json else {
            throw .badRequest("the body must be a \(resource.kind), is \(json.kindName)")
        }
        let kind = object["kind"]?.stringValue ?? ""
        let apiVersion = object["apiVersion"]?.stringValue ?? ""
        guard kind.isEmpty || kind == resource.kind else {
            throw .badRequest("the object's kind (\(kind)) does not match the expected kind (\(resource.kind))")
        }
        let known = [resource.apiVersion] + resource.aliases.map(\.description)
        guard apiVersion.isEmpty || known.contains(apiVersion) else {
            throw .badRequest(
                "the API version in the data (\(apiVersion)) does not match the expected API version "
                    + "(\(resource.apiVersion))"
            )
        }
        var result = resource.storedForm(of: json).withoutNulls
        result["kind"] = .string(resource.kind)
        result["apiVersion"] = .string(resource.apiVersion)
        if result["metadata"] == nil { result["metadata"] = [:] }
        if let fault = rules.shape.fault(in: result) {
            throw .badRequest(
                "\(resource.kind) in version \"\(resource.version)\" cannot be handled as a \(resource.kind): \(fault)"
            )
        }
        return result
    }

    /// Sees to it that a new object has the name and the namespace of the request's path.
    func place(_ new: inout JSONValue, namespace: String?, name: String?) throws(StatusObject) {
        var metadata = ObjectMeta(json: new["metadata"] ?? [:])
        let wanted = resource.isNamespaced ? namespace ?? "" : ""
        if metadata.namespace.isEmpty { metadata.namespace = wanted }
        guard metadata.namespace == wanted else {
            throw .badRequest("the namespace of the provided object does not match the namespace sent on the request")
        }
        if let name {
            if metadata.name.isEmpty { metadata.name = name }
            try checkName(metadata.name, name)
        }
        new["metadata"] = metadata.json
    }

    private func checkName(_ name: String, _ wanted: String) throws(StatusObject) {
        guard name == wanted else {
            throw .badRequest("the name of the object (\(name)) does not match the name on the URL (\(wanted))")
        }
    }

    /// Puts back what only the server writes, and checks that it is the same object.
    func keepMetadata(of old: JSONValue, in new: inout JSONValue) throws(StatusObject) {
        let before = ObjectMeta(json: old["metadata"] ?? [:])
        try place(&new, namespace: before.namespace, name: before.name)
        var after = ObjectMeta(json: new["metadata"] ?? [:])
        guard after.uid.isEmpty || after.uid == before.uid else {
            throw .conflict(
                resource,
                name: before.name,
                because: "Precondition failed: UID in precondition: \(after.uid), UID in object meta: \(before.uid)"
            )
        }
        for key in MetadataRules.serverKeys { after.json[key] = before.json[key] }
        after.resourceVersion = before.resourceVersion
        new["metadata"] = after.json
    }
}

extension JSONValue {
    /// Without members that are null, which stand for missing ones.
    fileprivate var withoutNulls: JSONValue {
        guard hasNulls else { return self }  // nearly always, and then nothing is copied
        switch self {
        case .array(let elements): return .array(elements.map(\.withoutNulls))
        case .object(let object):
            let members = object.filter { !$0.value.isNull }
            return .object(JSONObject(members.map { ($0.key, $0.value.withoutNulls) }))
        default: return self
        }
    }

    /// Whether a member of an object is null, at any depth.
    private var hasNulls: Bool {
        switch self {
        case .array(let elements): elements.contains(where: \.hasNulls)
        case .object(let object): object.contains { $0.value.isNull || $0.value.hasNulls }
        default: false
        }
    }
}
