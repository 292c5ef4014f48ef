public import JSONTree

/// Which objects are meant, by their fields: `metadata.name=web,status.phase!=Failed`.
public struct FieldSelector: Hashable, Sendable, CustomStringConvertible {
    /// One requirement.
    public struct Requirement: Hashable, Sendable, CustomStringConvertible {
        /// The field, as `spec.nodeName`.
        public let field: String
        /// The value to compare with.
        public let value: String
        /// Whether the field must have the value, or must not.
        public let isEqual: Bool

        /// Makes a requirement.
        public init(field: String, value: String, isEqual: Bool = true) {
            self.field = field
            self.value = value
            self.isEqual = isEqual
        }

        /// As in a query.
        public var description: String { "\(field)\(isEqual ? "=" : "!=")\(value)" }
    }

    /// The requirements, which must all be met; none mean every object.
    public let requirements: [Requirement]

    /// The selector that every object meets.
    public static let everything = FieldSelector([])

    /// Makes a selector of requirements.
    public init(_ requirements: [Requirement]) { self.requirements = requirements }

    /// The selector of the object of a name.
    public static func name(_ name: String) -> FieldSelector {
        FieldSelector([Requirement(field: "metadata.name", value: name)])
    }

    /// As in a query.
    public var description: String { requirements.map(\.description).joined(separator: ",") }

    /// Whether it has no requirements.
    public var isEmpty: Bool { requirements.isEmpty }

    /// The name that an object must have; nil when any will do.
    public var requiredName: String? {
        requirements.first { $0.field == "metadata.name" && $0.isEqual }?.value
    }

    /// The value that an object must have in a field; nil when any will do.
    public func requiredValue(of field: String) -> String? {
        requirements.first { $0.field == field && $0.isEqual }?.value
    }
}

extension FieldSelector {
    /// Reads a query for objects of a kind.
    ///
    /// `\,`, `\=` and `\\` in a value stand for the characters themselves.
    /// - Throws: ``ModelError`` when it can't be read, or names a field that the kind does not offer; the texts are
    ///   the API server's, for a 400.
    public init(query: String, for resource: ResourceKind) throws(ModelError) {
        var requirements: [Requirement] = []
        for term in Self.terms(query) where !term.isEmpty {
            guard let requirement = Self.requirement(term)?.storedForm(for: resource) else {
                throw ModelError(
                    .invalidSelector,
                    object: query,
                    text: "invalid selector: '\(query)'; can't understand '\(term)'"
                )
            }
            guard resource.selectableFields.contains(requirement.field) else {
                throw ModelError(
                    .unsupportedField,
                    object: requirement.field,
                    text: "field label not supported: \(requirement.field)"
                )
            }
            requirements.append(requirement)
        }
        self.init(requirements)
    }

    /// The parts between commas, still escaped.
    private static func terms(_ query: String) -> [Substring] {
        var result: [Substring] = []
        var start = query.startIndex
        var isEscaped = false
        for place in query.indices {
            if query[place] == ",", !isEscaped {
                result.append(query[start..<place])
                start = query.index(after: place)
            }
            isEscaped = query[place] == "\\" && !isEscaped
        }
        result.append(query[start...])
        return result
    }

    private static func requirement(_ term: Substring) -> Requirement? {
        guard let equals = term.firstIndex(of: "="), equals > term.startIndex else { return nil }
        let before = term.index(before: equals)
        let isNegated = term[before] == "!"
        let field = term[..<(isNegated ? before : equals)]
        var value = term[term.index(after: equals)...]
        if !isNegated, value.first == "=" { value.removeFirst() }
        guard !field.isEmpty, let plain = unescaped(value) else { return nil }
        return Requirement(field: String(field), value: plain, isEqual: !isNegated)
    }

    private static func unescaped(_ value: Substring) -> String? {
        var result = ""
        var isEscaped = false
        for character in value {
            if isEscaped {
                guard character == "," || character == "=" || character == "\\" else { return nil }
                result.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "=" {
                return nil
            } else {
                result.append(character)
            }
        }
        return isEscaped ? nil : result
    }
}

extension FieldSelector.Requirement {
    /// With the field's name in the stored form, for what another group and version calls differently.
    fileprivate func storedForm(for resource: ResourceKind) -> FieldSelector.Requirement {
        let parts = field.split(separator: ".", maxSplits: 1)
        guard let first = parts.first.map(String.init), let known = resource.storedName(ofField: first) else {
            return self
        }
        let rest = parts.dropFirst().map { ".\($0)" }.joined()
        return FieldSelector.Requirement(field: known + rest, value: value, isEqual: isEqual)
    }
}

extension FieldSelector {
    /// Whether an object of a kind meets all requirements.
    public func matches(_ json: JSONValue, of resource: ResourceKind) -> Bool {
        requirements.allSatisfy { requirement in
            (resource.fieldValue(requirement.field, of: json) == requirement.value) == requirement.isEqual
        }
    }

    /// Whether an object meets all requirements.
    public func matches<Object: APIObject>(_ object: Object) -> Bool {
        matches(object.json, of: Object.resource)
    }
}

extension ResourceKind {
    /// The fields that selectors may name.
    public var selectableFields: [String] {
        ["metadata.name"] + (isNamespaced ? ["metadata.namespace"] : []) + ownSelectableFields
    }

    private var ownSelectableFields: [String] {
        switch kind {
        case "Service": ["spec.clusterIP", "spec.type"]
        case "Pod":
            [
                "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName",
                "spec.hostNetwork", "status.phase", "status.podIP", "status.podIPs", "status.nominatedNodeName",
            ]
        case "Node": ["spec.unschedulable"]
        case "Namespace": ["status.phase"]
        case "Event":
            [
                "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
                "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
                "reportingComponent", "source", "type",
            ]
        default: []
        }
    }

    /// The text of a selectable field; empty when the object does not have it.
    public func fieldValue(_ field: String, of json: JSONValue) -> String {
        switch (kind, field) {
        case ("Event", "source"):
            let source = json[path: "source", "component"]?.stringValue ?? ""
            return source.isEmpty ? json["reportingComponent"]?.stringValue ?? "" : source
        case ("Pod", "status.podIPs"): return Pod(unchecked: json).podIPs.joined(separator: ",")
        case ("Pod", "spec.hostNetwork"), ("Node", "spec.unschedulable"):
            return json.value(at: field.split(separator: ".").map(String.init))?.boolValue == true ? "true" : "false"
        default:
            return json.value(at: field.split(separator: ".").map(String.init))?.stringValue ?? ""
        }
    }
}
