import ClusterModel

/// What a request's path names.
enum RequestTarget: Hashable, Sendable {
    /// `/healthz`, `/livez`, `/readyz` and the parts below them.
    case health
    case version
    case metrics
    /// `/openapi/v2`.
    case openAPI
    /// `/`: the list of paths.
    case root
    /// `/api`.
    case coreVersions
    /// `/apis`.
    case groups
    /// `/apis/G`.
    case group(String)
    /// `/api/v1`, `/apis/G/V`.
    case resources(ResourceKind.GroupVersion)
    case collection(ResourcePath)
    case object(ResourcePath, name: String, Subresource?)
    /// A resource, or a part of one, that is not served.
    case unknownResource
    /// A path that is not served.
    case unknown

    /// A part of an object with a path of its own.
    enum Subresource: String, Hashable, Sendable {
        case status
        case finalize
    }

    /// A collection, as the client names it.
    struct ResourcePath: Hashable, Sendable {
        let kind: ResourceKind
        /// The group and version in which the client speaks.
        let served: ResourceKind.GroupVersion
        /// Nil for all namespaces, and for cluster-wide kinds.
        let namespace: String?
    }

    /// Reads a path without its query.
    init(path: String) {
        let parts = path.split(separator: "/").map { QueryParameters.decoded($0, plusIsSpace: false) }
        switch parts.first {
        case nil: self = .root
        case "healthz", "livez", "readyz": self = .health
        case "version" where parts.count == 1: self = .version
        case "metrics" where parts.count == 1: self = .metrics
        case "openapi" where parts == ["openapi", "v2"]: self = .openAPI
        case "api": self = Self.inGroup("", parts.dropFirst())
        case "apis":
            guard parts.count > 1 else {
                self = .groups
                return
            }
            self = parts[1].isEmpty ? .unknown : Self.inGroup(parts[1], parts.dropFirst(2))
        default: self = .unknown
        }
    }

    private static func inGroup(_ group: String, _ parts: ArraySlice<String>) -> RequestTarget {
        let versions = ResourceKind.groupVersions.filter { $0.group == group }
        guard let version = parts.first else {
            return group.isEmpty ? .coreVersions : versions.isEmpty ? .unknown : .group(group)
        }
        let served = ResourceKind.GroupVersion(group: group, version: version)
        guard versions.contains(served) else { return .unknown }
        return inVersion(served, Array(parts.dropFirst()))
    }

    private static func inVersion(_ served: ResourceKind.GroupVersion, _ parts: [String]) -> RequestTarget {
        guard let first = parts.first else { return .resources(served) }
        // namespaces/NS/services is a collection, namespaces/NS/status a part of a namespace.
        if first == "namespaces", parts.count > 2, let kind = Self.kind(parts[2], served), kind.isNamespaced {
            return below(ResourcePath(kind: kind, served: served, namespace: parts[1]), Array(parts.dropFirst(3)))
        }
        guard let kind = Self.kind(first, served) else { return .unknownResource }
        let path = ResourcePath(kind: kind, served: served, namespace: nil)
        // The objects of a kind with namespaces have a path only within theirs.
        guard !kind.isNamespaced || parts.count == 1 else { return .unknownResource }
        return below(path, Array(parts.dropFirst()))
    }

    private static func kind(_ plural: String, _ served: ResourceKind.GroupVersion) -> ResourceKind? {
        ResourceKind.find(group: served.group, version: served.version, plural: plural)
    }

    /// What follows the name of the resource: an object, a part of it.
    private static func below(_ path: ResourcePath, _ rest: [String]) -> RequestTarget {
        switch rest.count {
        case 0: return .collection(path)
        case 1: return .object(path, name: rest[0], nil)
        case 2:
            guard let part = Subresource(rawValue: rest[1]), path.kind.has(part) else { return .unknownResource }
            return .object(path, name: rest[0], part)
        default: return .unknownResource
        }
    }
}

extension ResourceKind {
    /// Whether objects have a part with a path of its own.
    func has(_ part: RequestTarget.Subresource) -> Bool {
        switch part {
        case .status: hasStatus
        case .finalize: self == .namespace
        }
    }
}
