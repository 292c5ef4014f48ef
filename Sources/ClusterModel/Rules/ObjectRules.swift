public import JSONTree
public import NetworkTypes

/// What the server does with an object before it stores it: shape, defaults, what is kept of the old one, validation.
///
/// Pure functions of the objects and of what is given to them; addresses, ports and revisions are the store's part.
/// Each gives the object to store, or throws the ``StatusObject`` to answer with.
public struct ObjectRules: Sendable {
    /// What the rules have to know of the cluster.
    public struct Cluster: Hashable, Sendable {
        /// The families of Service addresses, the default one first.
        public var serviceFamilies: [IPFamily]

        /// Makes a description of a cluster.
        public init(serviceFamilies: [IPFamily]) { self.serviceFamilies = serviceFamilies }
    }

    /// What a new object is stamped with.
    public struct CreationStamp: Hashable, Sendable {
        /// The present time.
        public var time: Timestamp
        /// A new uid.
        public var uid: String
        /// What makes a name of a `generateName`; see ``ObjectRules/nameSuffix(using:)``.
        public var nameSuffix: String

        /// Makes a stamp.
        public init(time: Timestamp, uid: String, nameSuffix: String) {
            self.time = time
            self.uid = uid
            self.nameSuffix = nameSuffix
        }
    }

    /// The kind of the objects.
    public let resource: ResourceKind
    let cluster: Cluster
    let rules: any KindRules.Type

    /// Takes the rules of a kind.
    public init(_ resource: ResourceKind, cluster: Cluster) {
        self.resource = resource
        self.cluster = cluster
        rules = resource.rules
    }

    /// Five characters that make a name unique, without vowels that might form words.
    public static func nameSuffix(using generator: inout some RandomNumberGenerator) -> String {
        let letters = Array("bcdfghjklmnpqrstvwxz2456789")
        return String((0..<5).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
    }

    /// A new object as it is stored, but for its revision, its addresses and its ports.
    /// - Parameters:
    ///   - json: the object as the client sent it.
    ///   - namespace: the namespace of the request's path; nil for cluster-wide kinds.
    ///   - name: the name of the request's path, for a PUT that creates; else nil.
    ///   - stamp: what the object is stamped with.
    /// - Returns: the object, defaulted and valid.
    /// - Throws: 400 for a wrong shape, kind, name or namespace, 422 for broken rules.
    public func prepareForCreate(
        _ json: JSONValue,
        namespace: String?,
        name: String? = nil,
        stamp: CreationStamp
    ) throws(StatusObject) -> JSONValue {
        var new = try normalized(json)
        try place(&new, namespace: namespace, name: name)
        var metadata = ObjectMeta(json: new["metadata"] ?? [:])
        guard metadata.resourceVersion.isEmpty else {
            throw .badRequest("resourceVersion should not be set on objects to be created")
        }
        for key in MetadataRules.serverKeys { metadata.json[key] = nil }
        if metadata.name.isEmpty, let prefix = metadata.generateName, !prefix.isEmpty {
            // A name has 63 bytes at most here, so that it can be a label's value too.
            metadata.name = String(decoding: prefix.utf8.prefix(58), as: UTF8.self) + stamp.nameSuffix
        }
        metadata.uid = stamp.uid
        metadata.creationTimestamp = stamp.time
        if rules.countsGenerations { metadata.generation = 1 }
        new["metadata"] = metadata.json
        rules.setDefaults(&new)
        let problems = rules.begin(&new, cluster: cluster)
        new = ordered(new)
        try check(new, MetadataRules.validate(new, resource, rules) + rules.validate(new) + problems)
        return new
    }

    /// A changed object as it is stored, but for its revision, new addresses and new ports.
    ///
    /// It equals the old one, revision included, when the change changes nothing.
    /// - Parameters:
    ///   - old: the object as it is stored.
    ///   - new: the object as the client sent it, or as a patch left it.
    /// - Returns: the object, defaulted and valid, with the old revision.
    /// - Throws: 400 for a wrong shape, kind or name, 409 for another uid, 422 for broken rules.
    public func prepareForUpdate(old: JSONValue, new: JSONValue) throws(StatusObject) -> JSONValue {
        var new = try normalized(new)
        try keepMetadata(of: old, in: &new)
        rules.setDefaults(&new)
        if resource.hasStatus { new["status"] = old["status"] }
        let problems = rules.carryOver(from: old, to: &new, cluster: cluster)
        return try finish(old: old, new: new, problems)
    }

    /// An object with a changed status, as it is stored; everything else below `spec` stays.
    /// - Throws: as ``prepareForUpdate(old:new:)``.
    public func prepareForStatusUpdate(old: JSONValue, new: JSONValue) throws(StatusObject) -> JSONValue {
        var new = try normalized(new)
        try keepMetadata(of: old, in: &new)
        new["spec"] = old["spec"]
        rules.setDefaults(&new)
        return try finish(old: old, new: new, rules.validateStatus(new))
    }

    /// A Namespace with changed finalizers below `spec`, as `/finalize` takes it; the rest stays.
    /// - Throws: as ``prepareForUpdate(old:new:)``.
    public func prepareForFinalize(old: JSONValue, new: JSONValue) throws(StatusObject) -> JSONValue {
        var new = try normalized(new)
        try keepMetadata(of: old, in: &new)
        new["status"] = old["status"]
        return try finish(old: old, new: new, [])
    }

    private func finish(old: JSONValue, new: JSONValue, _ problems: [FieldError]) throws(StatusObject) -> JSONValue {
        var new = ordered(new)
        if rules.countsGenerations {
            let generation = ObjectMeta(json: old["metadata"] ?? [:]).generation ?? 1
            let isNew = rules.startsGeneration(old: old, new: new)
            new[path: "metadata", "generation"] = JSONValue(isNew ? generation + 1 : generation)
        }
        try check(
            new,
            MetadataRules.validate(new, resource, rules) + MetadataRules.validateUpdate(old: old, new: new)
                + rules.validate(new) + rules.validateUpdate(old: old, new: new) + problems
        )
        return new
    }

    private func check(_ json: JSONValue, _ problems: [FieldError]) throws(StatusObject) {
        guard problems.isEmpty else {
            let name = json[path: "metadata", "name"]?.stringValue ?? ""
            throw .invalid(resource, name: name, problems)
        }
    }

    /// The members in the order in which people expect them.
    private func ordered(_ json: JSONValue) -> JSONValue {
        guard case .object(let object) = json else { return json }
        let first = ["kind", "apiVersion", "metadata", "spec", "status"]
        var result = JSONObject(first.compactMap { key in object[key].map { (key, $0) } })
        for (key, value) in object where !first.contains(key) { result[key] = value }
        return .object(result)
    }
}
