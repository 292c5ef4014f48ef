import JSONTree
import NetworkTypes

/// Nodes.
enum NodeRules: KindRules {
    static let shape = Shape.kind([
        "spec": .object([
            "podCIDR": .string, "podCIDRs": .list(.string), "providerID": .string, "unschedulable": .boolean,
            "taints": .list(.object(["key": .string, "value": .string, "effect": .string, "timeAdded": .time])),
        ]),
        "status": .object([
            "addresses": .list(.object(["type": .string, "address": .string])), "conditions": .conditions,
            "capacity": .anything, "allocatable": .anything, "nodeInfo": .object([:]),
        ]),
    ])

    /// `podCIDR` and the first of `podCIDRs` are the same; an older client's `podCIDR` wins.
    static func setDefaults(_ json: inout JSONValue) {
        if json["spec"] == nil { json["spec"] = [:] }
        let one = json[path: "spec", "podCIDR"]?.stringValue ?? ""
        let list = (json[path: "spec", "podCIDRs"]?.arrayValue ?? []).compactMap(\.stringValue)
        var node = Node(unchecked: json)
        if one.isEmpty, !list.isEmpty {
            node.podCIDRs = list
        } else if !one.isEmpty, list.first != one {
            node.podCIDRs = [one]
        }
        json = node.json
    }

    // A new Node keeps its status: a kubelet registers with its addresses in it.

    static func validate(_ json: JSONValue) -> [FieldError] {
        let ranges = Node(unchecked: json).podCIDRs
        var errors: [FieldError] = []
        for (index, text) in ranges.enumerated() { errors += ValueRules.prefix("spec.podCIDRs[\(index)]", text) }
        let families = ranges.compactMap { IPPrefix($0)?.family }
        errors += ValueRules.onePerFamily("spec.podCIDRs", ranges, families, what: "CIDR")
        for (index, taint) in (json[path: "spec", "taints"]?.arrayValue ?? []).enumerated() {
            let path = "spec.taints[\(index)]"
            let key = taint["key"]?.stringValue ?? ""
            errors += NameRules.qualifiedName(key).map { .invalid("\(path).key", .string(key), $0) }
            errors += ValueRules.oneOf(
                "\(path).effect",
                taint["effect"],
                ["NoExecute", "NoSchedule", "PreferNoSchedule"]
            )
        }
        return errors
    }

    static func validateUpdate(old: JSONValue, new: JSONValue) -> [FieldError] {
        let before = Node(unchecked: old)
        let after = Node(unchecked: new)
        var errors: [FieldError] = []
        if !before.podCIDRs.isEmpty, before.podCIDRs != after.podCIDRs {
            errors.append(
                .forbidden("spec.podCIDRs", "node updates may not change podCIDR except from \"\" to valid")
            )
        }
        if let known = before.providerID, !known.isEmpty, known != after.providerID {
            errors.append(
                .forbidden("spec.providerID", "node updates may not change providerID except from \"\" to valid")
            )
        }
        var seen: Set<Node.Address> = []
        for (index, address) in after.addresses.enumerated() where !seen.insert(address).inserted {
            errors.append(.duplicate("status.addresses[\(index)]", address.json))
        }
        return errors
    }
}
