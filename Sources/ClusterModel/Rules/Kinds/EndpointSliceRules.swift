import JSONTree
import NetworkTypes

/// EndpointSlices.
enum EndpointSliceRules: KindRules {
    static let shape = Shape.kind([
        "addressType": .string,
        "endpoints": .list(
            .object([
                "addresses": .list(.string),
                "conditions": .object(["ready": .boolean, "serving": .boolean, "terminating": .boolean]),
                "hostname": .string, "targetRef": .reference, "nodeName": .string, "zone": .string,
                "hints": .object([
                    "forZones": .list(.object(["name": .string])), "forNodes": .list(.object(["name": .string])),
                ]),
                "deprecatedTopology": .strings,
            ])
        ),
        "ports": .list(
            .object(["name": .string, "protocol": .string, "port": .integer, "appProtocol": .string])
        ),
    ])
    static let countsGenerations = true

    private static let endpointLimit = 1000
    private static let addressLimit = 100
    private static let portLimit = 20_000
    private static let hintLimit = 8

    static func setDefaults(_ json: inout JSONValue) {
        if case .array(let ports)? = json["ports"] {
            json["ports"] = .array(
                ports.map { port in
                    var port = port
                    if port["name"] == nil { port["name"] = "" }
                    if port["protocol"] == nil { port["protocol"] = "TCP" }
                    return port
                }
            )
        } else {
            json["ports"] = []
        }
        guard case .array(let endpoints)? = json["endpoints"] else {
            json["endpoints"] = []
            return
        }
        guard endpoints.contains(where: { $0["conditions"] == nil }) else { return }
        json["endpoints"] = .array(
            endpoints.map { endpoint in
                guard endpoint["conditions"] == nil else { return endpoint }
                var endpoint = endpoint
                endpoint["conditions"] = [:]
                return endpoint
            }
        )
    }

    static func startsGeneration(old: JSONValue, new: JSONValue) -> Bool {
        func essence(_ json: JSONValue) -> JSONValue {
            var json = json
            json["metadata"] = json[path: "metadata", "labels"]
            return json
        }
        return essence(old) != essence(new)
    }

    static func validate(_ json: JSONValue) -> [FieldError] {
        let types = EndpointSlice.AddressType.allCases.map(\.rawValue).sorted()
        var errors = ValueRules.oneOf("addressType", json["addressType"], types)
        let type = json["addressType"]?.stringValue.flatMap(EndpointSlice.AddressType.init)
        let endpoints = json["endpoints"]?.arrayValue ?? []
        if endpoints.count > endpointLimit {
            return errors + [.tooMany("endpoints", count: endpoints.count, limit: endpointLimit)]
        }
        for (index, endpoint) in endpoints.enumerated() {
            errors += self.endpoint(Endpoint(json: endpoint), "endpoints[\(index)]", type)
        }
        return errors + ports(json["ports"]?.arrayValue ?? [])
    }

    private static func endpoint(
        _ endpoint: Endpoint,
        _ path: String,
        _ type: EndpointSlice.AddressType?
    ) -> [FieldError] {
        var errors: [FieldError] = []
        if endpoint.addresses.isEmpty {
            errors.append(.required("\(path).addresses", "must contain at least 1 address"))
        } else if endpoint.addresses.count > addressLimit {
            errors.append(.tooMany("\(path).addresses", count: endpoint.addresses.count, limit: addressLimit))
        }
        for (index, text) in endpoint.addresses.enumerated() {
            errors += address(text, "\(path).addresses[\(index)]", type)
        }
        if let name = endpoint.nodeName {
            errors += NameRules.dns1123Subdomain(name).map { .invalid("\(path).nodeName", .string(name), $0) }
        }
        if let name = endpoint.hostname {
            errors += NameRules.dns1123Label(name).map { .invalid("\(path).hostname", .string(name), $0) }
        }
        errors += hints(endpoint.zoneHints, "\(path).hints.forZones")
        errors += hints(endpoint.nodeHints, "\(path).hints.forNodes")
        return errors
    }

    private static func address(
        _ text: String,
        _ field: String,
        _ type: EndpointSlice.AddressType?
    ) -> [FieldError] {
        guard let type else { return [] }
        guard let family = type.family else {
            return NameRules.dns1123Subdomain(text).map { .invalid(field, .string(text), $0) }
        }
        guard IPAddress(text)?.family == family else {
            return [.invalid(field, .string(text), "must be a valid \(type.rawValue) address")]
        }
        return ValueRules.ordinaryAddress(field, text)
    }

    private static func hints(_ names: [String], _ field: String) -> [FieldError] {
        if names.count > hintLimit { return [.tooMany(field, count: names.count, limit: hintLimit)] }
        var errors: [FieldError] = []
        var seen: Set<String> = []
        for (index, name) in names.enumerated() {
            if name.isEmpty { errors.append(.required("\(field)[\(index)].name")) }
            if !seen.insert(name).inserted { errors.append(.duplicate("\(field)[\(index)].name", .string(name))) }
        }
        return errors
    }

    private static func ports(_ ports: [JSONValue]) -> [FieldError] {
        if ports.count > portLimit { return [.tooMany("ports", count: ports.count, limit: portLimit)] }
        var errors: [FieldError] = []
        var names: Set<String> = []
        for (index, json) in ports.enumerated() {
            let port = EndpointPort(json: json)
            let path = "ports[\(index)]"
            if !port.name.isEmpty {
                errors += NameRules.dns1123Label(port.name).map { .invalid("\(path).name", .string(port.name), $0) }
            }
            if !names.insert(port.name).inserted { errors.append(.duplicate("\(path).name", .string(port.name))) }
            errors += ValueRules.oneOf("\(path).protocol", json["protocol"], ValueRules.protocols)
            if let number = port.port { errors += ValueRules.portNumber("\(path).port", number) }
            if let name = port.appProtocol {
                errors += NameRules.qualifiedName(name).map { .invalid("\(path).appProtocol", .string(name), $0) }
            }
        }
        return errors
    }

    static func validateUpdate(old: JSONValue, new: JSONValue) -> [FieldError] {
        guard old["addressType"] != new["addressType"] else { return [] }
        return [.invalid("addressType", new["addressType"] ?? .null, ValueRules.immutable)]
    }
}
