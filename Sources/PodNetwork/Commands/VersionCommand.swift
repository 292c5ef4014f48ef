import JSONTree

/// VERSION: which versions of the specification are supported.
enum VersionCommand {
    /// Answers whatever the input is: runtimes ask before they have a configuration.
    static func run(_ input: [UInt8]) -> CommandOutcome {
        CommandOutcome([
            "cniVersion": .string(NetworkConfiguration.versionForErrors(in: input).rawValue),
            "supportedVersions": JSONValue(SpecVersion.supported),
        ])
    }

    /// What a person sees who starts the program by hand.
    static let about = """
        weft-cni: attaches containers to a network. It is started by container runtimes; see cni-conf/README.md.
        Under another name it is that plugin: \(PluginType.list)
        CNI protocol versions supported: \(SpecVersion.supported.joined(separator: ", "))
        """
}
