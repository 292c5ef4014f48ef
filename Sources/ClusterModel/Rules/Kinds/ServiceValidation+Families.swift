import JSONTree
import NetworkTypes

extension ServiceValidation {
    /// Addresses and families.
    static func families(_ spec: ServiceSpec) -> [FieldError] {
        guard spec.type != .externalName else { return [] }
        var errors: [FieldError] = []
        if let policy = spec.json["ipFamilyPolicy"] {
            let policies = IPFamilyPolicy.allCases.map(\.rawValue).sorted()
            errors += ValueRules.oneOf("spec.ipFamilyPolicy", policy, policies)
        }
        var seen: Set<String> = []
        for (index, name) in spec[strings: "ipFamilies"].enumerated() {
            errors += ValueRules.oneOf("spec.ipFamilies[\(index)]", .string(name), ["IPv4", "IPv6"])
            if !seen.insert(name).inserted { errors.append(.duplicate("spec.ipFamilies[\(index)]", .string(name))) }
        }
        return errors + addresses(spec)
    }

    private static func addresses(_ spec: ServiceSpec) -> [FieldError] {
        let texts = spec.clusterIPs
        let all = JSONValue(texts)
        guard let first = texts.first else {
            return spec.clusterIP == nil ? [] : [.required("spec.clusterIPs")]
        }
        var errors: [FieldError] = []
        if let one = spec.clusterIP {
            if one != first { errors.append(.invalid("spec.clusterIPs", all, "first value must match `clusterIP`")) }
        } else {
            errors.append(.invalid("spec.clusterIPs", all, "must be empty when `clusterIP` is not specified"))
        }
        if texts.count > 2 {
            errors.append(.invalid("spec.clusterIPs", all, "may only hold up to 2 values"))
        }
        if first == "None" {
            if texts.count > 1 {
                errors.append(
                    .invalid("spec.clusterIPs", all, "'None' must be the first and only value")
                )
            }
            return errors
        }
        for (index, text) in texts.enumerated() { errors += ValueRules.address("spec.clusterIPs[\(index)]", text) }
        let families = texts.compactMap { IPAddress($0)?.family }
        if Set(families).count < families.count {
            errors.append(.invalid("spec.clusterIPs", all, "may specify no more than one IP for each IP family"))
        }
        return errors
    }

    /// What a change may not touch.
    static func update(old: ServiceSpec, new: ServiceSpec) -> [FieldError] {
        var errors: [FieldError] = []
        if old.type == .loadBalancer, new.type == .loadBalancer, old.loadBalancerClass != new.loadBalancerClass {
            let value = new.json["loadBalancerClass"] ?? .null
            errors.append(.invalid("spec.loadBalancerClass", value, "may not change once set"))
        }
        if old.wantsHealthCheckNodePort, new.wantsHealthCheckNodePort, let number = old.healthCheckNodePort,
            number != new.healthCheckNodePort
        {
            errors.append(.forbidden("spec.healthCheckNodePort", ValueRules.immutable))
        }
        guard old.type != .externalName, new.type != .externalName else { return errors }
        errors += change("clusterIPs", old.clusterIPs, new.clusterIPs, new)
        // Without addresses and selector the families say nothing that anybody relies on.
        let isFree = old.isHeadless && new.isHeadless && new.selector?.isEmpty ?? true
        if !isFree { errors += change("ipFamilies", old[strings: "ipFamilies"], new[strings: "ipFamilies"], new) }
        return errors
    }

    private static func change(
        _ key: String,
        _ old: [String],
        _ new: [String],
        _ spec: ServiceSpec
    ) -> [FieldError] {
        guard let first = old.first else { return [] }
        guard first == new.first else {
            return [.invalid("spec.\(key)[0]", JSONValue(new), "may not change once set")]
        }
        guard old.count > 1 else { return [] }
        if new.count > 1 {
            return old[1] == new[1] ? [] : [.invalid("spec.\(key)[1]", JSONValue(new), "may not change once set")]
        }
        guard spec.ipFamilyPolicy != .singleStack else { return [] }
        let what = key == "clusterIPs" ? "clusterIP" : "ipFamily"
        return [
            .invalid(
                "spec.ipFamilyPolicy",
                spec.json["ipFamilyPolicy"] ?? .null,
                "must be set to 'SingleStack' when releasing the secondary \(what)"
            )
        ]
    }
}
