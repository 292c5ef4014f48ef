/// CNI_ARGS: `K=V;K2=V2`, as old runtimes pass what newer ones put into the configuration.
struct CNIArguments: Hashable, Sendable {
    /// The pairs, in order; of two with one key the last counts.
    private let pairs: [String: String]

    /// The keys that mean something to us, or that every Kubernetes runtime sends.
    private static let known: Set<String> = [
        "IgnoreUnknown", "MAC", "IP", "GATEWAY",
        "K8S_POD_NAMESPACE", "K8S_POD_NAME", "K8S_POD_INFRA_CONTAINER_ID", "K8S_POD_UID",
    ]

    /// Reads the variable's text.
    ///
    /// - Throws: code 4 for a pair without exactly one "=", a malformed IgnoreUnknown, or an unknown key without it.
    init(_ text: String) throws(CNIError) {
        var pairs: [String: String] = [:]
        if !text.isEmpty {
            for pair in text.split(separator: ";", omittingEmptySubsequences: false) {
                let parts = pair.split(separator: "=", omittingEmptySubsequences: false)
                guard parts.count == 2 else {
                    throw CNIError(
                        .invalidEnvironment,
                        "invalid pair \"\(pair)\" in CNI_ARGS",
                        details: "CNI_ARGS must have the form KEY=VALUE;KEY2=VALUE2"
                    )
                }
                pairs[String(parts[0])] = String(parts[1])
            }
        }
        self.pairs = pairs
        let unknown = pairs.keys.filter { !CNIArguments.known.contains($0) }.sorted()
        if try !ignoresUnknown(), !unknown.isEmpty {
            throw CNIError(
                .invalidEnvironment,
                "unknown keys in CNI_ARGS: \(unknown.joined(separator: ", "))",
                details: "add IgnoreUnknown=1 to CNI_ARGS to have them ignored"
            )
        }
    }

    private func ignoresUnknown() throws(CNIError) -> Bool {
        switch pairs["IgnoreUnknown"]?.lowercased() {
        case nil, "", "0", "false": false
        case "1", "true": true
        case let value?:
            throw CNIError(
                .invalidEnvironment,
                "invalid IgnoreUnknown \"\(value)\" in CNI_ARGS",
                details: "it must be 1, true, 0 or false"
            )
        }
    }

    /// The value of a key, nil when it is missing or empty.
    subscript(key: String) -> String? {
        guard let value = pairs[key], !value.isEmpty else { return nil }
        return value
    }
}
