/// What is let through to and from a container, with the reference firewall plugin's keys.
struct FirewallConfiguration: Hashable, Sendable {
    /// `ingressPolicy`.
    enum IngressPolicy: String, CaseIterable, Hashable, Sendable {
        /// Anybody may connect.
        case open
        /// Not from the other bridges that have a policy.
        case sameBridge = "same-bridge"
        /// Nor from other containers of the bridge.
        case isolated
    }

    /// `iptablesAdminChainName`: the chain of the administrator's own rules, which come first.
    var adminChain = "CNI-ADMIN"
    /// `ingressPolicy`.
    var policy = IngressPolicy.open
    /// What is done otherwise than the keys say, without harm.
    private(set) var notes: [String] = []

    /// Reads the keys.
    ///
    /// - Throws: code 2 for an unknown backend or policy, 6 and 7 for malformed keys.
    init(_ reader: KeyReader) throws(CNIError) {
        if let backend = try reader.string("backend"), backend != "iptables" {
            guard backend == "firewalld" else {
                throw reader.unsupported("backend", "\"\(backend)\"", "it is iptables or firewalld")
            }
            notes.append("backend firewalld: weft-cni adds its rules to iptables-nft's tables instead of a zone")
        }
        if let name = try reader.string("iptablesAdminChainName") {
            // XT_EXTENSION_MAXNAMELEN.
            guard name.utf8.count < 29, NameRules.isIdentifier(name) else {
                throw reader.invalid("iptablesAdminChainName", "\"\(name)\" is no name of a chain of iptables")
            }
            adminChain = name
        }
        if let name = try reader.string("ingressPolicy") {
            guard let policy = IngressPolicy(rawValue: name) else {
                let known = IngressPolicy.allCases.map(\.rawValue).joined(separator: ", ")
                throw reader.unsupported("ingressPolicy", "\"\(name)\"", "it is one of \(known)")
            }
            self.policy = policy
        }
    }
}
