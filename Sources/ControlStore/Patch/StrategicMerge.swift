import ClusterModel
import JSONTree

/// The strategic merge patch of Kubernetes: a merge patch that knows by which key the elements of some lists are told
/// apart, and takes directives (`$patch`, `$deleteFromPrimitiveList`, `$setElementOrder`, `$retainKeys`).
struct StrategicMerge {
    let kind: ResourceKind

    /// How a list is merged.
    private enum Strategy {
        /// By the value of a key of its elements.
        case byKey(String)
        /// As a set of plain values.
        case set
    }

    /// The lists that are merged, by their paths, in which array elements are `*`; all others are replaced whole.
    private static let strategies: [String: [String: Strategy]] = [
        "": [
            "metadata.ownerReferences": .byKey("uid"), "metadata.finalizers": .set,
        ],
        "Service": [
            "spec.ports": .byKey("port"), "status.conditions": .byKey("type"),
        ],
        "Namespace": ["status.conditions": .byKey("type")],
        "Node": ["status.conditions": .byKey("type"), "status.addresses": .byKey("type")],
        "Pod": [
            "spec.containers": .byKey("name"), "spec.containers.*.ports": .byKey("containerPort"),
            "spec.containers.*.env": .byKey("name"), "spec.containers.*.volumeMounts": .byKey("mountPath"),
            "spec.initContainers": .byKey("name"), "spec.initContainers.*.ports": .byKey("containerPort"),
            "spec.initContainers.*.env": .byKey("name"), "spec.initContainers.*.volumeMounts": .byKey("mountPath"),
            "spec.volumes": .byKey("name"), "spec.hostAliases": .byKey("ip"), "spec.imagePullSecrets": .byKey("name"),
            "status.conditions": .byKey("type"), "status.podIPs": .byKey("ip"),
        ],
    ]

    private func strategy(_ path: String) -> Strategy? {
        Self.strategies[kind.kind]?[path] ?? Self.strategies[""]?[path]
    }

    func apply(_ patch: JSONValue, to object: inout JSONValue) throws(StoreError) {
        object = try merged(object, patch, path: "")
    }

    private func merged(_ value: JSONValue?, _ patch: JSONValue, path: String) throws(StoreError) -> JSONValue {
        guard case .object(var changes) = patch else { return patch }
        switch changes.removeValue(forKey: "$patch")?.stringValue {
        case "replace": return .object(changes)
        case "delete": return [:]
        case nil, "merge": break
        case .some(let other): throw .badRequest("unknown directive $patch: \(other)")
        }
        var result = value?.objectValue ?? [:]
        if let kept = changes.removeValue(forKey: "$retainKeys")?.arrayValue?.compactMap(\.stringValue) {
            result.removeAll { !kept.contains($0.key) }
        }
        for (key, change) in changes where !key.hasPrefix("$") {
            let below = path.isEmpty ? key : "\(path).\(key)"
            switch change {
            case .null: result.removeValue(forKey: key)
            case .array(let elements):
                result[key] = .array(try list(result[key]?.arrayValue ?? [], elements, path: below))
            default: result[key] = try merged(result[key], change, path: below)
            }
        }
        try takeListDirectives(changes, path: path, from: &result)
        return .object(result)
    }

    /// The directives that stand beside the list that they are for.
    private func takeListDirectives(
        _ changes: JSONObject,
        path: String,
        from result: inout JSONObject
    ) throws(StoreError) {
        for (key, change) in changes {
            let parts = key.split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2, let elements = change.arrayValue else { continue }
            let name = parts[1]
            switch parts[0] {
            case "$deleteFromPrimitiveList":
                if let list = result[name]?.arrayValue { result[name] = .array(list.filter { !elements.contains($0) }) }
            case "$setElementOrder":
                guard let list = result[name]?.arrayValue else { continue }
                result[name] = .array(ordered(list, like: elements, path: path.isEmpty ? name : "\(path).\(name)"))
            default: throw .badRequest("unknown directive \(key)")
            }
        }
    }

    private func list(_ present: [JSONValue], _ patch: [JSONValue], path: String) throws(StoreError) -> [JSONValue] {
        switch strategy(path) {
        case nil: return patch
        case .set: return present + patch.filter { !present.contains($0) }
        case .byKey(let key):
            if patch.contains(where: { $0["$patch"]?.stringValue == "replace" }) {
                return patch.filter { $0["$patch"] == nil }
            }
            var result = present
            for element in patch {
                guard let value = element[key] else {
                    throw .badRequest("map: \(element) does not contain declared merge key: \(key)")
                }
                let place = result.firstIndex { $0[key] == value }
                if element["$patch"]?.stringValue == "delete" {
                    result.removeAll { $0[key] == value }
                } else if let place {
                    result[place] = try merged(result[place], element, path: "\(path).*")
                } else {
                    result.append(try merged(nil, element, path: "\(path).*"))
                }
            }
            return result
        }
    }

    /// Elements in a wanted order; those that it does not name stay behind the one they were behind.
    private func ordered(_ list: [JSONValue], like order: [JSONValue], path: String) -> [JSONValue] {
        func identity(_ value: JSONValue) -> JSONValue {
            if case .byKey(let key)? = strategy(path) { value[key] ?? value } else { value }
        }
        let wanted = order.map(identity)
        var named = wanted.compactMap { id in list.first { identity($0) == id } }[...]
        var result: [JSONValue] = []
        for element in list {
            if wanted.contains(identity(element)) {
                if let next = named.popFirst() { result.append(next) }
            } else {
                result.append(element)
            }
        }
        return result + named
    }
}
