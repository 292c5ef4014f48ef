import JSONTree

/// The JSON types of an object's fields.
///
/// Fields that it does not name may be anything.
indirect enum Shape: Sendable {
    case string, integer, boolean, integerOrString, time, anything
    /// An object whose members are all strings.
    case strings
    case list(Shape)
    case object([String: Shape])

    /// What is wrong with a value: `spec.ports[0].port: expected a number, found string`; nil when nothing is.
    func fault(in value: JSONValue) -> String? {
        guard let fault = check(value) else { return nil }
        let path = fault.path.reversed().joined()
        return (path.hasPrefix(".") ? String(path.dropFirst()) : path) + ": " + fault.text
    }

    /// A fault, with the parts of its path from the innermost on.
    private struct Fault {
        var path: [String] = []
        let text: String
    }

    private func check(_ value: JSONValue) -> Fault? {
        switch (self, value) {
        case (.anything, _), (.string, .string), (.boolean, .bool), (.integerOrString, .string): nil
        case (.integer, _) where value.intValue != nil, (.integerOrString, _) where value.intValue != nil: nil
        case (.time, .string(let text)):
            Timestamp(text) == nil ? Fault(text: "\"\(text)\" is no time as 2006-01-02T15:04:05Z") : nil
        case (.strings, .object(let object)): Self.check(object) { _ in .string }
        case (.object(let fields), .object(let object)): Self.check(object) { fields[$0] }
        case (.list(let shape), .array(let elements)): Self.check(elements, shape)
        default: Fault(text: "expected \(expected), found \(value.kindName)")
        }
    }

    private static func check(_ object: JSONObject, _ shape: (String) -> Shape?) -> Fault? {
        for (key, value) in object {
            guard var fault = shape(key)?.check(value) else { continue }
            fault.path.append(".\(key)")
            return fault
        }
        return nil
    }

    private static func check(_ elements: [JSONValue], _ shape: Shape) -> Fault? {
        for (index, element) in elements.enumerated() {
            guard var fault = shape.check(element) else { continue }
            fault.path.append("[\(index)]")
            return fault
        }
        return nil
    }

    private var expected: String {
        switch self {
        case .string: "a string"
        case .integer: "a whole number"
        case .boolean: "true or false"
        case .integerOrString: "a whole number or a string"
        case .time: "a time"
        case .anything: "anything"
        case .strings, .object: "an object"
        case .list: "an array"
        }
    }
}

extension Shape {
    /// `metadata`, which all kinds share.
    static let metadata = Shape.object([
        "name": .string, "generateName": .string, "namespace": .string, "uid": .string, "resourceVersion": .string,
        "generation": .integer, "creationTimestamp": .time, "deletionTimestamp": .time,
        "deletionGracePeriodSeconds": .integer, "labels": .strings, "annotations": .strings,
        "finalizers": .list(.string),
        "ownerReferences": .list(
            .object([
                "apiVersion": .string, "kind": .string, "name": .string, "uid": .string, "controller": .boolean,
                "blockOwnerDeletion": .boolean,
            ])
        ),
    ])

    /// `status.conditions`.
    static let conditions = Shape.list(
        .object([
            "type": .string, "status": .string, "reason": .string, "message": .string, "lastTransitionTime": .time,
            "lastHeartbeatTime": .time, "lastProbeTime": .time,
        ])
    )

    /// A label selector.
    static let labelSelector = Shape.object([
        "matchLabels": .strings,
        "matchExpressions": .list(.object(["key": .string, "operator": .string, "values": .list(.string)])),
    ])

    /// A reference to an object.
    static let reference = Shape.object([
        "kind": .string, "namespace": .string, "name": .string, "uid": .string, "apiVersion": .string,
        "resourceVersion": .string, "fieldPath": .string,
    ])

    /// An object with metadata and some more fields.
    static func kind(_ fields: [String: Shape]) -> Shape {
        .object(fields.merging(["metadata": metadata, "kind": .string, "apiVersion": .string]) { own, _ in own })
    }
}
