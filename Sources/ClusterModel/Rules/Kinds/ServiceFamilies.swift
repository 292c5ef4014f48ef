import JSONTree
import NetworkTypes

/// Which IP families a Service has: what it says, else what its addresses say, else what the cluster has.
enum ServiceFamilies {
    /// Fills in `ipFamilies` and `ipFamilyPolicy`.
    /// - Returns: what this cluster can't satisfy.
    static func fill(_ spec: inout ServiceSpec, _ cluster: ObjectRules.Cluster) -> [FieldError] {
        // Texts that name no family or policy are found by validation; guessing beside them would hide that.
        guard spec.type != .externalName, spec.json["ipFamilyPolicy"] == nil || spec.ipFamilyPolicy != nil,
            spec.ipFamilies.count == spec.json["ipFamilies"]?.arrayValue?.count ?? 0,
            let first = cluster.serviceFamilies.first
        else { return [] }
        let inferred = inferFromAddresses(&spec)
        guard inferred.isEmpty else { return inferred }
        if spec.isHeadless, spec.selector?.isEmpty ?? true {
            fillHeadless(&spec, first)
            return []
        }
        let policy = spec.ipFamilyPolicy ?? .singleStack
        let errors = unsatisfied(spec, policy, cluster)
        guard errors.isEmpty else { return errors }
        var families = spec.ipFamilies
        if families.isEmpty { families = [first] }
        if policy != .singleStack, families.count == 1, cluster.serviceFamilies.contains(families[0].other) {
            families.append(families[0].other)
        }
        spec.ipFamilies = families
        spec.ipFamilyPolicy = policy
        return []
    }

    private static func inferFromAddresses(_ spec: inout ServiceSpec) -> [FieldError] {
        guard !spec.isHeadless else { return [] }
        var families = spec.ipFamilies
        for (index, text) in spec.clusterIPs.enumerated() {
            guard let family = IPAddress(text)?.family else { continue }
            if index < families.count {
                guard families[index] == family else {
                    return [
                        .invalid(
                            "spec.clusterIPs[\(index)]",
                            .string(text),
                            "expected an \(families[index].kubernetesName) value as indicated by "
                                + "`spec.ipFamilies[\(index)]`"
                        )
                    ]
                }
            } else if !families.contains(family) {
                families.append(family)
            }
        }
        if !families.isEmpty { spec.ipFamilies = families }
        return []
    }

    /// Without selector and address the endpoints may be of any family, even one that the cluster lacks.
    private static func fillHeadless(_ spec: inout ServiceSpec, _ first: IPFamily) {
        var families = spec.ipFamilies
        if families.isEmpty { families = [first] }
        if families.count == 1, spec.ipFamilyPolicy != .singleStack { families.append(families[0].other) }
        spec.ipFamilies = families
        if spec.ipFamilyPolicy == nil { spec.ipFamilyPolicy = .requireDualStack }
    }

    private static func unsatisfied(
        _ spec: ServiceSpec,
        _ policy: IPFamilyPolicy,
        _ cluster: ObjectRules.Cluster
    ) -> [FieldError] {
        var errors: [FieldError] = []
        let value = JSONValue.string(policy.rawValue)
        if policy == .requireDualStack, cluster.serviceFamilies.count < 2 {
            errors.append(
                .invalid("spec.ipFamilyPolicy", value, "this cluster is not configured for dual-stack services")
            )
        }
        if policy == .singleStack, spec.clusterIPs.count > 1 {
            errors.append(
                .invalid(
                    "spec.ipFamilyPolicy",
                    value,
                    "must be RequireDualStack or PreferDualStack when multiple clusterIPs are specified"
                )
            )
        }
        if policy == .singleStack, spec.ipFamilies.count > 1 {
            errors.append(
                .invalid(
                    "spec.ipFamilyPolicy",
                    value,
                    "must be RequireDualStack or PreferDualStack when multiple ipFamilies are specified"
                )
            )
        }
        for (index, family) in spec.ipFamilies.enumerated() where !cluster.serviceFamilies.contains(family) {
            errors.append(
                .invalid(
                    "spec.ipFamilies[\(index)]",
                    .string(family.kubernetesName),
                    "not configured on this cluster"
                )
            )
        }
        return errors
    }
}
