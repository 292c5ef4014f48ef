public import JSONTree
public import NetworkTypes

/// What is wanted of a Service.
public struct ServiceSpec: JSONView {
    /// The tree below `spec`.
    public var json: JSONValue

    /// Takes a tree as it is.
    public init(json: JSONValue) { self.json = json }

    /// How it is reached; an unknown text reads as `clusterIP`, which validation keeps out.
    public var type: ServiceType {
        get { self[string: "type"].flatMap(ServiceType.init) ?? .clusterIP }
        set { self[string: "type"] = newValue.rawValue }
    }
    /// The first cluster address as it is written: an address, `None`, or nil when none was given yet.
    public var clusterIP: String? {
        get { self[string: "clusterIP"].flatMap { $0.isEmpty ? nil : $0 } }
        set { self[string: "clusterIP"] = newValue }
    }
    /// The cluster addresses as they are written; `None` for a headless Service.
    public var clusterIPs: [String] {
        get { self[strings: "clusterIPs"] }
        set { self[strings: "clusterIPs"] = newValue }
    }
    /// The cluster addresses, at most one of each family; none for a headless Service.
    public var clusterAddresses: [IPAddress] {
        let texts = clusterIPs
        return (texts.isEmpty ? [clusterIP].compactMap(\.self) : texts).compactMap { IPAddress($0) }
    }
    /// Whether it has endpoints but no address: `clusterIP: None`.
    public var isHeadless: Bool { (clusterIP ?? clusterIPs.first) == "None" }
    /// The ports.
    public var ports: [ServicePort] {
        get { self[list: "ports"] }
        set { self[list: "ports"] = newValue }
    }
    /// Which pods it stands for; nil or empty when somebody else writes its endpoints.
    public var selector: Labels? {
        get { json["selector"]?.objectValue.map { Labels($0) } }
        set { json["selector"] = newValue.map { .object($0.object) } }
    }
    /// Whether a client comes back to the same endpoint.
    public var sessionAffinity: SessionAffinity {
        get { self[string: "sessionAffinity"].flatMap(SessionAffinity.init) ?? .none }
        set { self[string: "sessionAffinity"] = newValue.rawValue }
    }
    /// How many seconds after its last connection a client comes back to the same endpoint; nil without affinity.
    public var affinityTimeoutSeconds: Int? {
        guard sessionAffinity == .clientIP else { return nil }
        return json[path: "sessionAffinityConfig", "clientIP", "timeoutSeconds"]?.intValue ?? 10_800
    }
    /// Which endpoints traffic from outside may go to.
    public var externalTrafficPolicy: TrafficPolicy {
        get { self[string: "externalTrafficPolicy"].flatMap(TrafficPolicy.init) ?? .cluster }
        set { self[string: "externalTrafficPolicy"] = newValue.rawValue }
    }
    /// Which endpoints traffic from within the cluster may go to.
    public var internalTrafficPolicy: TrafficPolicy {
        get { self[string: "internalTrafficPolicy"].flatMap(TrafficPolicy.init) ?? .cluster }
        set { self[string: "internalTrafficPolicy"] = newValue.rawValue }
    }
    /// A wish which endpoints to prefer, as `PreferSameZone`.
    public var trafficDistribution: String? { self[string: "trafficDistribution"] }
    /// Further addresses at which nodes accept traffic for it.
    public var externalIPs: [String] {
        get { self[strings: "externalIPs"] }
        set { self[strings: "externalIPs"] = newValue }
    }
    /// Further addresses at which nodes accept traffic for it; texts that are no addresses are passed over.
    public var externalAddresses: [IPAddress] { externalIPs.compactMap { IPAddress($0) } }
    /// Who may use the load balancer; empty for everyone.
    public var loadBalancerSourceRanges: [String] {
        get { self[strings: "loadBalancerSourceRanges"] }
        set { self[strings: "loadBalancerSourceRanges"] = newValue }
    }
    /// Which implementation is to be the load balancer.
    public var loadBalancerClass: String? { self[string: "loadBalancerClass"] }
    /// Whether a load balancer's ports get node ports; true when nothing is said.
    public var allocatesLoadBalancerNodePorts: Bool { self[bool: "allocateLoadBalancerNodePorts"] ?? true }
    /// The node port at which load balancers ask whether a node has endpoints; nil when there is none.
    public var healthCheckNodePort: Int? {
        get { self[int: "healthCheckNodePort"].flatMap { $0 == 0 ? nil : $0 } }
        set { self[int: "healthCheckNodePort"] = newValue }
    }
    /// Whether endpoints count as ready before their pods are.
    public var publishNotReadyAddresses: Bool {
        get { self[bool: "publishNotReadyAddresses"] ?? false }
        set { self[bool: "publishNotReadyAddresses"] = newValue ? true : nil }
    }
    /// The families of its cluster addresses, in their order.
    public var ipFamilies: [IPFamily] {
        get { self[strings: "ipFamilies"].compactMap { IPFamily(kubernetesName: $0) } }
        set { self[strings: "ipFamilies"] = newValue.map(\.kubernetesName) }
    }
    /// How many families it has; nil when nothing was decided yet.
    public var ipFamilyPolicy: IPFamilyPolicy? {
        get { self[string: "ipFamilyPolicy"].flatMap(IPFamilyPolicy.init) }
        set { self[string: "ipFamilyPolicy"] = newValue?.rawValue }
    }
    /// The name that an `externalName` Service stands for.
    public var externalName: String? { self[string: "externalName"] }

