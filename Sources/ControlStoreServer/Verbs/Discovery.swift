import ClusterModel
import JSONTree

/// What the server tells about itself, so that clients find the resources.
enum Discovery {
    static let verbs: JSONValue = [
        "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch",
    ]

    static let version: JSONValue = [
        "major": .string(KubernetesVersion.major), "minor": .string(KubernetesVersion.minor),
        "gitVersion": .string(KubernetesVersion.full), "gitCommit": "", "gitTreeState": "clean", "buildDate": "",
        "goVersion": "", "compiler": "swift", "platform": "linux",
    ]

    static let coreVersions: JSONValue = [
        "kind": "APIVersions", "versions": ["v1"],
        "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": ""]],
    ]

    /// The groups beside the core group, each with its versions.
    static var groups: JSONValue {
        var names: [String] = []
        for version in ResourceKind.groupVersions where !version.group.isEmpty && !names.contains(version.group) {
            names.append(version.group)
        }
        return ["kind": "APIGroupList", "apiVersion": "v1", "groups": .array(names.map(groupBody))]
    }

    static func group(_ name: String) -> JSONValue {
        var result: JSONValue = ["kind": "APIGroup", "apiVersion": "v1"]
        for (key, value) in groupBody(name).objectValue ?? [:] { result[key] = value }
        return result
    }

    private static func groupBody(_ name: String) -> JSONValue {
        let versions = ResourceKind.groupVersions.filter { $0.group == name }.map { version -> JSONValue in
            ["groupVersion": .string(version.description), "version": .string(version.version)]
        }
        return ["name": .string(name), "versions": .array(versions), "preferredVersion": versions.first ?? [:]]
    }

    static func resources(_ served: ResourceKind.GroupVersion) -> JSONValue {
        var list: [JSONValue] = []
        for kind in ResourceKind.all where kind.isServed(in: served) {
            var resource: JSONValue = [
                "name": .string(kind.plural), "singularName": .string(kind.singular),
                "namespaced": .bool(kind.isNamespaced), "kind": .string(kind.kind), "verbs": verbs,
            ]
            if !kind.shortNames.isEmpty { resource["shortNames"] = JSONValue(kind.shortNames) }
            if !kind.categories.isEmpty { resource["categories"] = JSONValue(kind.categories) }
            list.append(resource)
            for part in [RequestTarget.Subresource.status, .finalize] where kind.has(part) {
                list.append([
                    "name": .string("\(kind.plural)/\(part.rawValue)"), "singularName": "",
                    "namespaced": .bool(kind.isNamespaced), "kind": .string(kind.kind),
                    "verbs": part == .status ? ["get", "patch", "update"] : ["update"],
                ])
            }
        }
        return [
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string(served.description),
            "resources": .array(list),
        ]
    }

    static var root: JSONValue {
        let versions = ResourceKind.groupVersions
        let groups = versions.filter { !$0.group.isEmpty }.map { "/apis/\($0.group)" }
        let all = ["/api", "/apis", "/healthz", "/livez", "/metrics", "/readyz", "/version"]
        return ["paths": JSONValue((all + versions.map(\.path) + groups).sorted())]
    }
}
