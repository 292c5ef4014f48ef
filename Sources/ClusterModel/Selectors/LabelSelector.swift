public import JSONTree

/// One requirement of a label selector.
public struct LabelSelectorExpression: Hashable, Sendable, CustomStringConvertible {
    /// What a requirement asks of a label.
    public enum Operator: String, Hashable, Sendable {
        /// Its value is one of some.
        case `in` = "In"
        /// It is missing, or its value is none of some.
        case notIn = "NotIn"
        /// It is there.
        case exists = "Exists"
        /// It is missing.
        case doesNotExist = "DoesNotExist"
    }

    /// The label.
    public let key: String
    /// What is asked of it.
    public let `operator`: Operator
    /// The values, for `in` and `notIn`.
    public let values: [String]

    /// Makes a requirement.
    public init(key: String, operator: Operator, values: [String] = []) {
        self.key = key
        self.operator = `operator`
        self.values = values
    }

    /// Whether labels meet it.
    public func matches(_ labels: Labels) -> Bool {
        switch self.operator {
        case .in: labels[key].map(values.contains) ?? false
        case .notIn: labels[key].map { !values.contains($0) } ?? true
        case .exists: labels.contains(key: key)
        case .doesNotExist: !labels.contains(key: key)
        }
    }

    /// As in a query: `app=web`, `app in (a,b)`, `!app`.
    public var description: String {
        switch self.operator {
        case .in: values.count == 1 ? "\(key)=\(values[0])" : "\(key) in (\(values.joined(separator: ",")))"
        case .notIn: values.count == 1 ? "\(key)!=\(values[0])" : "\(key) notin (\(values.joined(separator: ",")))"
        case .exists: key
        case .doesNotExist: "!\(key)"
        }
    }
}

/// Which objects are meant, by their labels: those that meet all requirements.
public struct LabelSelector: Hashable, Sendable, CustomStringConvertible {
    /// The requirements; none mean every object.
    public let expressions: [LabelSelectorExpression]

    /// The selector that every object meets.
    public static let everything = LabelSelector([])

    /// Makes a selector of requirements.
    public init(_ expressions: [LabelSelectorExpression]) { self.expressions = expressions }

    /// Makes a selector of labels that must all be there, as `spec.selector` of a Service.
    public init(matching labels: Labels) {
        expressions = labels.map { LabelSelectorExpression(key: $0.key, operator: .in, values: [$0.value]) }
    }

    /// Whether it has no requirements.
    public var isEmpty: Bool { expressions.isEmpty }

    /// Whether labels meet all requirements.
    public func matches(_ labels: Labels) -> Bool { expressions.allSatisfy { $0.matches(labels) } }

    /// Whether an object's labels meet all requirements.
    public func matches(_ object: some APIObject) -> Bool { isEmpty || matches(object.labels) }

    /// As in a query: `app=web,!canary`.
    public var description: String { expressions.map(\.description).joined(separator: ",") }
}

extension LabelSelector {
    /// Reads the form that objects have: `matchLabels` and `matchExpressions`.
    /// - Throws: ``ModelError`` for an unknown operator, or values that do not fit it.
    public init(json: JSONValue) throws(ModelError) {
        var expressions: [LabelSelectorExpression] = []
        for (key, value) in json["matchLabels"]?.objectValue ?? [:] {
            expressions.append(LabelSelectorExpression(key: key, operator: .in, values: [value.stringValue ?? ""]))
        }
        for item in json["matchExpressions"]?.arrayValue ?? [] {
            let text = item["operator"]?.stringValue ?? ""
            let values = (item["values"]?.arrayValue ?? []).compactMap(\.stringValue)
            guard let key = item["key"]?.stringValue, !key.isEmpty,
                let known = LabelSelectorExpression.Operator(rawValue: text)
            else {
                throw ModelError(
                    .invalidSelector,
                    object: item.description,
                    text: "\"\(text)\" is not a valid label selector operator"
                )
            }
            guard values.isEmpty == (known == .exists || known == .doesNotExist) else {
                throw ModelError(
                    .invalidSelector,
                    object: item.description,
                    text: "label selector operator \(text) \(values.isEmpty ? "needs values" : "takes no values")"
                )
            }
            expressions.append(LabelSelectorExpression(key: key, operator: known, values: values))
        }
        self.init(expressions)
    }
}
