public import JSONTree
public import NetworkTypes

/// A network policy: who may talk to, or be talked to by, the pods that it selects.
public struct NetworkPolicy: APIObject {
    /// A direction of traffic, seen from the selected pods.
    public enum Direction: String, Hashable, Sendable, CaseIterable {
        /// Traffic to them.
        case ingress = "Ingress"
        /// Traffic from them.
        case egress = "Egress"
    }

    /// The kind.
    public static var resource: ResourceKind { .networkPolicy }
    /// The tree.
    public var json: JSONValue

    /// Takes a tree as it is.
    public init(unchecked json: JSONValue) { self.json = json }

    /// Which pods of its namespace it is for.
    /// - Throws: ``ModelError`` for a selector that can't be read.
    public func podSelector() throws(ModelError) -> LabelSelector {
        try LabelSelector(json: json[path: "spec", "podSelector"] ?? [:])
    }
    /// The directions in which the selected pods are isolated.
    public var directions: [Direction] {
        let given = (json[path: "spec", "policyTypes"]?.arrayValue ?? []).compactMap {
            $0.stringValue.flatMap(Direction.init)
        }
        if !given.isEmpty { return given }
        return json[path: "spec", "egress"]?.arrayValue?.isEmpty == false ? [.ingress, .egress] : [.ingress]
    }
    /// What is allowed in a direction; an empty list allows nothing.
    public func rules(_ direction: Direction) -> [NetworkPolicyRule] {
        let key = direction == .ingress ? "ingress" : "egress"
        let peers = direction == .ingress ? "from" : "to"
        return (json[path: "spec", key]?.arrayValue ?? []).map { NetworkPolicyRule(json: $0, peersKey: peers) }
    }
}

/// Traffic that a policy allows: to any of the ports, with any of the peers.
public struct NetworkPolicyRule: JSONBacked {
    /// The tree.
    public var json: JSONValue
    /// Where the peers are: `from` or `to`.
    let peersKey: String

    init(json: JSONValue, peersKey: String) {
        self.json = json
        self.peersKey = peersKey
    }

    /// The ports; an empty list means all.
    public var ports: [NetworkPolicyPort] { self[list: "ports"] }
    /// The peers; an empty list means everyone.
    public var peers: [NetworkPolicyPeer] { self[list: peersKey] }
}

/// A port, or a range of ports, that a policy allows.
public struct NetworkPolicyPort: JSONView {
    /// The tree.
    public var json: JSONValue

    /// Takes a tree as it is.
    public init(json: JSONValue) { self.json = json }

    /// The protocol; nil when the text names none that there is.
    public var transport: TransportProtocol? { TransportProtocol(name: self[string: "protocol"] ?? "TCP") }
    /// The port, by number or name; nil means all.
    public var port: PortReference? { PortReference(json["port"]) }
    /// The end of a range that starts at the port, inclusive; nil for a single port.
    public var endPort: Int? { self[int: "endPort"] }
}

/// A party of a policy: pods by selectors, or a range of addresses.
public struct NetworkPolicyPeer: JSONView {
    /// A range of addresses without some parts of it.
    public struct IPBlock: JSONView {
        /// The tree.
        public var json: JSONValue

        /// Takes a tree as it is.
        public init(json: JSONValue) { self.json = json }

        /// The range as it is written.
        public var cidr: String { self[string: "cidr"] ?? "" }
        /// The parts that are left out, as they are written.
        public var except: [String] { self[strings: "except"] }
    }

    /// The tree.
    public var json: JSONValue

    /// Takes a tree as it is.
    public init(json: JSONValue) { self.json = json }

    /// Which pods; nil means all of the namespaces.
    /// - Throws: ``ModelError`` for a selector that can't be read.
    public func podSelector() throws(ModelError) -> LabelSelector? {
        guard let selector = json["podSelector"], !selector.isNull else { return nil }
        return try LabelSelector(json: selector)
    }
    /// Of which namespaces; nil means the policy's own.
    /// - Throws: ``ModelError`` for a selector that can't be read.
    public func namespaceSelector() throws(ModelError) -> LabelSelector? {
        guard let selector = json["namespaceSelector"], !selector.isNull else { return nil }
        return try LabelSelector(json: selector)
    }
    /// The range of addresses; nil for pods.
    public var ipBlock: IPBlock? { json["ipBlock"]?.objectValue.map { IPBlock(json: .object($0)) } }
}
