import ClusterModel
import Foundation
import JSONTree
import NetworkTypes

/// What happens to an object between the client's text and the state: defaults, checks, and what the server owns.
struct WriteRules {
    let kind: ResourceKind
    let families: [IPFamily]

    private var rules: ObjectRules { ObjectRules(kind, cluster: ObjectRules.Cluster(serviceFamilies: families)) }

    /// A new object as it is stored, but for its revision, addresses and ports.
    /// - Parameters:
    ///   - json: the object as the client sent it.
    ///   - namespace: the namespace of the path; nil for cluster-wide kinds.
    ///   - name: the name of the path, for a PUT that creates.
    /// - Returns: where it is kept, and the object.
    /// - Throws: ``StoreError``: `badRequest`, `invalid`.
    func created(
        _ json: JSONValue,
        namespace: String?,
        name: String? = nil
    ) throws(StoreError) -> (ObjectKey, JSONValue) {
        var random = SystemRandomNumberGenerator()
        let stamp = ObjectRules.CreationStamp(
            time: Timestamp.now(),
            uid: UUID().uuidString.lowercased(),
            nameSuffix: ObjectRules.nameSuffix(using: &random)
        )
        let rules = rules
        let object = try Self.mapped { () throws(StatusObject) in
            try rules.prepareForCreate(json, namespace: namespace, name: name, stamp: stamp)
        }
        return (ObjectMeta(json: object["metadata"] ?? [:]).key, object)
    }

    /// A changed object as it is stored, but for its revision, new addresses and new ports; the old one when the change
    /// changes nothing.
    func changed(_ json: JSONValue, from old: JSONValue, part: ObjectPart) throws(StoreError) -> JSONValue {
        let rules = rules
        return try Self.mapped { () throws(StatusObject) in
            switch part {
            case .main: try rules.prepareForUpdate(old: old, new: json)
            case .status: try rules.prepareForStatusUpdate(old: old, new: json)
            case .finalize: try rules.prepareForFinalize(old: old, new: json)
            }
        }
    }

    private static func mapped<Value>(_ body: () throws(StatusObject) -> Value) throws(StoreError) -> Value {
        do throws(StatusObject) {
            return try body()
        } catch {
            let code: StoreError.Code =
                switch error.code {
                case 409: .conflict
                case 422: .invalid
                default: .badRequest
                }
            throw StoreError(code, error)
        }
    }
}

extension WriteRules {
    /// Who has work to do before the object goes.
    private func finalizers(of json: JSONValue) -> [String] {
        let own = kind == .namespace ? Namespace(unchecked: json).contentFinalizers : []
        return ObjectMeta(json: json["metadata"] ?? [:]).finalizers + own
    }

    /// Whether an object that is being deleted can go now.
    func mayGo(_ json: JSONValue) -> Bool {
        guard finalizers(of: json).isEmpty else { return false }
        return kind != .pod || ObjectMeta(json: json["metadata"] ?? [:]).deletionGracePeriodSeconds == 0
    }

    /// The object with the mark that it is to go; nil when it goes at once.
    func markedForDeletion(_ json: JSONValue, gracePeriodSeconds: Int?) -> JSONValue? {
        let grace = kind == .pod ? Self.grace(of: Pod(unchecked: json), asked: gracePeriodSeconds) : 0
        guard grace > 0 || !finalizers(of: json).isEmpty else { return nil }
        var metadata = ObjectMeta(json: json["metadata"] ?? [:])
        if metadata.isBeingDeleted, grace >= metadata.deletionGracePeriodSeconds ?? 0 { return json }
        metadata.deletionTimestamp = Timestamp.now().advanced(by: .seconds(grace))
        metadata.deletionGracePeriodSeconds = grace
        var marked = json
        marked["metadata"] = metadata.json
        if kind == .namespace { marked[path: "status", "phase"] = "Terminating" }
        return marked
    }

    /// How many seconds a pod has to end: none before it is on a node, and none when it has ended already.
    private static func grace(of pod: Pod, asked: Int?) -> Int {
        guard pod.spec.nodeName != nil, !pod.isFinished else { return 0 }
        return max(0, asked ?? pod.spec.terminationGracePeriodSeconds)
    }
}
