public import JSONTree

/// Short ways to write policies' specs.
public enum PolicySpec {
    /// A policy for selected pods.
    public static func spec(
        _ selector: JSONValue = [:],
        types: [String]? = nil,
        ingress: [JSONValue]? = nil,
        egress: [JSONValue]? = nil
    ) -> JSONValue {
        var spec: JSONValue = ["podSelector": selector]
        if let types { spec["policyTypes"] = JSONValue(types) }
        if let ingress { spec["ingress"] = .array(ingress) }
        if let egress { spec["egress"] = .array(egress) }
        return spec
    }

    /// A rule for incoming traffic.
    public static func from(_ peers: [JSONValue]? = nil, _ ports: [JSONValue]? = nil) -> JSONValue {
        rule("from", peers, ports)
    }

    /// A rule for outgoing traffic.
    public static func to(_ peers: [JSONValue]? = nil, _ ports: [JSONValue]? = nil) -> JSONValue {
        rule("to", peers, ports)
    }

    private static func rule(_ key: String, _ peers: [JSONValue]?, _ ports: [JSONValue]?) -> JSONValue {
        var rule: JSONValue = [:]
        if let peers { rule[key] = .array(peers) }
        if let ports { rule["ports"] = .array(ports) }
        return rule
    }

    /// A selector of labels, as `pod=a,tier=web`.
    public static func labels(_ text: String) -> JSONValue {
        var members: JSONObject = [:]
        for pair in text.split(separator: ",") {
            let parts = pair.split(separator: "=", omittingEmptySubsequences: false)
            members[String(parts[0])] = .string(parts.count > 1 ? String(parts[1]) : "")
        }
        return ["matchLabels": .object(members)]
    }

    /// A selector of one expression.
    public static func expression(_ key: String, _ word: String, _ values: [String] = []) -> JSONValue {
        var item: JSONValue = ["key": .string(key), "operator": .string(word)]
        if !values.isEmpty { item["values"] = JSONValue(values) }
        return ["matchExpressions": [item]]
    }

    /// Pods of the policy's own namespace.
    public static func pods(_ selector: JSONValue) -> JSONValue { ["podSelector": selector] }

    /// All pods of namespaces, or those that are selected too.
    public static func namespaces(_ selector: JSONValue, pods: JSONValue? = nil) -> JSONValue {
        var peer: JSONValue = ["namespaceSelector": selector]
        if let pods { peer["podSelector"] = pods }
        return peer
    }

    /// Addresses.
    public static func block(_ cidr: String, except: [String] = []) -> JSONValue {
        var block: JSONValue = ["cidr": .string(cidr)]
        if !except.isEmpty { block["except"] = JSONValue(except) }
        return ["ipBlock": block]
    }

    /// A port by number, or all of a protocol.
    public static func port(_ transport: String? = nil, _ number: Int? = nil, to end: Int? = nil) -> JSONValue {
        var port: JSONValue = [:]
        if let transport { port["protocol"] = .string(transport) }
        if let number { port["port"] = JSONValue(number) }
        if let end { port["endPort"] = JSONValue(end) }
        return port
    }

    /// A port by name.
    public static func port(_ transport: String? = nil, named name: String) -> JSONValue {
        var port: JSONValue = ["port": .string(name)]
        if let transport { port["protocol"] = .string(transport) }
        return port
    }
}
