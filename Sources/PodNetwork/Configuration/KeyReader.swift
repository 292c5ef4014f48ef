import JSONTree
import NetworkTypes

/// Reads the keys of one JSON object, and says in an error which key it was, with its path.
///
/// As the reference (Go's decoder) does: null is as good as missing, and a key is found whatever its case when it isn't
/// there as written.
struct KeyReader {
    let object: JSONObject
    /// Where the object is: "" for the whole configuration, "ipam.", "ipam.ranges[0][1].".
    let path: String

    init(_ object: JSONObject, path: String = "") {
        self.object = object
        self.path = path
    }

    /// The value of a key, nil when it is missing or null.
    func value(_ key: String) -> JSONValue? {
        let value = object[key] ?? object.first { Self.isSame($0.key, key) }?.value
        return value?.isNull == true ? nil : value
    }

    /// Most keys differ in length, and most keys that are asked for are missing.
    private static func isSame(_ one: String, _ other: String) -> Bool {
        one.utf8.count == other.utf8.count && one.lowercased() == other.lowercased()
    }

    /// An error of code 7 about a key's value.
    func invalid(_ key: String, _ text: String) -> CNIError {
        CNIError(.invalidConfiguration, "invalid \(path)\(key)", details: text)
    }

    /// An error of code 2: the key is known, its value is not supported.
    func unsupported(_ key: String, _ value: String, _ text: String) -> CNIError {
        CNIError(.unsupportedField, "unsupported value of \(path)\(key): \(value)", details: text)
    }

    private func wrongKind(_ key: String, _ value: JSONValue, wanted: String) -> CNIError {
        CNIError(
            .decoding,
            "\(path)\(key) must be \(wanted), not \(value.kindName)",
            details: "it is \(value.description)"
        )
    }

    private func typed<Value>(
        _ key: String,
        _ wanted: String,
        _ convert: (JSONValue) -> Value?
    ) throws(CNIError) -> Value? {
        guard let value = value(key) else { return nil }
        guard let converted = convert(value) else { throw wrongKind(key, value, wanted: wanted) }
        return converted
    }

    /// A string; nil when it is missing or empty.
    func string(_ key: String) throws(CNIError) -> String? {
        let text = try typed(key, "a string", \.stringValue)
        return text == "" ? nil : text
    }

    /// A truth value; false when missing.
    func bool(_ key: String) throws(CNIError) -> Bool {
        try typed(key, "true or false", \.boolValue) ?? false
    }

    /// A whole number.
    func integer(_ key: String) throws(CNIError) -> Int? {
        try typed(key, "a whole number", \.intValue)
    }

    /// An object, with its own path for messages.
    func reader(_ key: String) throws(CNIError) -> KeyReader? {
        guard let object = try typed(key, "an object", \.objectValue) else { return nil }
        return KeyReader(object, path: "\(path)\(key).")
    }

    /// An array; empty when missing.
    func array(_ key: String) throws(CNIError) -> [JSONValue] {
        try typed(key, "an array", \.arrayValue) ?? []
    }

    /// An array of strings; empty when missing.
    func strings(_ key: String) throws(CNIError) -> [String] {
        var strings: [String] = []
        for (index, element) in try array(key).enumerated() {
            guard let string = element.stringValue else {
                throw wrongKind("\(key)[\(index)]", element, wanted: "a string")
            }
            strings.append(string)
        }
        return strings
    }

    /// An array of objects, each with its own path for messages; empty when missing.
    func readers(_ key: String) throws(CNIError) -> [KeyReader] {
        var readers: [KeyReader] = []
        for (index, element) in try array(key).enumerated() {
            guard let object = element.objectValue else {
                throw wrongKind("\(key)[\(index)]", element, wanted: "an object")
            }
            readers.append(KeyReader(object, path: "\(path)\(key)[\(index)]."))
        }
        return readers
    }

    /// An IP address.
    func address(_ key: String) throws(CNIError) -> IPAddress? {
        guard let text = try string(key) else { return nil }
        guard let address = IPAddress(text) else { throw invalid(key, "\"\(text)\" is not an IP address") }
        return address
    }

    /// An address with prefix length.
    func prefix(_ key: String) throws(CNIError) -> IPPrefix? {
        guard let text = try string(key) else { return nil }
        guard let prefix = IPPrefix(text) else {
            throw invalid(key, "\"\(text)\" is not an address with prefix length, such as 10.1.0.0/16")
        }
        return prefix
    }

    /// The address of a link: a unicast one, not zero.
    func macAddress(_ key: String) throws(CNIError) -> MACAddress? {
        guard let text = try string(key) else { return nil }
        return try KeyReader.macAddress(text) { invalid(key, $0) }
    }

    /// Reads a link address that may be given to an interface.
    static func macAddress(_ text: String, _ failure: (String) -> CNIError) throws(CNIError) -> MACAddress {
        guard let address = MACAddress(text) else {
            throw failure("\"\(text)\" is not a MAC address, such as 02:00:00:00:00:01")
        }
        guard !address.isMulticast, address != .zero else {
            throw failure("\"\(text)\" is no address of a single interface")
        }
        return address
    }
}
