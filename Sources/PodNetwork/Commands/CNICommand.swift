/// What a runtime asks for with CNI_COMMAND.
public enum CNICommand: String, CaseIterable, Hashable, Sendable {
    /// Attach a container to the network.
    case add = "ADD"
    /// Undo it; also when it is undone already.
    case delete = "DEL"
    /// Compare with what ADD left.
    case check = "CHECK"
    /// Remove what belongs to no attachment that is still valid.
    case collectGarbage = "GC"
    /// Tell whether ADD can be served.
    case status = "STATUS"
    /// List the supported versions of the specification.
    case version = "VERSION"

    /// The variables that the command can't do without, in the order in which messages name them.
    var requiredVariables: [CNIVariable] {
        switch self {
        case .add, .check: [.containerID, .networkNamespace, .interfaceName, .path]
        case .delete: [.containerID, .interfaceName, .path]
        case .collectGarbage, .status: [.path]
        case .version: []
        }
    }

    /// The first version whose configurations allow the command.
    var firstVersion: SpecVersion {
        switch self {
        case .add, .delete, .version: .v0_1_0
        case .check: .v0_4_0
        case .collectGarbage, .status: .v1_1_0
        }
    }
}

/// The environment variables of the specification.
enum CNIVariable: String, CaseIterable {
    case command = "CNI_COMMAND"
    case containerID = "CNI_CONTAINERID"
    case networkNamespace = "CNI_NETNS"
    case interfaceName = "CNI_IFNAME"
    case arguments = "CNI_ARGS"
    case path = "CNI_PATH"
    case namespaceOverride = "CNI_NETNS_OVERRIDE"
}
