public import JSONTree
public import NetworkTypes

/// One endpoint of a slice, with all that a proxy needs read out in one pass over its members: a cluster has a hundred
/// thousand of them, and looking up each field by name costs several times as much.
public struct Endpoint: Hashable, Sendable {
    /// The object behind an endpoint, mostly a pod.
    public struct Target: Hashable, Sendable {
        /// Its kind, as `Pod`.
        public var kind: String
        /// Which one it is.
        public var key: ObjectKey
        /// Its uid.
        public var uid: String

        /// Makes a reference.
        public init(kind: String = "Pod", key: ObjectKey, uid: String) {
            self.kind = kind
            self.key = key
            self.uid = uid
        }
    }

    /// The addresses as they are written; all stand for the same endpoint, so that the first is enough.
    public var addresses: [String] = []
    /// Whether it takes new connections; true when nothing is said.
    public var isReady = true
    /// Whether it answers, even while it is ending; true when nothing is said, as kube-proxy reads it.
    public var isServing = true
    /// Whether it is ending; false when nothing is said.
    public var isTerminating = false
    /// The node that it is on, if known.
    public var nodeName: String?
    /// The zone that it is in, if known.
    public var zone: String?
    /// Its host name below the Service's name, if it has one.
    public var hostname: String?
    /// The object behind it.
    public var target: Target?
    /// The zones whose clients should prefer it; empty when nothing is said.
    public var zoneHints: [String] = []
    /// The nodes whose clients should prefer it; empty when nothing is said.
    public var nodeHints: [String] = []
    /// Members that are not named above, as they came.
    private var others = JSONObject()

    /// Makes an endpoint.
    public init(addresses: [String] = []) { self.addresses = addresses }

    /// Reads an endpoint; members of another shape than expected read as missing.
    public init(json: JSONValue) {
        guard case .object(let object) = json else { return }
        for (key, value) in object {
            switch key {
            case "addresses": addresses = value.arrayValue?.compactMap(\.stringValue) ?? []
            case "conditions": readConditions(value)
            case "nodeName": nodeName = value.stringValue
            case "zone": zone = value.stringValue
            case "hostname": hostname = value.stringValue
            case "targetRef": readTarget(value)
            case "hints": readHints(value)
            default: others[key] = value
            }
        }
    }

    private mutating func readConditions(_ value: JSONValue) {
        guard case .object(let conditions) = value else { return }
        var serving: Bool?
        for (key, value) in conditions {
            switch key {
            case "ready": isReady = value.boolValue ?? true
            case "serving": serving = value.boolValue
            case "terminating": isTerminating = value.boolValue ?? false
            default: break
            }
        }
        isServing = serving ?? true
    }

    private mutating func readTarget(_ value: JSONValue) {
        guard case .object(let reference) = value else { return }
        var target = Target(kind: "", key: ObjectKey(name: ""), uid: "")
        for (key, value) in reference {
            switch key {
            case "kind": target.kind = value.stringValue ?? ""
            case "namespace": target.key.namespace = value.stringValue ?? ""
            case "name": target.key.name = value.stringValue ?? ""
            case "uid": target.uid = value.stringValue ?? ""
            default: break
            }
        }
        self.target = target
    }

    private mutating func readHints(_ value: JSONValue) {
        zoneHints = (value["forZones"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
        nodeHints = (value["forNodes"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
    }

    /// The first address; nil when there is none, or it is a name.
    public var address: IPAddress? { addresses.first.flatMap { IPAddress($0) } }

    /// As it is written in a slice.
    public var json: JSONValue {
        var result: JSONObject = [
            "addresses": JSONValue(addresses),
            "conditions": [
                "ready": .bool(isReady), "serving": .bool(isServing), "terminating": .bool(isTerminating),
            ],
        ]
        if let hostname { result["hostname"] = .string(hostname) }
        if let target {
            var reference: JSONValue = ["kind": .string(target.kind)]
            if !target.key.namespace.isEmpty { reference["namespace"] = .string(target.key.namespace) }
            reference["name"] = .string(target.key.name)
            reference["uid"] = .string(target.uid)
            result["targetRef"] = reference
        }
        if let nodeName { result["nodeName"] = .string(nodeName) }
        if let zone { result["zone"] = .string(zone) }
        var hints = JSONObject()
        if !zoneHints.isEmpty { hints["forZones"] = .array(zoneHints.map { ["name": .string($0)] }) }
        if !nodeHints.isEmpty { hints["forNodes"] = .array(nodeHints.map { ["name": .string($0)] }) }
        if !hints.isEmpty { result["hints"] = .object(hints) }
        for (key, value) in others { result[key] = value }
        return .object(result)
    }
}
