public import ClusterModel
public import JSONTree

extension StoreClient {
    /// Reads one object.
    ///
    /// - Throws: `.notFound`, or as ``send(_:)``.
    public func get<Object: APIObject>(
        _ type: Object.Type,
        _ name: String,
        namespace: String? = nil
    ) async throws(ControlStoreClientError) -> Object {
        try await object(APIRequest(.get, Object.resource.objectPath(namespace: namespace, name: name)))
    }

    /// Creates an object in its own namespace, and returns it as the server completed it.
    ///
    /// - Throws: `.alreadyExists`, `.invalid`, or as ``send(_:)``.
    @discardableResult
    public func create<Object: APIObject>(_ object: Object) async throws(ControlStoreClientError) -> Object {
        let path = Object.resource.collectionPath(namespace: object.pathNamespace)
        return try await self.object(APIRequest(.post, path, body: object.json))
    }

    /// Replaces an object.
    ///
    /// With a resourceVersion in it, only that version is replaced.
    ///
    /// - Throws: `.conflict`, `.notFound`, `.invalid`, or as ``send(_:)``.
    @discardableResult
    public func update<Object: APIObject>(_ object: Object) async throws(ControlStoreClientError) -> Object {
        try await self.object(APIRequest(.put, object.path, body: object.json))
    }

    /// Replaces an object's status and nothing else.
    ///
    /// - Throws: as ``update(_:)``.
    @discardableResult
    public func updateStatus<Object: APIObject>(_ object: Object) async throws(ControlStoreClientError) -> Object {
        try await self.object(APIRequest(.put, object.path + "/status", body: object.json))
    }

    /// Changes the members that `patch` holds (RFC 7386), of the object or of its `subresource` ("status").
    ///
    /// - Throws: `.notFound`, `.invalid`, or as ``send(_:)``.
    @discardableResult
    public func mergePatch<Object: APIObject>(
        _ type: Object.Type,
        _ name: String,
        namespace: String? = nil,
        subresource: String? = nil,
        _ patch: JSONValue
    ) async throws(ControlStoreClientError) -> Object {
        let path = Object.resource.objectPath(namespace: namespace, name: name) + (subresource.map { "/" + $0 } ?? "")
        var request = APIRequest(.patch, path, body: patch)
        request.contentType = "application/merge-patch+json"
        return try await object(request)
    }

    /// Deletes an object; it may live on until its finalizers are done.
    ///
    /// - Throws: `.notFound`, or as ``send(_:)``.
    public func delete<Object: APIObject>(
        _ type: Object.Type,
        _ name: String,
        namespace: String? = nil,
        gracePeriodSeconds: Int? = nil
    ) async throws(ControlStoreClientError) {
        var options: JSONObject = ["kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Background"]
        if let gracePeriodSeconds { options["gracePeriodSeconds"] = JSONValue(gracePeriodSeconds) }
        let path = Object.resource.objectPath(namespace: namespace, name: name)
        try await send(APIRequest(.delete, path, body: .object(options)))
    }

    /// Reads all selected objects, page by page, all of one revision.
    ///
    /// - Parameters:
    ///   - type: The kind.
    ///   - selection: Which objects.
    ///   - resourceVersion: "0" lets the server answer from its cache, "" asks for the newest, any other for nothing
    ///     older than that.
    /// - Returns: The objects and the revision that they show.
    /// - Throws: `.expired` when the revision is gone, or as ``send(_:)``.
    public func list<Object: APIObject>(
        _ type: Object.Type,
        _ selection: Selection = Selection(),
        resourceVersion: String = ""
    ) async throws(ControlStoreClientError) -> ObjectList<Object> {
        var items: [Object] = []
        var list = try await self.list(type, selection, resourceVersion: resourceVersion) { page, isFirst in
            if isFirst { items = [] }
            items += page
        }
        list.items = items
        return list
    }