    /// Whether traffic from outside the cluster can reach it by a node.
    public var isExternallyAccessible: Bool {
        switch type {
        case .nodePort, .loadBalancer: true
        case .clusterIP: !externalIPs.isEmpty
        case .externalName: false
        }
    }
    /// Whether its type gives it node ports.
    public var wantsNodePorts: Bool {
        type == .nodePort || type == .loadBalancer && allocatesLoadBalancerNodePorts
    }
    /// Whether it needs a health check node port: a load balancer with the external policy `Local`.
    public var wantsHealthCheckNodePort: Bool {
        type == .loadBalancer && externalTrafficPolicy == .local
    }
}

/// One port of a Service.
public struct ServicePort: JSONView {
    /// The tree.
    public var json: JSONValue

    /// Takes a tree as it is.
    public init(json: JSONValue) { self.json = json }

    /// Makes a port.
    /// - Parameters:
    ///   - name: the name, which may be empty when it is the only port.
    ///   - port: the port at the Service's addresses.
    ///   - transport: the protocol.
    ///   - target: the port at the endpoints; nil for the same.
    ///   - nodePort: the port of the nodes; nil leaves it to the server.
    public init(
        name: String = "",
        port: Int,
        transport: TransportProtocol = .tcp,
        target: PortReference? = nil,
        nodePort: Int? = nil
    ) {
        json = [:]
        if !name.isEmpty { self[string: "name"] = name }
        self[string: "protocol"] = transport.kubernetesName
        self[int: "port"] = port
        targetPort = target ?? .number(port)
        self.nodePort = nodePort
    }

    /// The name, unique within the Service; empty for an only port.
    public var name: String { self[string: "name"] ?? "" }
    /// The protocol; nil when the text names none that there is.
    public var transport: TransportProtocol? { TransportProtocol(name: self[string: "protocol"] ?? "TCP") }
    /// The port at the Service's addresses; 0 when missing.
    public var port: Int { self[int: "port"] ?? 0 }
    /// The port at the endpoints: a number, or the name of a container's port.
    public var targetPort: PortReference {
        get { PortReference(json["targetPort"]) ?? .number(port) }
        set { json["targetPort"] = newValue.json }
    }
    /// The port of the nodes; nil when there is none.
    public var nodePort: Int? {
        get { self[int: "nodePort"].flatMap { $0 == 0 ? nil : $0 } }
        set { self[int: "nodePort"] = newValue }
    }
    /// The application protocol, as `kubernetes.io/h2c`.
    public var appProtocol: String? { self[string: "appProtocol"] }
}

/// A port by its number, or by the name that a container gives it.
public enum PortReference: Hashable, Sendable, CustomStringConvertible {
    /// A number.
    case number(Int)
    /// A name.
    case name(String)

    /// Reads a number or a name; nil for anything else, and for 0 and the empty name, which stand for nothing.
    public init?(_ json: JSONValue?) {
        switch json {
        case .string(let name) where !name.isEmpty: self = .name(name)
        case .some(let value):
            guard let number = value.intValue, number != 0 else { return nil }
            self = .number(number)
        case nil: return nil
        }
    }

    /// As it is written in an object.
    public var json: JSONValue {
        switch self {
        case .number(let number): JSONValue(number)
        case .name(let name): .string(name)
        }
    }

    /// The number's digits, or the name.
    public var description: String {
        switch self {
        case .number(let number): String(number)
        case .name(let name): name
        }
    }
}
