import JSONTree

/// Services: defaults, and what a change keeps.
enum ServiceRules: KindRules {
    static let shape = Shape.kind([
        "spec": .object([
            "type": .string, "clusterIP": .string, "clusterIPs": .list(.string), "externalIPs": .list(.string),
            "ports": .list(
                .object([
                    "name": .string, "protocol": .string, "port": .integer, "targetPort": .integerOrString,
                    "nodePort": .integer, "appProtocol": .string,
                ])
            ),
            "selector": .strings, "sessionAffinity": .string,
            "sessionAffinityConfig": .object(["clientIP": .object(["timeoutSeconds": .integer])]),
            "loadBalancerIP": .string, "loadBalancerSourceRanges": .list(.string), "loadBalancerClass": .string,
            "allocateLoadBalancerNodePorts": .boolean, "externalName": .string, "externalTrafficPolicy": .string,
            "internalTrafficPolicy": .string, "trafficDistribution": .string, "healthCheckNodePort": .integer,
            "publishNotReadyAddresses": .boolean, "ipFamilies": .list(.string), "ipFamilyPolicy": .string,
        ]),
        "status": .object([
            "loadBalancer": .object([
                "ingress": .list(.object(["ip": .string, "hostname": .string, "ipMode": .string]))
            ]),
            "conditions": .conditions,
        ]),
    ])

    static func nameProblems(_ name: String) -> [String] { NameRules.dns1123Label(name) }

    static func setDefaults(_ json: inout JSONValue) {
        var spec = json["spec"] ?? [:]
        func isMissing(_ key: String) -> Bool { spec[key]?.stringValue?.isEmpty ?? true }
        if isMissing("type") { spec["type"] = "ClusterIP" }
        if isMissing("sessionAffinity") { spec["sessionAffinity"] = "None" }
        switch spec["sessionAffinity"] {
        case "None": spec["sessionAffinityConfig"] = nil
        case "ClientIP" where spec[path: "sessionAffinityConfig", "clientIP", "timeoutSeconds"] == nil:
            spec[path: "sessionAffinityConfig", "clientIP", "timeoutSeconds"] = 10_800
        default: break
        }
        if case .array(let ports)? = spec["ports"] { spec["ports"] = .array(ports.map(defaultedPort)) }
        // Values that stand for missing ones are dropped, so that "same as before" can be told.
        for key in ["clusterIP", "externalTrafficPolicy", "internalTrafficPolicy", "ipFamilyPolicy"]
        where isMissing(key) {
            spec[key] = nil
        }
        for key in ["clusterIPs", "ipFamilies"] where spec[key]?.arrayValue?.isEmpty == true { spec[key] = nil }
        if spec["healthCheckNodePort"] == 0 { spec["healthCheckNodePort"] = nil }
        let view = ServiceSpec(json: spec)
        if view.isExternallyAccessible, spec["externalTrafficPolicy"] == nil {
            spec["externalTrafficPolicy"] = "Cluster"
        }
        if spec["type"] != "ExternalName", spec["internalTrafficPolicy"] == nil {
            spec["internalTrafficPolicy"] = "Cluster"
        }
        if spec["type"] == "LoadBalancer", spec["allocateLoadBalancerNodePorts"] == nil {
            spec["allocateLoadBalancerNodePorts"] = true
        }
        json["spec"] = spec
        defaultIngress(&json)
    }

    private static func defaultedPort(_ port: JSONValue) -> JSONValue {
        var port = port
        if port["protocol"]?.stringValue?.isEmpty ?? true { port["protocol"] = "TCP" }
        if PortReference(port["targetPort"]) == nil { port["targetPort"] = port["port"] }
        if port["nodePort"] == 0 { port["nodePort"] = nil }
        return port
    }

    private static func defaultIngress(_ json: inout JSONValue) {
        guard case .array(let ingress)? = json[path: "status", "loadBalancer", "ingress"] else { return }
        json[path: "status", "loadBalancer", "ingress"] = .array(
            ingress.map { item in
                guard item["ip"] != nil, item["ipMode"] == nil else { return item }
                var item = item
                item["ipMode"] = "VIP"
                return item
            }
        )
    }

    static func begin(_ json: inout JSONValue, cluster: ObjectRules.Cluster) -> [FieldError] {
        json["status"] = ["loadBalancer": [:]]
        var spec = ServiceSpec(json: json["spec"] ?? [:])
        if let address = spec.clusterIP, spec.clusterIPs.isEmpty { spec.clusterIPs = [address] }
        let errors = ServiceFamilies.fill(&spec, cluster)
        json["spec"] = spec.json
        return errors
    }

    static func carryOver(
        from old: JSONValue,
        to new: inout JSONValue,
        cluster: ObjectRules.Cluster
    ) -> [FieldError] {
        let before = ServiceSpec(json: old["spec"] ?? [:])
        var after = ServiceSpec(json: new["spec"] ?? [:])
        ServiceTransition.keepAllocated(before, &after)
        ServiceTransition.alignAddresses(before, &after)
        ServiceTransition.dropUnused(before, &after)
        ServiceTransition.dropSecondFamily(before, &after)
        if after.type != .externalName {
            if after.ipFamilyPolicy == nil, after.json["ipFamilyPolicy"] == nil {
                after.ipFamilyPolicy = before.ipFamilyPolicy
            }
            if after.ipFamilies.isEmpty, after.json["ipFamilies"] == nil { after.ipFamilies = before.ipFamilies }
        }
        let errors = ServiceFamilies.fill(&after, cluster)
        new["spec"] = after.json
        return errors
    }

    static func validate(_ json: JSONValue) -> [FieldError] {
        let spec = ServiceSpec(json: json["spec"] ?? [:])
        return ServiceValidation.type(spec) + ServiceValidation.ports(spec) + ServiceValidation.affinity(spec)
            + ServiceValidation.externalAccess(spec) + ServiceValidation.loadBalancer(spec)
            + ServiceValidation.trafficPolicies(spec) + ServiceValidation.families(spec)
            + MetadataRules.labels(spec.selector ?? [:], "spec.selector")
    }

    static func validateUpdate(old: JSONValue, new: JSONValue) -> [FieldError] {
        ServiceValidation.update(
            old: ServiceSpec(json: old["spec"] ?? [:]),
            new: ServiceSpec(json: new["spec"] ?? [:])
        )
    }

    static func validateStatus(_ json: JSONValue) -> [FieldError] {
        let ingress = json[path: "status", "loadBalancer", "ingress"]?.arrayValue ?? []
        return ingress.enumerated().flatMap { index, item -> [FieldError] in
            let path = "status.loadBalancer.ingress[\(index)]"
            var errors: [FieldError] = []
            if let ip = item["ip"]?.stringValue, !ip.isEmpty { errors += ValueRules.address("\(path).ip", ip) }
            if let mode = item["ipMode"] { errors += ValueRules.oneOf("\(path).ipMode", mode, ["Proxy", "VIP"]) }
            return errors
        }
    }
}
