import ClusterModel
import JSONTree
public import NetworkTypes
public import ServicePlan

extension ExpectationTable {
    /// The address of a frontend; nil for node ports.
    ///
    /// - Parameters:
    ///   - kind: what kind of frontend.
    ///   - family: the family.
    ///   - number: the Service's number.
    /// - Returns: the address.
    public static func address(_ kind: Frontend.Kind, _ family: IPFamily, _ number: Int = 0) -> IPAddress? {
        let starts: [Frontend.Kind: (four: String, six: String, first: Int)] = [
            .clusterIP: ("10.96.0.", "fd96::", 1), .externalIP: ("198.18.0.", "2001:db8:e::", 1),
            .loadBalancer: ("203.0.113.", "2001:db8:f::", 9),
        ]
        guard let start = starts[kind] else { return nil }
        let last = start.first + number
        return IPAddress(family == .ipv4 ? "\(start.four)\(last)" : start.six + String(last, radix: 16))
    }

    /// The node port of a Service, the same in all protocols.
    public static func nodePort(_ number: Int = 0) -> Port { Port(rawValue: UInt16(30080 + number)) }

    /// A pod's address, by its last number.
    public static func podAddress(_ last: Int, _ family: IPFamily) -> String {
        family == .ipv4 ? "10.244.0.\(last)" : "fd44::\(last)"
    }

    /// A node that tells its pods so.
    public static func node(_ detection: Detection) -> NodeContext {
        var node = ServiceProxyObjects.node()
        switch detection {
        case .prefix: break
        case .none: node.localDetector = .none
        case .masqueradeAll: node.masqueradeAll = true
        }
        return node
    }

    /// The plan of some rows: a Service each, with every kind of frontend and a port of each protocol.
    public static func planner(_ rows: [Row], _ family: IPFamily, _ detection: Detection) -> ServicePlanner {
        var planner = ServicePlanner(node: node(detection))
        for (number, row) in rows.enumerated() {
            planner.upsert(service(row, number, family))
            planner.upsert(slice(row, number, family))
        }
        return planner
    }

    private static func ports(_ number: Int, _ nodePort: Port? = nil) -> JSONValue {
        .array(
            [("t", "TCP"), ("u", "UDP"), ("s", "SCTP")].map { name, transport in
                var port: JSONObject = [
                    "name": .string(name), "port": JSONValue(number), "protocol": .string(transport),
                ]
                if let nodePort { port["nodePort"] = JSONValue(Int(nodePort.rawValue)) }
                return .object(port)
            }
        )
    }

    private static func name(_ number: Int) -> String { "row\(number)" }

    private static func service(_ row: Row, _ number: Int, _ family: IPFamily) -> Service {
        func text(_ kind: Frontend.Kind) -> JSONValue { .string(address(kind, family, number).map { "\($0)" } ?? "") }
        return Service(unchecked: [
            "metadata": ["namespace": "default", "name": .string(name(number))],
            "spec": [
                "type": "LoadBalancer", "clusterIP": text(.clusterIP), "clusterIPs": [text(.clusterIP)],
                "externalIPs": [text(.externalIP)], "ports": ports(80, nodePort(number)),
                "internalTrafficPolicy": .string(row.internalLocal ? "Local" : "Cluster"),
                "externalTrafficPolicy": .string(row.externalLocal ? "Local" : "Cluster"),
                "sessionAffinity": .string(row.hasAffinity ? "ClientIP" : "None"),
            ],
            "status": ["loadBalancer": ["ingress": [["ip": text(.loadBalancer)]]]],
        ])
    }

    private static func slice(_ row: Row, _ number: Int, _ family: IPFamily) -> EndpointSlice {
        let endpoints = row.pods.map { pod -> JSONValue in
            [
                "addresses": [.string(podAddress(pod.last, family))], "nodeName": .string(pod.isLocal ? "n1" : "n2"),
                "conditions": [
                    "ready": .bool(pod.state == .ready), "serving": .bool(pod.state != .unready),
                    "terminating": .bool(pod.state == .terminating),
                ],
            ]
        }
        return EndpointSlice(unchecked: [
            "metadata": [
                "namespace": "default", "name": .string("\(name(number))-1"),
                "labels": ["kubernetes.io/service-name": .string(name(number))],
            ],
            "addressType": .string("\(family)"), "ports": ports(8080), "endpoints": .array(endpoints),
        ])
    }
}
