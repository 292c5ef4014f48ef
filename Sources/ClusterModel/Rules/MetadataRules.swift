import JSONTree

/// The rules that hold for the metadata of every kind.
enum MetadataRules {
    /// What only the server writes; `managedFields` are not kept.
    static let serverKeys = [
        "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "selfLink",
        "managedFields",
    ]
    private static let annotationLimit = 256 * 1024
    private static let plainFinalizers = ["orphan", "foregroundDeletion", "kubernetes"]

    static func validate(_ json: JSONValue, _ resource: ResourceKind, _ rules: any KindRules.Type) -> [FieldError] {
        let metadata = ObjectMeta(json: json["metadata"] ?? [:])
        var errors: [FieldError] = []
        if let prefix = metadata.generateName {
            // A prefix may end with what a name may not: another letter stands for what follows.
            let problems = rules.nameProblems(prefix.hasSuffix("-") ? prefix.dropLast() + "a" : prefix)
            errors += problems.map { .invalid("metadata.generateName", .string(prefix), $0) }
        }
        if metadata.name.isEmpty {
            errors.append(.required("metadata.name", "name or generateName is required"))
        } else {
            let problems = NameRules.pathSegment(metadata.name) + rules.nameProblems(metadata.name)
            errors += problems.map { .invalid("metadata.name", .string(metadata.name), $0) }
        }
        if resource.isNamespaced {
            if metadata.namespace.isEmpty {
                errors.append(.required("metadata.namespace"))
            } else {
                errors += NameRules.dns1123Label(metadata.namespace).map {
                    .invalid("metadata.namespace", .string(metadata.namespace), $0)
                }
            }
        }
        errors += labels(metadata.labels, "metadata.labels")
        errors += annotations(metadata.annotations)
        errors += owners(metadata.ownerReferences)
        errors += metadata.finalizers.flatMap(finalizer)
        return errors
    }

    /// Labels, at `metadata.labels` or elsewhere.
    static func labels(_ labels: Labels, _ field: String) -> [FieldError] {
        var errors: [FieldError] = []
        for (key, value) in labels {
            errors += NameRules.qualifiedName(key).map { .invalid(field, .string(key), $0) }
            errors += NameRules.labelValue(value).map { .invalid(field, .string(value), $0) }
        }
        return errors
    }

    private static func annotations(_ annotations: Labels) -> [FieldError] {
        var errors: [FieldError] = []
        var size = 0
        for (key, value) in annotations {
            errors += NameRules.qualifiedName(key.lowercased()).map {
                .invalid("metadata.annotations", .string(key), $0)
            }
            size += key.utf8.count + value.utf8.count
        }
        if size > annotationLimit { errors.append(.tooLong("metadata.annotations", "", limit: annotationLimit)) }
        return errors
    }

    private static func owners(_ owners: [OwnerReference]) -> [FieldError] {
        var errors: [FieldError] = []
        for (index, owner) in owners.enumerated() {
            let path = "metadata.ownerReferences[\(index)]"
            let version = owner.apiVersion.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
            if version.isEmpty {
                errors.append(.invalid("\(path).apiVersion", .string(owner.apiVersion), "version must not be empty"))
            }
            for (key, value) in [("kind", owner.kind), ("name", owner.name), ("uid", owner.uid)] where value.isEmpty {
                errors.append(.invalid("\(path).\(key)", "", "must not be empty"))
            }
        }
        let controllers = owners.filter(\.isController)
        if controllers.count > 1 {
            errors.append(
                .invalid(
                    "metadata.ownerReferences",
                    .array(owners.map(\.json)),
                    "Only one reference can have Controller set to true. Found \"true\" in references for "
                        + "\(controllers[0].name) and \(controllers[1].name)"
                )
            )
        }
        return errors
    }

    private static func finalizer(_ name: String) -> [FieldError] {
        var problems = NameRules.qualifiedName(name)
        if !name.contains("/"), !plainFinalizers.contains(name) {
            problems.append("name is neither a standard finalizer name nor is it fully qualified")
        }
        return problems.map { .invalid("metadata.finalizers", .string(name), $0) }
    }

    static func validateUpdate(old: JSONValue, new: JSONValue) -> [FieldError] {
        let before = ObjectMeta(json: old["metadata"] ?? [:])
        let after = ObjectMeta(json: new["metadata"] ?? [:])
        guard before.isBeingDeleted else { return [] }
        let added = after.finalizers.filter { !before.finalizers.contains($0) }
        guard !added.isEmpty else { return [] }
        let list = added.map { JSONValue.string($0).description }.joined(separator: ", ")
        return [
            .forbidden(
                "metadata.finalizers",
                "no new finalizers can be added if the object is being deleted, found new finalizers []string{\(list)}"
            )
        ]
    }
}
