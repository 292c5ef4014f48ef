public import JSONTree
public import NetworkTypes

/// An EndpointSlice: a part of a Service's endpoints, of one address family, with their ports.
public struct EndpointSlice: APIObject {
    /// The kind.
    public static var resource: ResourceKind { .endpointSlice }
    /// The label that names the Service.
    public static let serviceNameLabel = "kubernetes.io/service-name"
    /// The label that names the program that keeps the slice.
    public static let managedByLabel = "endpointslice.kubernetes.io/managed-by"
    /// The label that headless Services and their slices carry, which proxies pass over.
    public static let headlessLabel = "service.kubernetes.io/headless"
    /// The label of Services that another proxy sees to.
    public static let proxyNameLabel = "service.kubernetes.io/service-proxy-name"

    /// What kind of address the endpoints have.
    public enum AddressType: String, Hashable, Sendable, CaseIterable {
        /// IPv4 addresses.
        case ipv4 = "IPv4"
        /// IPv6 addresses.
        case ipv6 = "IPv6"
        /// Names, which no proxy can use.
        case fqdn = "FQDN"

        /// The type of a family's addresses.
        public init(_ family: IPFamily) { self = family == .ipv4 ? .ipv4 : .ipv6 }

        /// The family; nil for names.
        public var family: IPFamily? {
            switch self {
            case .ipv4: .ipv4
            case .ipv6: .ipv6
            case .fqdn: nil
            }
        }
    }

    /// The tree.
    public var json: JSONValue

    /// Takes a tree as it is.
    public init(unchecked json: JSONValue) { self.json = json }

    /// What kind of address the endpoints have; nil when the text names none that there is.
    public var addressType: AddressType? {
        get { self[string: "addressType"].flatMap(AddressType.init) }
        set { self[string: "addressType"] = newValue?.rawValue }
    }
    /// The Service's name, from the label; nil when the slice belongs to none.
    public var serviceName: String? {
        json[path: "metadata", "labels", Self.serviceNameLabel]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    }
    /// The Service; nil when the slice belongs to none.
    public var serviceKey: ObjectKey? { serviceName.map { ObjectKey(namespace: namespace, name: $0) } }
    /// The ports that all endpoints have.
    public var ports: [EndpointPort] {
        get { self[list: "ports"] }
        set { json["ports"] = .array(newValue.map(\.json)) }
    }
    /// The endpoints, each read from its JSON once.
    public var endpoints: [Endpoint] {
        get { (json["endpoints"]?.arrayValue ?? []).map { Endpoint(json: $0) } }
        set { json["endpoints"] = .array(newValue.map(\.json)) }
    }
    /// How many endpoints there are, without reading them.
    public var endpointCount: Int { json["endpoints"]?.arrayValue?.count ?? 0 }
}

/// A port that all endpoints of a slice have.
public struct EndpointPort: JSONView {
    /// The tree.
    public var json: JSONValue

    /// Takes a tree as it is.
    public init(json: JSONValue) { self.json = json }

    /// Makes a port; the name is that of the Service's port.
    public init(name: String, transport: TransportProtocol, port: Int?, appProtocol: String? = nil) {
        json = ["name": .string(name), "protocol": .string(transport.kubernetesName)]
        self[int: "port"] = port
        self[string: "appProtocol"] = appProtocol
    }

    /// The name of the Service's port; empty for an only one.
    public var name: String { self[string: "name"] ?? "" }
    /// The protocol; nil when the text names none that there is.
    public var transport: TransportProtocol? { TransportProtocol(name: self[string: "protocol"] ?? "TCP") }
    /// The number; nil means all ports.
    public var port: Int? { self[int: "port"] }
    /// The application protocol, as `kubernetes.io/h2c`.
    public var appProtocol: String? { self[string: "appProtocol"] }
}
