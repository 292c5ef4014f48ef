public import JSONTree
public import NetworkTypes

/// A node of the cluster.
public struct Node: APIObject {
    /// The label that names the zone.
    public static let zoneLabel = "topology.kubernetes.io/zone"

    /// One address of a node.
    public struct Address: JSONView {
        /// The tree.
        public var json: JSONValue

        /// Takes a tree as it is.
        public init(json: JSONValue) { self.json = json }

        /// Makes an address; the type is `InternalIP`, `ExternalIP` or `Hostname`.
        public init(type: String, address: String) {
            json = ["type": .string(type), "address": .string(address)]
        }

        /// `InternalIP`, `ExternalIP`, `Hostname` and such.
        public var type: String { self[string: "type"] ?? "" }
        /// The address or name.
        public var address: String { self[string: "address"] ?? "" }
    }

    /// The kind.
    public static var resource: ResourceKind { .node }
    /// The tree.
    public var json: JSONValue

    /// Takes a tree as it is.
    public init(unchecked json: JSONValue) { self.json = json }

    /// The ranges of its pods' addresses as they are written, at most one of each family.
    public var podCIDRs: [String] {
        get {
            let list = (json[path: "spec", "podCIDRs"]?.arrayValue ?? []).compactMap(\.stringValue)
            if !list.isEmpty { return list }
            return [json[path: "spec", "podCIDR"]?.stringValue].compactMap { $0?.isEmpty == false ? $0 : nil }
        }
        set {
            json[path: "spec", "podCIDR"] = newValue.first.map(JSONValue.string)
            json[path: "spec", "podCIDRs"] = newValue.isEmpty ? nil : JSONValue(newValue)
        }
    }
    /// The ranges of its pods' addresses, at most one of each family.
    public var podPrefixes: [IPPrefix] { podCIDRs.compactMap { IPPrefix($0) } }
    /// What the machine's provider calls it.
    public var providerID: String? { json[path: "spec", "providerID"]?.stringValue }
    /// Whether no new pods are to come to it.
    public var isUnschedulable: Bool { json[path: "spec", "unschedulable"]?.boolValue ?? false }
    /// The zone that it is in, from the label.
    public var zone: String? { json[path: "metadata", "labels", Self.zoneLabel]?.stringValue }
    /// Its addresses and names.
    public var addresses: [Address] {
        get { (json[path: "status", "addresses"]?.arrayValue ?? []).map { Address(json: $0) } }
        set { json[path: "status", "addresses"] = newValue.isEmpty ? nil : .array(newValue.map(\.json)) }
    }
    /// Its addresses within the cluster, in their order.
    public var internalAddresses: [IPAddress] {
        addresses.filter { $0.type == "InternalIP" }.compactMap { IPAddress($0.address) }
    }
    /// Its first address of a family within the cluster; nil when it has none.
    public func internalAddress(_ family: IPFamily) -> IPAddress? {
        internalAddresses.first { $0.family == family }
    }
    /// Its conditions.
    public var conditions: [Condition] {
        get { statusConditions }
        set { statusConditions = newValue }
    }
    /// Whether it says that it is ready.
    public var isReady: Bool { conditions.contains { $0.type == "Ready" && $0.status == .true } }
}
