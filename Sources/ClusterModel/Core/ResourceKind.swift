/// A kind of object that the API serves: its names and its paths.
public struct ResourceKind: Hashable, Sendable, CustomStringConvertible {
    /// An API group with a version, as in `discovery.k8s.io/v1`.
    public struct GroupVersion: Hashable, Sendable, CustomStringConvertible {
        /// The group; empty for the core group.
        public let group: String
        /// The version.
        public let version: String

        /// Makes a group version.
        public init(group: String, version: String) {
            self.group = group
            self.version = version
        }

        /// As `apiVersion` has it: `v1`, `discovery.k8s.io/v1`.
        public var description: String { group.isEmpty ? version : "\(group)/\(version)" }
        /// The path below which its resources are: `/api/v1`, `/apis/discovery.k8s.io/v1`.
        public var path: String { group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)" }
    }

    /// The group and version in which objects are stored, and which `apiVersion` names.
    public let groupVersion: GroupVersion
    /// The kind, as `Service`.
    public let kind: String
    /// The name in paths, as `services`.
    public let plural: String
    /// The name of one, as `service`.
    public let singular: String
    /// Short names for the command line, as `svc`.
    public let shortNames: [String]
    /// Groups of kinds for the command line, as `all`.
    public let categories: [String]
    /// Whether objects live in namespaces.
    public let isNamespaced: Bool
    /// Whether objects have a `/status` of their own.
    public let hasStatus: Bool
    /// Whether a PUT of an object that does not exist creates it.
    public let updateMayCreate: Bool
    /// Further groups and versions that serve the same storage.
    public let aliases: [GroupVersion]

    init(
        _ kind: String,
        plural: String,
        group: String = "",
        short: [String] = [],
        categories: [String] = [],
        isNamespaced: Bool = true,
        hasStatus: Bool = false,
        updateMayCreate: Bool = false,
        aliases: [GroupVersion] = []
    ) {
        self.kind = kind
        self.plural = plural
        self.singular = kind.lowercased()
        self.groupVersion = GroupVersion(group: group, version: "v1")
        self.shortNames = short
        self.categories = categories
        self.isNamespaced = isNamespaced
        self.hasStatus = hasStatus
        self.updateMayCreate = updateMayCreate
        self.aliases = aliases
    }

    /// The API group; empty for the core group.
    public var group: String { groupVersion.group }
    /// The version.
    public var version: String { groupVersion.version }
    /// What `apiVersion` says: `v1`, `discovery.k8s.io/v1`.
    public var apiVersion: String { groupVersion.description }
    /// The kind of a list, as `ServiceList`.
    public var listKind: String { kind + "List" }
    /// The name in messages: `services`, `endpointslices.discovery.k8s.io`.
    public var qualifiedPlural: String { group.isEmpty ? plural : "\(plural).\(group)" }
    /// The same as ``qualifiedPlural``.
    public var description: String { qualifiedPlural }

    /// The path of a collection; without a namespace that of all namespaces, or of a cluster-wide kind.
    public func collectionPath(namespace: String? = nil) -> String {
        guard isNamespaced, let namespace, !namespace.isEmpty else { return "\(groupVersion.path)/\(plural)" }
        return "\(groupVersion.path)/namespaces/\(namespace)/\(plural)"
    }

    /// The path of an object; the namespace is left out for a cluster-wide kind.
    public func objectPath(namespace: String?, name: String) -> String {
        "\(collectionPath(namespace: namespace))/\(name)"
    }

    /// The path of an object.
    public func objectPath(_ key: ObjectKey) -> String { objectPath(namespace: key.namespace, name: key.name) }
}

extension ResourceKind {
    /// Namespaces.
    public static let namespace = ResourceKind(
        "Namespace",
        plural: "namespaces",
        short: ["ns"],
        isNamespaced: false,
        hasStatus: true
    )
    /// Nodes.
    public static let node = ResourceKind(
        "Node",
        plural: "nodes",
        short: ["no"],
        isNamespaced: false,
        hasStatus: true
    )
    /// Pods.
    public static let pod = ResourceKind(
        "Pod",
        plural: "pods",
        short: ["po"],
        categories: ["all"],
        hasStatus: true
    )
    /// Services.
    public static let service = ResourceKind(
        "Service",
        plural: "services",
        short: ["svc"],
        categories: ["all"],
        hasStatus: true,
        updateMayCreate: true
    )
    /// Events; `events.k8s.io/v1` shows the same objects with other field names.
    public static let event = ResourceKind(
        "Event",
        plural: "events",
        short: ["ev"],
        updateMayCreate: true,
        aliases: [GroupVersion(group: "events.k8s.io", version: "v1")]
    )
    /// Endpoint slices.
    public static let endpointSlice = ResourceKind(
        "EndpointSlice",
        plural: "endpointslices",
        group: "discovery.k8s.io"
    )
    /// Network policies.
    public static let networkPolicy = ResourceKind(
        "NetworkPolicy",
        plural: "networkpolicies",
        group: "networking.k8s.io",
        short: ["netpol"]
    )
    /// Leases.
    public static let lease = ResourceKind(
        "Lease",
        plural: "leases",
        group: "coordination.k8s.io",
        updateMayCreate: true
    )

    /// All kinds, the core group first.
    public static let all: [ResourceKind] = [
        namespace, node, pod, service, event, endpointSlice, networkPolicy, lease,
    ]

    /// The kind that a path names, also by an alias' group and version.
    public static func find(group: String, version: String, plural: String) -> ResourceKind? {
        let wanted = GroupVersion(group: group, version: version)
        return all.first { $0.plural == plural && $0.isServed(in: wanted) }
    }

    /// The kind that an object names, also by an alias' group and version.
    public static func find(apiVersion: String, kind: String) -> ResourceKind? {
        all.first { resource in
            resource.kind == kind
                && (resource.apiVersion == apiVersion || resource.aliases.contains { $0.description == apiVersion })
        }
    }

    /// All groups and versions that are served, the core group first, each once.
    public static let groupVersions: [GroupVersion] = {
        var result: [GroupVersion] = []
        for version in all.flatMap({ [$0.groupVersion] + $0.aliases }) where !result.contains(version) {
            result.append(version)
        }
        return result
    }()

    /// Whether the kind is served in a group and version.
    public func isServed(in groupVersion: GroupVersion) -> Bool {
        self.groupVersion == groupVersion || aliases.contains(groupVersion)
    }
}
