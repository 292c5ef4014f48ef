import ClusterModel
import JSONTree
import NetworkTypes
import ServicePlan

/// Services with ClusterIPs and endpoints, as a store would send them.
struct Workload {
    let serviceCount: Int
    let endpointCount: Int
    let services: [Service]
    let slices: [EndpointSlice]

    /// Makes the objects: Service n has the address 10.96.0.0 + n, and endpoints of their own.
    init(services serviceCount: Int, endpoints endpointCount: Int) {
        self.serviceCount = serviceCount
        self.endpointCount = endpointCount
        services = (0..<serviceCount).map { Self.service($0) }
        slices = (0..<serviceCount).map { Self.slice($0, endpointCount) }
    }

    /// What the planner makes of them for IPv4.
    func specs() -> [ServicePortSpec] {
        let detector = LocalDetector.sourcePrefixes(IPPrefix("10.128.0.0/16").map { [$0] } ?? [])
        var planner = ServicePlanner(node: NodeContext(name: "node-0", localDetector: detector))
        for service in services { _ = planner.upsert(service) }
        for slice in slices { _ = planner.upsert(slice) }
        return planner.specs(IPFamily.ipv4)
    }

    private static func address(_ base: UInt32, _ number: Int) -> JSONValue {
        .string(IPv4Address(rawValue: base + UInt32(truncatingIfNeeded: number)).description)
    }

    private static func service(_ number: Int) -> Service {
        let address = address(0x0a60_0000, number + 1)
        return Service(
            unchecked: [
                "metadata": ["namespace": "default", "name": .string("service-\(number)")],
                "spec": [
                    "type": "ClusterIP", "clusterIP": address, "clusterIPs": [address],
                    "ports": [["name": "http", "port": 80, "protocol": "TCP"]],
                ],
            ]
        )
    }

    private static func slice(_ number: Int, _ endpointCount: Int) -> EndpointSlice {
        let endpoints = (0..<endpointCount).map { index -> JSONValue in
            ["addresses": [address(0x0a80_0000, number * endpointCount + index)], "nodeName": "node-1"]
        }
        return EndpointSlice(
            unchecked: [
                "metadata": [
                    "namespace": "default", "name": .string("service-\(number)-1"),
                    "labels": ["kubernetes.io/service-name": .string("service-\(number)")],
                ],
                "addressType": "IPv4",
                "ports": [["name": "http", "port": 8080, "protocol": "TCP"]],
                "endpoints": .array(endpoints),
            ]
        )
    }
}
