import JSONTree

/// Leases.
enum LeaseRules: KindRules {
    static let shape = Shape.kind([
        "spec": .object([
            "holderIdentity": .string, "leaseDurationSeconds": .integer, "acquireTime": .time, "renewTime": .time,
            "leaseTransitions": .integer, "strategy": .string, "preferredHolder": .string,
        ])
    ])

    static func validate(_ json: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        if json[path: "spec", "holderIdentity"] == "" {
            errors.append(.invalid("spec.holderIdentity", "", "must not be empty"))
        }
        if let seconds = json[path: "spec", "leaseDurationSeconds"]?.intValue, seconds <= 0 {
            errors.append(.invalid("spec.leaseDurationSeconds", JSONValue(seconds), "must be greater than 0"))
        }
        if let count = json[path: "spec", "leaseTransitions"]?.intValue, count < 0 {
            errors.append(
                .invalid("spec.leaseTransitions", JSONValue(count), "must be greater than or equal to 0")
            )
        }
        return errors
    }
}
