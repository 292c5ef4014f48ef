/// What the environment says about one call of the plugin, validated.
public struct Invocation: Hashable, Sendable {
    /// What to do.
    public let command: CNICommand
    /// CNI_CONTAINERID: the container; empty where the command doesn't need it.
    public let containerID: String
    /// CNI_NETNS: the path of the container's network namespace; may be empty for DEL.
    public let networkNamespace: String
    /// CNI_IFNAME: the interface's name in the container; empty where the command doesn't need it.
    public let interfaceName: String
    /// CNI_ARGS, unparsed.
    public let arguments: String
    /// CNI_PATH: where plugins are, folders separated by colons.
    public let path: String
    /// CNI_NETNS_OVERRIDE: whether the container's namespace may be the plugin's own.
    public let allowsOwnNamespace: Bool

    /// Reads the variables of the specification.
    ///
    /// As the reference does, only a variable that the command requires is validated: podman calls VERSION with
    /// placeholders in all the others.
    ///
    /// - Parameter environment: names and values; CNI_COMMAND must be there.
    /// - Throws: code 4, which names all the missing variables at once, or the malformed one.
    public init(environment: [String: String]) throws(CNIError) {
        func value(_ variable: CNIVariable) -> String { environment[variable.rawValue] ?? "" }

        guard let command = CNICommand(rawValue: value(.command)) else {
            let known = CNICommand.allCases.map(\.rawValue).joined(separator: ", ")
            throw CNIError(
                .invalidEnvironment,
                "unknown CNI_COMMAND: \(value(.command))",
                details: "it must be one of \(known)"
            )
        }
        let missing = command.requiredVariables.filter { value($0).isEmpty }
        guard missing.isEmpty else {
            let names = missing.map(\.rawValue).joined(separator: ",")
            throw CNIError(
                .invalidEnvironment,
                "required env variables [\(names)] missing",
                details: "\(command.rawValue) can't be done without them"
            )
        }
        self.command = command
        containerID = value(.containerID)
        networkNamespace = value(.networkNamespace)
        interfaceName = value(.interfaceName)
        arguments = value(.arguments)
        path = value(.path)
        let override = value(.namespaceOverride)
        allowsOwnNamespace = override == "1" || override.lowercased() == "true"
        try validate()
    }

    /// Whether CNI_ARGS name a pod of Kubernetes, understood or not.
    var namesPod: Bool { arguments.split(separator: ";").contains { $0.hasPrefix("K8S_POD_NAME=") } }

    /// The variables as they were given, for a plugin that is executed in turn.
    var variables: [String: String] {
        [
            CNIVariable.command.rawValue: command.rawValue, CNIVariable.containerID.rawValue: containerID,
            CNIVariable.networkNamespace.rawValue: networkNamespace,
            CNIVariable.interfaceName.rawValue: interfaceName, CNIVariable.arguments.rawValue: arguments,
            CNIVariable.path.rawValue: path,
        ]
    }

    private func validate() throws(CNIError) {
        let required = command.requiredVariables
        if required.contains(.containerID), !NameRules.isIdentifier(containerID) {
            throw CNIError(
                .invalidEnvironment,
                "invalid characters in CNI_CONTAINERID \"\(containerID)\"",
                details: "it must start with a letter or digit and go on with letters, digits, \"_\", \".\" or \"-\""
            )
        }
        if required.contains(.interfaceName), let fault = NameRules.faultOfInterface(interfaceName) {
            throw CNIError(.invalidEnvironment, "invalid CNI_IFNAME \"\(interfaceName)\"", details: fault)
        }
    }
}

/// What names must look like, by the specification.
enum NameRules {
    /// Whether a container id or network name is well-formed: `^[a-zA-Z0-9][a-zA-Z0-9_.\-]*$`.
    static func isIdentifier(_ name: String) -> Bool {
        guard let first = name.utf8.first, isAlphanumeric(first) else { return false }
        return name.utf8.allSatisfy { byte in
            isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
        }
    }

    /// What is wrong with the name of an interface, nil when nothing is; the kernel's rules (`dev_valid_name`).
    static func faultOfInterface(_ name: String) -> String? {
        if name.isEmpty { return "an interface name must not be empty" }
        if name.utf8.count > 15 { return "an interface name has at most 15 bytes, this has \(name.utf8.count)" }
        if name == "." || name == ".." { return "an interface can't be named \".\" or \"..\"" }
        // As isspace(3) in the C locale: the kernel looks at bytes.
        let isForbidden = { (byte: UInt8) in
            byte == UInt8(ascii: "/") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: " ")
                || (9...13).contains(byte)
        }
        return name.utf8.contains(where: isForbidden)
            ? "an interface name must not contain \"/\", \":\" or white space" : nil
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
