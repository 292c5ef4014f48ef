import JSONTree
import NetworkTypes

/// Rules for values that several kinds have: ports, addresses, selectors.
enum ValueRules {
    static let protocols = ["SCTP", "TCP", "UDP"]
    static let immutable = "field is immutable"

    static func portNumber(_ field: String, _ number: Int) -> [FieldError] {
        guard !(1...65535).contains(number) else { return [] }
        return [.invalid(field, JSONValue(number), "must be between 1 and 65535, inclusive")]
    }

    /// A port by number or name, as targetPort of a Service and port of a policy.
    static func portReference(_ field: String, _ value: JSONValue) -> [FieldError] {
        if let number = value.intValue { return portNumber(field, number) }
        let name = value.stringValue ?? ""
        return NameRules.portName(name).map { .invalid(field, value, $0) }
    }

    static func oneOf(_ field: String, _ value: JSONValue?, _ supported: [String]) -> [FieldError] {
        guard let text = value?.stringValue, !text.isEmpty else { return [.required(field)] }
        return supported.contains(text) ? [] : [.notSupported(field, .string(text), supported)]
    }

    static func address(_ field: String, _ text: String) -> [FieldError] {
        guard IPAddress(text) == nil else { return [] }
        return [.invalid(field, .string(text), "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    }

    static func prefix(_ field: String, _ text: String) -> [FieldError] {
        guard IPPrefix(text) == nil else { return [] }
        return [.invalid(field, .string(text), "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")]
    }

    /// Addresses that mean something special on every host can't be a Service's or an endpoint's.
    static func ordinaryAddress(_ field: String, _ text: String) -> [FieldError] {
        guard let address = IPAddress(text) else { return [] }
        var problems: [String] = []
        if address.isUnspecified { problems.append("may not be unspecified (0.0.0.0 or ::)") }
        if address.isLoopback { problems.append("may not be in the loopback range (127.0.0.0/8, ::1/128)") }
        if address.isLinkLocal {
            problems.append("may not be in the link-local range (169.254.0.0/16, fe80::/10)")
        }
        if linkLocalMulticast.contains(where: { $0.contains(address) }) {
            problems.append("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)")
        }
        return problems.map { .invalid(field, .string(text), $0) }
    }

    private static let linkLocalMulticast = [IPPrefix("224.0.0.0/24"), IPPrefix("ff02::/16")].compactMap(\.self)

    /// At most one value of each family, two at most.
    static func onePerFamily(_ field: String, _ texts: [String], _ families: [IPFamily], what: String) -> [FieldError] {
        guard texts.count > 2 || Set(families).count < families.count else { return [] }
        return [.invalid(field, JSONValue(texts), "may specify no more than one \(what) for each IP family")]
    }

    /// A label selector in the form that objects have.
    static func selector(_ field: String, _ json: JSONValue?) -> [FieldError] {
        guard let json else { return [] }
        var errors = MetadataRules.labels(Labels(json["matchLabels"]?.objectValue ?? [:]), "\(field).matchLabels")
        for (index, item) in (json["matchExpressions"]?.arrayValue ?? []).enumerated() {
            errors += expression("\(field).matchExpressions[\(index)]", item)
        }
        return errors
    }

    private static func expression(_ path: String, _ item: JSONValue) -> [FieldError] {
        let key = item["key"]?.stringValue ?? ""
        let values = (item["values"]?.arrayValue ?? []).compactMap(\.stringValue)
        var errors: [FieldError] = []
        switch item["operator"]?.stringValue ?? "" {
        case "In", "NotIn":
            if values.isEmpty {
                errors.append(
                    .required("\(path).values", "must be specified when `operator` is 'In' or 'NotIn'")
                )
            }
        case "Exists", "DoesNotExist":
            if !values.isEmpty {
                errors.append(
                    .forbidden("\(path).values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
                )
            }
        case let other:
            errors.append(.invalid("\(path).operator", .string(other), "not a valid selector operator"))
        }
        errors += NameRules.qualifiedName(key).map { .invalid("\(path).key", .string(key), $0) }
        for (index, value) in values.enumerated() {
            errors += NameRules.labelValue(value).map { .invalid("\(path).values[\(index)]", .string(value), $0) }
        }
        return errors
    }
}
