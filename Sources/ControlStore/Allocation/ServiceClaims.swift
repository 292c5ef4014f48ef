import ClusterModel
import JSONTree
import NetworkTypes

/// The addresses and ports that a Service holds, as its object says: nothing else records them, so they can't come
/// apart from it.
struct ServiceClaims: Hashable, Sendable {
    var addresses: Set<IPAddress> = []
    var nodePorts: Set<Int> = []

    init() {}

    init(of service: JSONValue) {
        let spec = service["spec"] ?? [:]
        guard !Self.isExternalName(spec) else { return }
        for text in Self.clusterIPs(spec) {
            if let address = IPAddress(text) { addresses.insert(address) }
        }
        guard Self.type(spec) != "ClusterIP" else { return }
        for port in spec["ports"]?.arrayValue ?? [] {
            if let number = port["nodePort"]?.intValue, number > 0 { nodePorts.insert(number) }
        }
        if let number = spec["healthCheckNodePort"]?.intValue, number > 0 { nodePorts.insert(number) }
    }

    static func type(_ spec: JSONValue) -> String { spec["type"]?.stringValue ?? "ClusterIP" }

    static func isExternalName(_ spec: JSONValue) -> Bool { type(spec) == "ExternalName" }

    /// The cluster addresses as they stand, `None` too; the single field counts where the list is missing.
    static func clusterIPs(_ spec: JSONValue) -> [String] {
        let list = (spec["clusterIPs"]?.arrayValue ?? []).compactMap(\.stringValue)
        if !list.isEmpty { return list }
        guard let one = spec["clusterIP"]?.stringValue, !one.isEmpty else { return [] }
        return [one]
    }

    static func isHeadless(_ spec: JSONValue) -> Bool { clusterIPs(spec).first == "None" }

    /// Whether ports without a node port get one.
    static func wantsNodePorts(_ spec: JSONValue) -> Bool {
        switch type(spec) {
        case "NodePort": true
        case "LoadBalancer": spec["allocateLoadBalancerNodePorts"]?.boolValue ?? true
        default: false
        }
    }

    static func wantsHealthCheckPort(_ spec: JSONValue) -> Bool {
        type(spec) == "LoadBalancer" && spec["externalTrafficPolicy"]?.stringValue == "Local"
    }
}
