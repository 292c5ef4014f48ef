import ClusterModel
import JSONTree
import NetworkTypes

/// The texts in tables, as people know them from `kubectl get`.
enum TableText {
    /// How long ago a time is, with as much detail as matters.
    static func age(_ time: JSONValue?, now: Timestamp) -> JSONValue {
        guard let time = time?.stringValue.flatMap({ Timestamp($0) }) else { return "<unknown>" }
        return .string(duration(seconds: max(0, now.seconds - time.seconds)))
    }

    static func duration(seconds: Int64) -> String {
        let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400)
        func pair(_ whole: Int64, _ unit: String, _ rest: Int64, _ smaller: String) -> String {
            rest == 0 ? "\(whole)\(unit)" : "\(whole)\(unit)\(rest)\(smaller)"
        }
        switch seconds {
        case ..<120: return "\(seconds)s"
        case ..<600: return pair(minutes, "m", seconds % 60, "s")
        case ..<(3 * 3600): return "\(minutes)m"
        case ..<(8 * 3600): return pair(hours, "h", minutes % 60, "m")
        case ..<(48 * 3600): return "\(hours)h"
        case ..<(8 * 86_400): return pair(days, "d", hours % 24, "h")
        case ..<(730 * 86_400): return "\(days)d"
        default: return pair(days / 365, "y", days % 365, "d")
        }
    }

    private static func list(_ items: [String], limit: Int = .max) -> JSONValue {
        guard !items.isEmpty else { return "<none>" }
        let shown = items.prefix(limit).joined(separator: ",")
        return .string(items.count > limit ? "\(shown) + \(items.count - limit) more..." : shown)
    }

    static func labels(_ labels: Labels?) -> JSONValue { list((labels ?? [:]).map { "\($0.key)=\($0.value)" }) }

    static func selector(_ json: JSONValue) -> JSONValue {
        guard let selector = try? LabelSelector(json: json), !selector.isEmpty else { return "<none>" }
        return .string(selector.description)
    }

    static func externalIPs(_ service: Service) -> JSONValue {
        let spec = service.spec
        if spec.type == .externalName { return .string(spec.externalName ?? "<none>") }
        let ingress = service.loadBalancerIngress.compactMap { $0.ip?.description ?? $0.hostname }
        if spec.type == .loadBalancer, ingress.isEmpty, spec.externalIPs.isEmpty { return "<pending>" }
        return list((spec.type == .loadBalancer ? ingress : []) + spec.externalIPs)
    }

    static func ports(_ service: Service) -> JSONValue {
        list(
            service.spec.ports.map { port in
                let node = port.nodePort.map { ":\($0)" } ?? ""
                return "\(port.port)\(node)/\(port.transport?.kubernetesName ?? "TCP")"
            }
        )
    }

    static func slicePorts(_ slice: EndpointSlice) -> JSONValue {
        let ports = slice.ports.map { $0.port.map(String.init) ?? "*" }
        return ports.isEmpty ? "<unset>" : list(ports, limit: 3)
    }

    static func endpoints(_ slice: EndpointSlice) -> JSONValue {
        let addresses = slice.endpoints.flatMap(\.addresses)
        return addresses.isEmpty ? "<unset>" : list(addresses, limit: 3)
    }

    static func status(of node: Node) -> JSONValue {
        let ready = node.conditions.first { $0.type == "Ready" }
        let text = ready.map { $0.status == .true ? "Ready" : "NotReady" } ?? "Unknown"
        return .string(text + (node.isUnschedulable ? ",SchedulingDisabled" : ""))
    }

    static func roles(_ node: Node) -> JSONValue {
        let prefix = "node-role.kubernetes.io/"
        return list(
            node.labels.keys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }.sorted()
        )
    }

    static func address(_ type: String, _ node: Node) -> JSONValue {
        .string(node.addresses.first { $0.type == type }?.address ?? "<none>")
    }

    static func info(_ key: String, _ node: JSONValue) -> JSONValue {
        node[path: "status", "nodeInfo", key] ?? "<unknown>"
    }

    static func readiness(_ pod: JSONValue) -> JSONValue {
        let count = pod[path: "spec", "containers"]?.arrayValue?.count ?? 0
        let statuses = pod[path: "status", "containerStatuses"]?.arrayValue ?? []
        // Without a report of each container, the pod's own condition speaks for all.
        let ready =
            statuses.isEmpty
            ? (Pod(unchecked: pod).isReady ? count : 0)
            : statuses.count { $0["ready"]?.boolValue == true }
        return .string("\(ready)/\(count)")
    }

    static func status(of pod: Pod) -> JSONValue {
        if pod.metadata.isBeingDeleted { return "Terminating" }
        return .string(pod.json[path: "status", "reason"]?.stringValue ?? pod.phase.rawValue)
    }

    static func restarts(_ pod: JSONValue) -> JSONValue {
        let counts = (pod[path: "status", "containerStatuses"]?.arrayValue ?? []).map {
            $0["restartCount"]?.intValue ?? 0
        }
        return JSONValue(counts.reduce(0, +))
    }

    static func reference(_ object: JSONValue) -> JSONValue {
        .string("\((object["kind"]?.stringValue ?? "").lowercased())/\(object["name"]?.stringValue ?? "")")
    }
}
