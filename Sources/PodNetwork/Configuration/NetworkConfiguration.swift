public import JSONTree

/// What every network configuration has, whatever its type ("Network configuration format" in SPEC.md).
///
/// Only what each command needs of the rest is read from it, so that a DEL succeeds with keys that an ADD refuses.
public struct NetworkConfiguration: Hashable, Sendable {
    /// The version of the specification that the configuration is written in, and that results are printed in.
    public let version: SpecVersion
    /// The network's name: state is kept under it.
    public let name: String
    /// The plugin's type, such as "weft-cni".
    public let type: String
    /// The whole document.
    public let document: JSONObject

    /// Reads the document from standard input.
    ///
    /// - Throws: code 6 for what is no JSON object or has a key of the wrong kind, code 1 for a version that isn't
    ///   supported, code 7 for a missing or malformed name.
    public init(parsing bytes: [UInt8]) throws(CNIError) {
        guard bytes.contains(where: { $0 > 0x20 }) else {
            throw CNIError(
                .decoding,
                "no network configuration on standard input",
                details: "a runtime writes it there as JSON"
            )
        }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw CNIError(.decoding, "the network configuration is not JSON", details: error.description)
        }
        guard let document = value.objectValue else {
            throw CNIError(.decoding, "the network configuration must be a JSON object, not \(value.kindName)")
        }
        let reader = KeyReader(document)
        let version = try reader.string("cniVersion") ?? SpecVersion.v0_1_0.rawValue
        let name = try reader.string("name") ?? ""
        guard !name.isEmpty else {
            throw CNIError(
                .invalidConfiguration,
                "missing network name",
                details: "the configuration needs the key \"name\""
            )
        }
        guard NameRules.isIdentifier(name) else {
            throw CNIError(
                .invalidConfiguration,
                "invalid characters in network name \"\(name)\"",
                details: "it must start with a letter or digit and go on with letters, digits, \"_\", \".\" or \"-\""
            )
        }
        guard let known = SpecVersion(rawValue: version) else {
            let supported = SpecVersion.supported.joined(separator: " ")
            throw CNIError(
                .incompatibleVersion,
                "incompatible CNI versions",
                details: "config is \"\(version)\", plugin supports [\(supported)]"
            )
        }
        self.version = known
        self.name = name
        self.type = try reader.string("type") ?? ""
        self.document = document
    }

    /// The version that a document names, for an error about it; the newest when it names none that is known.
    static func versionForErrors(in bytes: [UInt8]) -> SpecVersion {
        guard let text = (try? JSONValue(parsing: bytes))?["cniVersion"]?.stringValue else { return .newest }
        return SpecVersion(rawValue: text) ?? .newest
    }

    /// Refuses a command that the configuration's version doesn't know.
    func require(_ command: CNICommand) throws(CNIError) {
        guard version < command.firstVersion else { return }
        throw CNIError(
            .incompatibleVersion,
            "config version does not allow \(command.rawValue)",
            details: "config is \"\(version.rawValue)\", \(command.rawValue) needs \(command.firstVersion.rawValue)"
        )
    }

    /// The reader of the whole document.
    var reader: KeyReader { KeyReader(document) }

    /// The result of the plugin before this one, or (CHECK, DEL) of the ADD; nil when there is none.
    func previousResult() throws(CNIError) -> AttachmentResult? {
        guard let reader = try reader.reader("prevResult") else { return nil }
        return try AttachmentResult(reader, version: version)
    }

    /// The attachments that are to stay (GC).
    ///
    /// - Throws: code 7 when the key is missing: an empty list says that nothing is valid, a missing one says nothing.
    func validAttachments() throws(CNIError) -> [AttachmentID] {
        let key = "cni.dev/valid-attachments"
        guard reader.value(key) != nil else {
            throw CNIError(.invalidConfiguration, "missing \(key)", details: "GC needs the list of attachments to keep")
        }
        var attachments: [AttachmentID] = []
        for entry in try reader.readers(key) {
            guard let containerID = try entry.string("containerID"), let interface = try entry.string("ifname") else {
                throw CNIError(
                    .invalidConfiguration,
                    "invalid \(entry.path.dropLast())",
                    details: "it needs containerID and ifname"
                )
            }
            attachments.append(AttachmentID(network: name, containerID: containerID, interface: interface))
        }
        return attachments
    }
}
