import ClusterModel
import ControlStore
import JSONTree

extension ObjectPresenter {
    /// Objects as the rows of a table, with the columns that the API server shows of their kind.
    func table(_ objects: [StoredObject], version: String, metadata: JSONValue) -> JSONValue {
        let columns = TableColumns(kind: kind, now: now)
        let rows = objects.map { object -> JSONValue in
            let json = object.json
            var row: JSONValue = ["cells": .array(columns.cells(of: json))]
            switch representation.includes {
            case "None": break
            case "Object": row["object"] = kind.servedForm(of: json, as: served)
            default: row["object"] = Self.metadata(of: json)
            }
            return row
        }
        return [
            "kind": "Table", "apiVersion": .string("meta.k8s.io/\(version)"), "metadata": metadata,
            "columnDefinitions": .array(columns.definitions), "rows": .array(rows),
        ]
    }
}

/// The columns of a kind's table: what `kubectl get` shows.
struct TableColumns {
    private struct Column {
        let name: String
        /// Only in wide tables.
        let isWide: Bool
        let cell: (JSONValue) -> JSONValue
    }

    private let columns: [Column]

    init(kind: ResourceKind, now: Timestamp) {
        func column(_ name: String, isWide: Bool = false, _ cell: @escaping (JSONValue) -> JSONValue) -> Column {
            Column(name: name, isWide: isWide, cell: cell)
        }
        let name = column("Name") { $0[path: "metadata", "name"] ?? "" }
        let age = column("Age") { TableText.age($0[path: "metadata", "creationTimestamp"], now: now) }
        switch kind.kind {
        case "Service":
            columns = [
                name, column("Type") { $0[path: "spec", "type"] ?? "" },
                column("Cluster-IP") { .string(Service(unchecked: $0).spec.clusterIP ?? "<none>") },
                column("External-IP") { TableText.externalIPs(Service(unchecked: $0)) },
                column("Port(s)") { TableText.ports(Service(unchecked: $0)) }, age,
                column("Selector", isWide: true) { TableText.labels(Service(unchecked: $0).spec.selector) },
            ]
        case "EndpointSlice":
            columns = [
                name, column("AddressType") { $0["addressType"] ?? "" },
                column("Ports") { TableText.slicePorts(EndpointSlice(unchecked: $0)) },
                column("Endpoints") { TableText.endpoints(EndpointSlice(unchecked: $0)) }, age,
            ]
        case "NetworkPolicy":
            columns = [
                name,
                column("Pod-Selector") { TableText.selector($0[path: "spec", "podSelector"] ?? [:]) }, age,
            ]
        case "Node":
            columns = [
                name, column("Status") { TableText.status(of: Node(unchecked: $0)) },
                column("Roles") { TableText.roles(Node(unchecked: $0)) }, age,
                column("Version") { $0[path: "status", "nodeInfo", "kubeletVersion"] ?? "" },
                column("Internal-IP", isWide: true) { TableText.address("InternalIP", Node(unchecked: $0)) },
                column("External-IP", isWide: true) { TableText.address("ExternalIP", Node(unchecked: $0)) },
                column("OS-Image", isWide: true) { TableText.info("osImage", $0) },
                column("Kernel-Version", isWide: true) { TableText.info("kernelVersion", $0) },
                column("Container-Runtime", isWide: true) { TableText.info("containerRuntimeVersion", $0) },
            ]
        case "Pod":
            columns = [
                name, column("Ready") { TableText.readiness($0) },
                column("Status") { TableText.status(of: Pod(unchecked: $0)) },
                column("Restarts") { TableText.restarts($0) }, age,
                column("IP", isWide: true) { .string(Pod(unchecked: $0).podIPs.first ?? "<none>") },
                column("Node", isWide: true) { .string(Pod(unchecked: $0).spec.nodeName ?? "<none>") },
                column("Nominated Node", isWide: true) { $0[path: "status", "nominatedNodeName"] ?? "<none>" },
                column("Readiness Gates", isWide: true) { _ in "<none>" },
            ]
        case "Namespace":
            columns = [name, column("Status") { $0[path: "status", "phase"] ?? "" }, age]
        case "Lease":
            columns = [name, column("Holder") { $0[path: "spec", "holderIdentity"] ?? "" }, age]
        case "Event":
            columns = [
                column("Last Seen") { TableText.age($0["lastTimestamp"] ?? $0["eventTime"], now: now) },
                column("Type") { $0["type"] ?? "" }, column("Reason") { $0["reason"] ?? "" },
                column("Object") { TableText.reference($0["involvedObject"] ?? [:]) },
                column("Message") { $0["message"] ?? "" }, column("Name", isWide: true) { name.cell($0) },
            ]
        default: columns = [name, age]
        }
    }

    /// The columns as clients read them.
    var definitions: [JSONValue] {
        columns.map { column in
            [
                "name": .string(column.name), "type": "string", "format": column.name == "Name" ? "name" : "",
                "description": "", "priority": column.isWide ? 1 : 0,
            ]
        }
    }

    /// The cells of an object, all columns.
    func cells(of object: JSONValue) -> [JSONValue] { columns.map { $0.cell(object) } }
}
