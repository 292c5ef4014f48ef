import JSONTree

/// Namespaces.
enum NamespaceRules: KindRules {
    static let shape = Shape.kind([
        "spec": .object(["finalizers": .list(.string)]),
        "status": .object(["phase": .string, "conditions": .conditions]),
    ])

    static func nameProblems(_ name: String) -> [String] { NameRules.dns1123Label(name) }

    /// The label with the name is the server's: selectors rely on it.
    static func setDefaults(_ json: inout JSONValue) {
        guard let name = json[path: "metadata", "name"], name != "" else { return }
        json[path: "metadata", "labels", Namespace.nameLabel] = name
    }

    static func begin(_ json: inout JSONValue, cluster: ObjectRules.Cluster) -> [FieldError] {
        json["spec"] = ["finalizers": [.string(Namespace.contentFinalizer)]]
        json["status"] = ["phase": "Active"]
        return []
    }

    static func carryOver(
        from old: JSONValue,
        to new: inout JSONValue,
        cluster: ObjectRules.Cluster
    ) -> [FieldError] {
        new["spec"] = old["spec"]
        return []
    }

    static func validateStatus(_ json: JSONValue) -> [FieldError] {
        let field = "status.phase"
        let phase = json[path: "status", "phase"]
        var errors = ValueRules.oneOf(field, phase, ["Active", "Terminating"])
        guard errors.isEmpty else { return errors }
        let isBeingDeleted = json[path: "metadata", "deletionTimestamp"] != nil
        if isBeingDeleted, phase != "Terminating" {
            let text = "may only be 'Terminating' if `deletionTimestamp` is not empty"
            errors.append(.invalid(field, phase ?? .null, text))
        } else if !isBeingDeleted, phase != "Active" {
            errors.append(.invalid(field, phase ?? .null, "may only be 'Active' if `deletionTimestamp` is empty"))
        }
        return errors
    }
}
