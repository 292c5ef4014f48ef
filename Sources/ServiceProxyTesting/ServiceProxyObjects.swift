public import ClusterModel
public import JSONTree
public import NetworkTypes
public import ServicePlan
public import ServiceProxy

/// Objects and a backend for tests of the service proxy in the kernel.
public struct ServiceProxyObjects {
    /// The family of all objects.
    public let family: IPFamily
    /// The mode that the backend is of.
    public let mode: ServiceProxyMode
    /// Takes the objects.
    public var planner: ServicePlanner
    /// Programs the kernel.
    public let backend: any ProxyBackend

    /// Starts in the calling thread's namespace, with nothing programmed.
    public init(
        _ family: IPFamily,
        _ mode: ServiceProxyMode = .nftables,
        _ configuration: ProxyConfiguration = ProxyConfiguration(),
        planner: ServicePlanner? = nil
    ) throws {
        self.family = family
        self.mode = mode
        self.planner = planner ?? ServicePlanner(node: Self.node())
        backend = try mode.backend(family, configuration)
    }

    /// What is known of the node.
    public static func node() -> NodeContext {
        NodeContext(
            name: "n1",
            addresses: IPFamily.allCases.compactMap { IPAddress(ServiceProxyNetwork.nodeAddress($0)) },
            localDetector: .sourcePrefixes(["10.244.0.0/16", "fd44::/48"].compactMap { IPPrefix($0) })
        )
    }

    /// A ClusterIP by its number.
    public static func clusterIP(_ number: Int, _ family: IPFamily) -> String {
        family == .ipv4 ? "10.96.0.\(number)" : "fd96::\(number)"
    }

    /// Programs everything, as at a start.
    public func start() throws -> ProxyReport {
        try backend.replaceAll(with: planner.specs(family), node: planner.node)
    }

    /// Programs what changed.
    public mutating func sync() throws -> ProxyReport {
        try backend.apply(planner.takeDirty().filter { $0.family == family })
    }

    /// A Service with a port 80 in TCP, 53 in UDP that lead to the pods' 8080, and more of its spec.
    public mutating func addService(_ name: String, _ number: Int, nodePort: Int? = nil, _ more: JSONObject = [:]) {
        planner.upsert(Self.service(name, number, family, nodePort: nodePort, more))
    }

    /// A Service as ``addService(_:_:nodePort:_:)`` adds it.
    public static func service(
        _ name: String,
        _ number: Int,
        _ family: IPFamily,
        nodePort: Int? = nil,
        _ more: JSONObject = [:]
    ) -> Service {
        func port(_ name: String, _ port: Int, _ transport: String, _ nodePort: Int?) -> JSONValue {
            var json: JSONObject = [
                "name": .string(name), "port": JSONValue(port), "protocol": .string(transport),
            ]
            if let nodePort { json["nodePort"] = JSONValue(nodePort) }
            return .object(json)
        }
        var spec: JSONObject = [
            "type": nodePort == nil ? "ClusterIP" : "NodePort",
            "clusterIPs": [.string(clusterIP(number, family))],
            "ports": [port("tcp", 80, "TCP", nodePort), port("udp", 53, "UDP", nodePort)],
        ]
        for (key, value) in more where key != "status" && key != "annotations" { spec[key] = value }
        return Service(
            unchecked: .object([
                "metadata": [
                    "namespace": "default", "name": .string(name), "annotations": more["annotations"] ?? [:],
                ],
                "spec": .object(spec), "status": more["status"] ?? [:],
            ])
        )
    }

    /// The endpoints of a Service: pods by number, those above 2 being on another node.
    public mutating func setEndpoints(_ service: String, _ pods: some Sequence<Int>, slice: String = "1") {
        planner.upsert(Self.endpoints(of: service, pods, family, slice: slice))
    }

    /// A slice as ``setEndpoints(_:_:slice:)`` sets it.
    public static func endpoints(
        of service: String,
        _ pods: some Sequence<Int>,
        _ family: IPFamily,
        slice: String = "1"
    ) -> EndpointSlice {
        let endpoints: [JSONValue] = pods.map { number in
            [
                "addresses": [.string(pod(number, family))], "conditions": ["ready": true],
                "nodeName": .string(number <= 2 ? "n1" : "n2"),
            ]
        }
        return EndpointSlice(
            unchecked: [
                "metadata": [
                    "namespace": "default", "name": .string("\(service)-\(slice)"),
                    "labels": ["kubernetes.io/service-name": .string(service)],
                ],
                "addressType": .string("\(family)"),
                "ports": [
                    ["name": "tcp", "port": 8080, "protocol": "TCP"],
                    ["name": "udp", "port": 8080, "protocol": "UDP"],
                    ["name": "sctp", "port": 8080, "protocol": "SCTP"],
                ],
                "endpoints": .array(endpoints),
            ])
    }

    /// The address of a pod by its number; those of 250 on are made up.
    public static func pod(_ number: Int, _ family: IPFamily) -> String {
        guard number > 250 else { return ServiceProxyNetwork.podAddress(number, family) }
        return family == .ipv4
            ? "10.244.\(number / 250).\(number % 250 + 1)" : "fd44::\(String(number + 1, radix: 16))"
    }
}

extension ServiceProxyObjects {
    /// A cluster with everything that the layout has: two scopes, node ports, affinity, source ranges, no endpoints,
    /// and a large Service.
    public static func everything(_ family: IPFamily, _ mode: ServiceProxyMode = .nftables) throws
        -> ServiceProxyObjects
    {
        var objects = try ServiceProxyObjects(family, mode)
        let virtual = family == .ipv4 ? "203.0.113.9" : "2001:db8:9::9"
        let ranges = family == .ipv4 ? "192.0.2.0/30" : "2001:db8:5::/64"
        objects.addService("web", 1, nodePort: 30080)
        objects.setEndpoints("web", [1, 2, 3])
        objects.addService("empty", 2, nodePort: 30081)
        objects.addService("sticky", 3, nodePort: 30082, ["sessionAffinity": "ClientIP"])
        objects.setEndpoints("sticky", [1, 2])
        objects.addService(
            "outside",
            4,
            nodePort: 30083,
            [
                "type": "LoadBalancer", "externalTrafficPolicy": "Local", "loadBalancerSourceRanges": [.string(ranges)],
                "status": ["loadBalancer": ["ingress": [["ip": .string(virtual)]]]],
            ]
        )
        objects.setEndpoints("outside", [1, 3])
        objects.addService("inside", 5, ["internalTrafficPolicy": "Local"])
        objects.setEndpoints("inside", [3])
        objects.addService("large", 6, nodePort: 30084)
        // What is large for mode nftables is nothing special for the others, but takes them their time.
        objects.setEndpoints("large", 251..<(mode == .nftables ? 551 : 271))
        objects.addService("largesticky", 7, nodePort: 30085, ["sessionAffinity": "ClientIP"])
        objects.setEndpoints("largesticky", 251..<(mode == .nftables ? 351 : 271))
        _ = objects.planner.takeDirty()
        return objects
    }
}
