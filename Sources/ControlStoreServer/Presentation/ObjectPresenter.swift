import ClusterModel
import ControlStore
import JSONTree

/// Writes objects of one kind in the form that a client wants.
struct ObjectPresenter: Sendable {
    let kind: ResourceKind
    let served: ResourceKind.GroupVersion
    let representation: Representation
    let now: Timestamp

    init(_ path: RequestTarget.ResourcePath, _ representation: Representation) {
        kind = path.kind
        served = path.served
        self.representation = representation
        now = Timestamp.now()
    }

    /// Whether objects go out as they are stored, so that their text can be shared by all readers.
    var isVerbatim: Bool {
        representation.form == .whole && !representation.isPretty && served == kind.groupVersion
    }

    /// An object as it is in an answer of its own.
    func object(_ object: StoredObject) -> [UInt8] {
        if isVerbatim { return object.bytes }
        return text(json(object))
    }

    func json(_ object: StoredObject) -> JSONValue {
        switch representation.form {
        case .whole: kind.servedForm(of: object.json, as: served)
        case .metadata: Self.metadata(of: object.json)
        case .table(let version): table([object], version: version, metadata: listMetadata(object.revision))
        }
    }

    /// An object in an event of a watch; tables have their columns in each.
    func event(_ object: StoredObject) -> [UInt8] {
        isVerbatim ? object.bytes : json(object).bytes()
    }

    /// The object of a bookmark: of the kind, with nothing but a revision.
    func bookmark(_ revision: Revision, isInitialEnd: Bool) -> [UInt8] {
        var metadata: JSONValue = ["resourceVersion": .string(String(revision)), "creationTimestamp": .null]
        if isInitialEnd { metadata["annotations"] = ["k8s.io/initial-events-end": "true"] }
        switch representation.form {
        case .whole:
            let object: JSONValue = [
                "kind": .string(kind.kind), "apiVersion": .string(served.description), "metadata": metadata,
            ]
            return object.bytes()
        case .metadata:
            let object: JSONValue = [
                "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
            ]
            return object.bytes()
        case .table(let version):
            return table([], version: version, metadata: ["resourceVersion": .string(String(revision))]).bytes()
        }
    }

    static func metadata(of json: JSONValue) -> JSONValue {
        [
            "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": json["metadata"] ?? [:],
        ]
    }

    private func listMetadata(_ revision: Revision) -> JSONValue { ["resourceVersion": .string(String(revision))] }

    private static func listMetadata(_ page: ListPage) -> JSONValue {
        var metadata: JSONValue = ["resourceVersion": .string(String(page.revision))]
        if let token = page.continuation { metadata["continue"] = .string(token.text) }
        if let remaining = page.remaining { metadata["remainingItemCount"] = JSONValue(remaining) }
        return metadata
    }

    /// An answer's text; for people it ends with a line break.
    private func text(_ json: JSONValue) -> [UInt8] {
        json.bytes(pretty: representation.isPretty) + (representation.isPretty ? [0x0a] : [])
    }

    /// A list as one text.
    func list(_ page: ListPage) -> [UInt8] {
        let metadata = Self.listMetadata(page)
        if case .table(let version) = representation.form {
            return text(table(page.objects, version: version, metadata: metadata))
        }
        let isWhole = representation.form == .whole
        let head: JSONValue = [
            "kind": .string(isWhole ? kind.listKind : "PartialObjectMetadataList"),
            "apiVersion": .string(isWhole ? served.description : "meta.k8s.io/v1"), "metadata": metadata,
        ]
        guard isVerbatim else {
            var list = head
            list["items"] = .array(page.objects.map(json))
            return text(list)
        }
        var bytes = head.bytes()
        bytes.reserveCapacity(page.objects.reduce(bytes.count + 16) { $0 + $1.bytes.count + 1 })
        bytes.removeLast()
        bytes += ",\"items\":[".utf8
        for (index, object) in page.objects.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += object.bytes
        }
        bytes += "]}".utf8
        return bytes
    }
}