    /// Reads all selected objects, and hands on some at a time as soon as they are read, so that not all of them need to
    /// be in memory.
    ///
    /// - Parameters:
    ///   - type: The kind.
    ///   - selection: Which objects.
    ///   - resourceVersion: As in ``list(_:_:resourceVersion:)``.
    ///   - eachPage: Gets some objects, and whether a list begins with them: it begins anew when its revision went
    ///     away between two pages.
    /// - Returns: The list without its objects.
    /// - Throws: as ``list(_:_:resourceVersion:)``.
    public func list<Object: APIObject>(
        _ type: Object.Type,
        _ selection: Selection = Selection(),
        resourceVersion: String = "",
        eachPage: (_ objects: [Object], _ isFirst: Bool) -> Void
    ) async throws(ControlStoreClientError) -> ObjectList<Object> {
        var pages = ListPages<Object>()
        var next: String?
        var isFirst = true
        repeat {
            let query = Self.listQuery(selection, resourceVersion: resourceVersion, continuing: next)
            let request = APIRequest(
                .get,
                Object.resource.collectionPath(namespace: selection.namespace),
                query: query
            )
            let page: JSONValue
            do {
                page = try await send(request) { item in
                    pages.add(item)
                    guard pages.list.items.count == Self.batchSize else { return }
                    eachPage(pages.takeItems(), isFirst)
                    isFirst = false
                }
            } catch  where error.code == .expired && next != nil {
                // The revision went away between two pages: everything at once is then of one revision again.
                return try await wholeList(selection, eachPage)
            }
            next = try pages.end(page, request: transport.describe(request))
            eachPage(pages.takeItems(), isFirst)
            isFirst = false
        } while next != nil
        return pages.list
    }

    /// Enough objects at a time to make handing them on cheap, few enough to work on them while the next ones are read.
    private static var batchSize: Int { 256 }

    private func wholeList<Object: APIObject>(
        _ selection: Selection,
        _ eachPage: ([Object], Bool) -> Void
    ) async throws(ControlStoreClientError) -> ObjectList<Object> {
        let path = Object.resource.collectionPath(namespace: selection.namespace)
        let request = APIRequest(.get, path, query: selection.query)
        var pages = ListPages<Object>()
        let page = try await send(request) { pages.add($0) }
        _ = try pages.end(page, request: transport.describe(request))
        eachPage(pages.takeItems(), true)
        return pages.list
    }

    private static func listQuery(
        _ selection: Selection,
        resourceVersion: String,
        continuing: String?
    ) -> [(name: String, value: String)] {
        var query = selection.query
        // A revision other than "0" is served from the cache only when no limit is given; later pages carry their own.
        if resourceVersion.isEmpty || resourceVersion == "0" { query.append(("limit", "500")) }
        if let continuing {
            query.append(("continue", continuing))
        } else if !resourceVersion.isEmpty {
            query.append(("resourceVersion", resourceVersion))
        }
        return query
    }

    private func object<Object: APIObject>(_ request: APIRequest) async throws(ControlStoreClientError) -> Object {
        let json = try await send(request)
        do {
            return try Object(json: json)
        } catch {
            throw ControlStoreClientError(.malformedAnswer, "\(error)", request: transport.describe(request))
        }
    }
}

/// Puts a list together from its pages.
struct ListPages<Object: APIObject> {
    private(set) var list = ObjectList<Object>(items: [], resourceVersion: "", rejected: [])

    /// The objects that were added since the last call.
    mutating func takeItems() -> [Object] {
        defer { list.items = [] }
        return list.items
    }

    /// Adds an item of a page.
    mutating func add(_ item: JSONValue) {
        do {
            list.items.append(try Object(json: Self.completed(item)))
        } catch {
            let name = item[path: "metadata", "name"]?.stringValue ?? "(no name)"
            list.rejected.append("\(Object.resource.plural)/\(name): \(error)")
        }
    }

    /// Takes what a page says beside its items, and returns the token of the next one, if there is one.
    mutating func end(_ page: JSONValue, request: String) throws(ControlStoreClientError) -> String? {
        guard page["items"] != nil || page["kind"] != nil else {
            throw ControlStoreClientError(.malformedAnswer, "the answer is no list", request: request)
        }
        list.resourceVersion = page[path: "metadata", "resourceVersion"]?.stringValue ?? list.resourceVersion
        let token = page[path: "metadata", "continue"]?.stringValue ?? ""
        return token.isEmpty ? nil : token
    }

    /// Members of a real API server's list carry neither kind nor apiVersion.
    private static func completed(_ item: JSONValue) -> JSONValue {
        guard item["kind"] == nil || item["apiVersion"] == nil, case .object = item else { return item }
        var item = item
        if item["apiVersion"] == nil { item["apiVersion"] = .string(Object.resource.apiVersion) }
        if item["kind"] == nil { item["kind"] = .string(Object.resource.kind) }
        return item
    }
}

extension APIObject {
    /// The namespace of the object's path: "default" where a namespaced object names none.
    var pathNamespace: String? {
        guard Self.resource.isNamespaced else { return nil }
        let namespace = json[path: "metadata", "namespace"]?.stringValue ?? ""
        return namespace.isEmpty ? "default" : namespace
    }

    var path: String {
        Self.resource.objectPath(namespace: pathNamespace, name: json[path: "metadata", "name"]?.stringValue ?? "")
    }
}
