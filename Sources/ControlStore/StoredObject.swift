public import ClusterModel
public import JSONTree

/// An object as the store holds it: its JSON text and what is needed to select it.
///
/// The text is written once and shared by every list and watcher; the tree is read from it only when somebody changes
/// the object.
public final class StoredObject: Sendable {
    /// Which object it is, among those of its kind.
    public let key: ObjectKey
    /// The revision of its last write.
    public let revision: Revision
    /// The JSON text, `kind`, `apiVersion` and `metadata.resourceVersion` first.
    public let bytes: [UInt8]
    /// What tells it from an earlier object of the same name.
    public let uid: String
    /// The labels.
    public let labels: Labels
    /// The values that field selectors of its kind can ask for.
    public let fields: FieldValues
    /// The uids of the objects that it goes with.
    public let owners: [String]
    /// Whether its deletion was asked for.
    public let isBeingDeleted: Bool
    /// How long the text up to the opening of `metadata` is; the resource version stands right behind.
    private let prefixLength: Int

    private init(
        key: ObjectKey,
        revision: Revision,
        bytes: [UInt8],
        prefixLength: Int,
        uid: String,
        labels: Labels,
        fields: FieldValues,
        owners: [String],
        isBeingDeleted: Bool
    ) {
        self.key = key
        self.revision = revision
        self.bytes = bytes
        self.prefixLength = prefixLength
        self.uid = uid
        self.labels = labels
        self.fields = fields
        self.owners = owners
        self.isBeingDeleted = isBeingDeleted
    }

    /// Makes an object of its tree and its stored text, which ``ObjectText/value(of:kind:)`` wrote.
    convenience init(_ kind: ResourceKind, json: JSONValue, value: [UInt8], revision: Revision) {
        let metadata = ObjectMeta(json: json["metadata"] ?? [:])
        let prefixLength = ObjectText.prefix(of: kind).count
        self.init(
            key: metadata.key,
            revision: revision,
            bytes: ObjectText.insert(revision, into: value, at: prefixLength),
            prefixLength: prefixLength,
            uid: metadata.uid,
            labels: metadata.labels,
            fields: FieldValues(kind, of: json),
            owners: metadata.ownerReferences.map(\.uid),
            isBeingDeleted: metadata.isBeingDeleted
        )
    }

    /// The same object at another revision, as the events that tell of its end carry it.
    func at(revision: Revision) -> StoredObject {
        StoredObject(
            key: key,
            revision: revision,
            bytes: ObjectText.insert(revision, into: value, at: prefixLength),
            prefixLength: prefixLength,
            uid: uid,
            labels: labels,
            fields: fields,
            owners: owners,
            isBeingDeleted: isBeingDeleted
        )
    }

    /// The text as it is stored, without the resource version.
    var value: [UInt8] {
        var value = bytes
        value.removeSubrange(prefixLength..<prefixLength + ObjectText.member(of: revision).utf8.count)
        return value
    }

    /// The tree.
    public var json: JSONValue {
        // The text is our own writing, so it always parses.
        (try? JSONValue(parsing: bytes)) ?? [:]
    }
}

/// How objects are written as text: kind and version first, then metadata with the resource version in front, so that
/// a revision, known only at the commit, is put in without writing the object anew.
enum ObjectText {
    /// What the text of every object of a kind begins with.
    static func prefix(of kind: ResourceKind) -> [UInt8] {
        Array("{\"kind\":\"\(kind.kind)\",\"apiVersion\":\"\(kind.apiVersion)\",\"metadata\":{".utf8)
    }

    /// Writes an object without its resource version.
    static func value(of json: JSONValue, kind: ResourceKind) -> [UInt8] {
        var metadata = json["metadata"]?.objectValue ?? [:]
        metadata.removeValue(forKey: "resourceVersion")
        var bytes = prefix(of: kind)
        append(metadata, to: &bytes)
        for (key, value) in json.objectValue ?? [:] where !["kind", "apiVersion", "metadata"].contains(key) {
            bytes.append(UInt8(ascii: ","))
            append(key, value, to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// The members of an object, behind its opening, with its end.
    private static func append(_ members: JSONObject, to bytes: inout [UInt8]) {
        var isFirst = true
        for (key, value) in members {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            append(key, value, to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private static func append(_ key: String, _ value: JSONValue, to bytes: inout [UInt8]) {
        JSONValue.string(key).append(to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        value.append(to: &bytes)
    }

    /// The resource version as the first member of `metadata`, with the comma behind it: there is always a name.
    ///
    /// Nothing for 0, the revision of an object that is only previewed.
    static func member(of revision: Revision) -> String {
        revision == 0 ? "" : "\"resourceVersion\":\"\(revision)\","
    }

    static func insert(_ revision: Revision, into value: [UInt8], at place: Int) -> [UInt8] {
        let member = member(of: revision)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(value.count + member.utf8.count)
        bytes.append(contentsOf: value[..<place])
        bytes.append(contentsOf: member.utf8)
        bytes.append(contentsOf: value[place...])
        return bytes
    }
}
