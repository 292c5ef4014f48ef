import ClusterModel
public import JSONTree
import NetworkTypes
import ServicePlan
import ServiceProxy

extension ServiceExplanation {
    /// For programs.
    public var json: JSONValue {
        [
            "namespace": .string(service.namespace), "name": .string(service.name),
            "remarks": JSONValue(remarks), "ports": .array(ports.map(\.json)),
        ]
    }
}

extension DestinationExplanation {
    /// For programs.
    public var json: JSONValue {
        var json: JSONObject = [
            "destination": .string("\(destination)"), "protocol": .string(transport.text),
        ]
        if let source { json["source"] = .string("\(source)") }
        if let position { json["client"] = .string(position.word) }
        if let isShutOut { json["isShutOut"] = .bool(isShutOut) }
        switch match {
        case .frontend(let port):
            json["match"] = "frontend"
            json["port"] = port.json
        case .unknownPort(let services):
            json["match"] = "unknownPort"
            json["verdict"] = "reject"
            json["services"] = JSONValue(services.map(\.description))
        case .nothing: json["match"] = "nothing"
        }
        return .object(json)
    }
}

extension PortExplanation {
    fileprivate var json: JSONValue {
        var json: JSONObject = [
            "service": .string("\(identity.service)"), "name": .string(identity.portName),
            "protocol": .string(identity.transport.text), "family": .string("\(family)"),
            "endpoints": [
                "ready": JSONValue(endpoints.ready), "terminatingServing": JSONValue(endpoints.fallback),
                "unusable": JSONValue(endpoints.unusable), "localReady": JSONValue(endpoints.localReady),
            ],
            "frontends": .array(frontends.map(\.json)),
        ]
        switch endpoints.preference {
        case .node(let name): json["preference"] = ["node": .string(name)]
        case .zone(let name): json["preference"] = ["zone": .string(name)]
        case nil: break
        }
        if let affinitySeconds { json["affinitySeconds"] = JSONValue(affinitySeconds) }
        if let kernel { json["kernel"] = kernel.json }
        return .object(json)
    }
}

extension FrontendExplanation {
    fileprivate var json: JSONValue {
        var json: JSONObject = [
            "kind": .string(frontend.kind.name), "port": JSONValue(frontend.port.rawValue),
            "sourceRanges": JSONValue(frontend.sourceRanges.map(\.description)),
            "clients": .array(clients.map(\.json)),
        ]
        if let address = frontend.address { json["address"] = .string("\(address)") }
        return .object(json)
    }
}

extension ClientExplanation {
    fileprivate var json: JSONValue {
        var json: JSONObject = ["client": .string(position.word), "reason": .string(reason)]
        switch verdict {
        case .drop: json["verdict"] = "drop"
        case .reject: json["verdict"] = "reject"
        case .forward(let scope, let masquerade):
            json["verdict"] = "forward"
            json["scope"] = scope == .cluster ? "cluster" : "local"
            json["masquerade"] = .bool(masquerade)
        }
        json["endpoints"] = .array(
            chances.map { chance in
                [
                    "endpoint": .string("\(chance.endpoint.endpoint)"), "isLocal": .bool(chance.endpoint.isLocal),
                    "probability": .number(chance.probability),
                ]
            }
        )
        return .object(json)
    }
}

extension KernelAgreement {
    fileprivate var json: JSONValue {
        var json: JSONObject = ["mode": .string(mode), "table": .string(table), "agrees": .bool(agrees)]
        switch state {
        case .absent: json["state"] = "absent"
        case .foreign(let comment):
            json["state"] = "foreign"
            json["comment"] = comment.map(JSONValue.string)
        case .present: json["state"] = "present"
        }
        json["differences"] = .array(
            differences.map {
                ["isMissing": .bool($0.isMissing), "set": .string($0.set), "element": .string($0.element)]
            }
        )
        return .object(json)
    }
}

extension ClientPosition {
    /// For programs.
    fileprivate var word: String {
        switch self {
        case .localPod: "localPod"
        case .node: "node"
        case .outside: "outside"
        }
    }
}
