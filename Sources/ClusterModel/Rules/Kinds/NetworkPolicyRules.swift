import JSONTree
import NetworkTypes

/// Network policies.
enum NetworkPolicyRules: KindRules {
    private static func rule(_ peers: String) -> Shape {
        .list(
            .object([
                "ports": .list(
                    .object(["protocol": .string, "port": .integerOrString, "endPort": .integer])
                ),
                peers: .list(
                    .object([
                        "podSelector": .labelSelector, "namespaceSelector": .labelSelector,
                        "ipBlock": .object(["cidr": .string, "except": .list(.string)]),
                    ])
                ),
            ])
        )
    }

    static let shape = Shape.kind([
        "spec": .object([
            "podSelector": .labelSelector, "policyTypes": .list(.string), "ingress": rule("from"), "egress": rule("to"),
        ])
    ])
    static let countsGenerations = true

    static func setDefaults(_ json: inout JSONValue) {
        var spec = json["spec"] ?? [:]
        if spec["podSelector"] == nil { spec["podSelector"] = [:] }
        if spec["policyTypes"]?.arrayValue?.isEmpty ?? true {
            let hasEgress = spec["egress"]?.arrayValue?.isEmpty == false
            spec["policyTypes"] = hasEgress ? ["Ingress", "Egress"] : ["Ingress"]
        }
        for key in ["ingress", "egress"] {
            guard case .array(let rules)? = spec[key] else { continue }
            spec[key] = .array(rules.map(withProtocols))
        }
        json["spec"] = spec
    }

    private static func withProtocols(_ rule: JSONValue) -> JSONValue {
        guard case .array(let ports)? = rule["ports"], ports.contains(where: { $0["protocol"] == nil }) else {
            return rule
        }
        var rule = rule
        rule["ports"] = .array(
            ports.map { port in
                var port = port
                if port["protocol"] == nil { port["protocol"] = "TCP" }
                return port
            }
        )
        return rule
    }

    static func validate(_ json: JSONValue) -> [FieldError] {
        let policy = NetworkPolicy(unchecked: json)
        var errors = ValueRules.selector("spec.podSelector", json[path: "spec", "podSelector"])
        for (direction, key, peers) in [
            (NetworkPolicy.Direction.ingress, "ingress", "from"), (.egress, "egress", "to"),
        ] {
            for (index, rule) in policy.rules(direction).enumerated() {
                let path = "spec.\(key)[\(index)]"
                for (index, port) in rule.ports.enumerated() { errors += self.port(port, "\(path).ports[\(index)]") }
                for (index, peer) in rule.peers.enumerated() { errors += self.peer(peer, "\(path).\(peers)[\(index)]") }
            }
        }
        return errors + types(json[path: "spec", "policyTypes"]?.arrayValue ?? [])
    }

    private static func types(_ types: [JSONValue]) -> [FieldError] {
        guard types.count <= 2 else {
            return [.invalid("spec.policyTypes", .array(types), "may not specify more than two policyTypes")]
        }
        return types.enumerated().flatMap { index, type in
            ValueRules.oneOf("spec.policyTypes[\(index)]", type, ["Egress", "Ingress"])
        }
    }

    private static func port(_ port: NetworkPolicyPort, _ path: String) -> [FieldError] {
        var errors = ValueRules.oneOf("\(path).protocol", port.json["protocol"], ValueRules.protocols)
        let value = port.json["port"]
        if let value { errors += ValueRules.portReference("\(path).port", value) }
        guard let end = port.endPort else { return errors }
        let field = "\(path).endPort"
        switch (value, value?.intValue) {
        case (nil, _):
            errors.append(.invalid(field, JSONValue(end), "may not be specified when `port` is not specified"))
        case (_, nil):
            errors.append(.invalid(field, JSONValue(end), "may not be specified when `port` is non-numeric"))
        case (_, let start?):
            if end < start {
                errors.append(.invalid(field, JSONValue(end), "must be greater than or equal to `port`"))
            }
            errors += ValueRules.portNumber(field, end)
        }
        return errors
    }

    private static func peer(_ peer: NetworkPolicyPeer, _ path: String) -> [FieldError] {
        var errors = ValueRules.selector("\(path).podSelector", peer.json["podSelector"])
        errors += ValueRules.selector("\(path).namespaceSelector", peer.json["namespaceSelector"])
        let hasSelector = peer.json["podSelector"] != nil || peer.json["namespaceSelector"] != nil
        guard let block = peer.ipBlock else {
            return hasSelector ? errors : errors + [.required(path, "must specify a peer")]
        }
        if hasSelector { errors.append(.forbidden(path, "may not specify both ipBlock and another peer")) }
        return errors + self.block(block, "\(path).ipBlock")
    }

    /// Host bits in a range are accepted, as they were up to Kubernetes 1.35: the range is the one that they lie in.
    private static func block(_ block: NetworkPolicyPeer.IPBlock, _ path: String) -> [FieldError] {
        guard !block.cidr.isEmpty else { return [.required("\(path).cidr")] }
        guard let whole = IPPrefix(block.cidr) else { return ValueRules.prefix("\(path).cidr", block.cidr) }
        return block.except.enumerated().flatMap { index, text -> [FieldError] in
            let field = "\(path).except[\(index)]"
            guard let part = IPPrefix(text) else { return ValueRules.prefix(field, text) }
            guard part.length > whole.length, whole.contains(part.address) else {
                return [.invalid(field, .string(text), "must be a strict subset of `cidr`")]
            }
            return []
        }
    }
}
