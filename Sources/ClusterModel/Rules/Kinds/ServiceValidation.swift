import JSONTree
import NetworkTypes

/// The rules that a Service must keep.
enum ServiceValidation {
    static func type(_ spec: ServiceSpec) -> [FieldError] {
        let types = ServiceType.allCases.map(\.rawValue).sorted()
        var errors = ValueRules.oneOf("spec.type", spec.json["type"], types)
        switch spec.type {
        case .nodePort, .loadBalancer:
            if spec.isHeadless {
                errors.append(
                    .invalid(
                        "spec.clusterIPs[0]",
                        "None",
                        "may not be set to 'None' for \(spec.type.rawValue) services"
                    )
                )
            }
        case .externalName:
            for key in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"] where spec.json[key] != nil {
                errors.append(.forbidden("spec.\(key)", "may not be set for ExternalName services"))
            }
            let name = spec.externalName ?? ""
            if name.isEmpty {
                errors.append(.required("spec.externalName"))
            } else {
                let plain = name.hasSuffix(".") ? String(name.dropLast()) : name
                errors += NameRules.dns1123Subdomain(plain).map { .invalid("spec.externalName", .string(name), $0) }
            }
        case .clusterIP: break
        }
        return errors
    }

    static func ports(_ spec: ServiceSpec) -> [FieldError] {
        let ports = spec.ports
        var errors: [FieldError] = []
        if ports.isEmpty, !spec.isHeadless, spec.type != .externalName { errors.append(.required("spec.ports")) }
        var names: Set<String> = []
        var fronts: Set<String> = []
        var nodePorts: Set<String> = []
        for (index, port) in ports.enumerated() {
            let path = "spec.ports[\(index)]"
            errors += self.port(port, path, needsName: ports.count > 1)
            if !port.name.isEmpty, !names.insert(port.name).inserted {
                errors.append(.duplicate("\(path).name", .string(port.name)))
            }
            let transport = port.json["protocol"] ?? "TCP"
            if !fronts.insert("\(transport)/\(port.port)").inserted {
                errors.append(.duplicate(path, ["protocol": transport, "port": JSONValue(port.port)]))
            }
            guard let nodePort = port.nodePort else { continue }
            if spec.type == .clusterIP || spec.type == .externalName {
                errors.append(
                    .forbidden("\(path).nodePort", "may not be used when `type` is '\(spec.type.rawValue)'")
                )
            }
            if !nodePorts.insert("\(transport)/\(nodePort)").inserted {
                errors.append(.duplicate("\(path).nodePort", JSONValue(nodePort)))
            }
        }
        return errors
    }

    private static func port(_ port: ServicePort, _ path: String, needsName: Bool) -> [FieldError] {
        var errors: [FieldError] = []
        if port.name.isEmpty {
            if needsName { errors.append(.required("\(path).name")) }
        } else {
            errors += NameRules.dns1123Label(port.name).map { .invalid("\(path).name", .string(port.name), $0) }
        }
        errors += ValueRules.portNumber("\(path).port", port.port)
        errors += ValueRules.oneOf("\(path).protocol", port.json["protocol"], ValueRules.protocols)
        if let target = port.json["targetPort"], port.json["port"] != target {
            errors += ValueRules.portReference("\(path).targetPort", target)
        }
        if let nodePort = port.nodePort, !(0...65535).contains(nodePort) {
            errors += ValueRules.portNumber("\(path).nodePort", nodePort)
        }
        if let name = port.appProtocol {
            errors += NameRules.qualifiedName(name).map { .invalid("\(path).appProtocol", .string(name), $0) }
        }
        return errors
    }

    static func affinity(_ spec: ServiceSpec) -> [FieldError] {
        var errors = ValueRules.oneOf("spec.sessionAffinity", spec.json["sessionAffinity"], ["ClientIP", "None"])
        if spec.sessionAffinity == .clientIP, let seconds = spec.affinityTimeoutSeconds,
            !(1...86_400).contains(seconds)
        {
            errors.append(
                .invalid(
                    "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
                    JSONValue(seconds),
                    "must be greater than 0 and less than 86400"
                )
            )
        }
        return errors
    }

    static func externalAccess(_ spec: ServiceSpec) -> [FieldError] {
        spec.externalIPs.enumerated().flatMap { index, text in
            ValueRules.address("spec.externalIPs[\(index)]", text)
                + ValueRules.ordinaryAddress("spec.externalIPs[\(index)]", text)
        }
    }

    static func loadBalancer(_ spec: ServiceSpec) -> [FieldError] {
        var errors: [FieldError] = []
        let isLoadBalancer = spec.type == .loadBalancer
        let only = "may only be used when `type` is 'LoadBalancer'"
        if !isLoadBalancer {
            if !spec.loadBalancerSourceRanges.isEmpty {
                errors.append(.forbidden("spec.loadBalancerSourceRanges", only))
            }
            for key in ["allocateLoadBalancerNodePorts", "loadBalancerClass"] where spec.json[key] != nil {
                errors.append(.forbidden("spec.\(key)", only))
            }
        }
        for (index, text) in spec.loadBalancerSourceRanges.enumerated() {
            // Spaces around a range are passed over, as in the annotation that came before the field.
            let plain = String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            errors += ValueRules.prefix("spec.loadBalancerSourceRanges[\(index)]", plain)
        }
        if let name = spec.loadBalancerClass {
            errors += NameRules.qualifiedName(name).map { .invalid("spec.loadBalancerClass", .string(name), $0) }
        }
        if let number = spec.healthCheckNodePort {
            if !spec.wantsHealthCheckNodePort {
                errors.append(
                    .invalid(
                        "spec.healthCheckNodePort",
                        JSONValue(number),
                        "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
                    )
                )
            }
            errors += ValueRules.portNumber("spec.healthCheckNodePort", number)
        }
        return errors
    }

    static func trafficPolicies(_ spec: ServiceSpec) -> [FieldError] {
        let policies = TrafficPolicy.allCases.map(\.rawValue)
        var errors: [FieldError] = []
        if spec.isExternallyAccessible {
            errors += ValueRules.oneOf("spec.externalTrafficPolicy", spec.json["externalTrafficPolicy"], policies)
        } else if let value = spec.json["externalTrafficPolicy"] {
            errors.append(
                .invalid("spec.externalTrafficPolicy", value, "may only be set for externally-accessible services")
            )
        }
        if spec.type != .externalName || spec.json["internalTrafficPolicy"] != nil {
            errors += ValueRules.oneOf("spec.internalTrafficPolicy", spec.json["internalTrafficPolicy"], policies)
        }
        if let value = spec.json["trafficDistribution"] {
            errors += ValueRules.oneOf(
                "spec.trafficDistribution",
                value,
                ["PreferClose", "PreferSameNode", "PreferSameZone"]
            )
        }
        return errors
    }
}
