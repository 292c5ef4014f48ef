public import JSONTree
import NetworkTypes

/// Services in which everything that a service proxy has rules for is used once, in both families.
///
/// It is for looking at rules, not for figures.
public struct FeatureCluster: Sendable {
    /// A Service with its endpoints.
    public struct Object: Sendable {
        /// The Service's namespace and name.
        public let namespace, name: String
        /// The Service; its status is what a load balancer's controller writes.
        public let service: JSONValue
        /// One EndpointSlice for each family; none for a Service without endpoints.
        public let slices: [JSONValue]
    }

    /// The namespace of all but the API server's Service.
    public static let namespace = "shop"

    /// All Services; the API server's own one is the first.
    public let objects: [Object]

    /// A cluster.
    ///
    /// - Parameter node: the name of the node whose rules are looked at; half of the endpoints are there.
    public init(node: String) { objects = Self.drafts(node).map(\.object) }

    private static func drafts(_ node: String) -> [FeatureDraft] { plain(node) + withPolicies(node) + restricted(node) }

    private static func endpoints(_ node: String) -> (here: FeatureEndpoint, hereToo: FeatureEndpoint) {
        (FeatureEndpoint("10.244.0.2", "fd44::2", on: node), FeatureEndpoint("10.244.0.3", "fd44::3", on: node))
    }

    private static let there = FeatureEndpoint("10.244.1.3", "fd44:0:0:1::3", on: "elsewhere")
    /// Behind ``there`` by number, before it by text.
    private static let thereToo = FeatureEndpoint("10.244.1.10", "fd44:0:0:1::10", on: "elsewhere")
    private static let server = FeatureEndpoint("198.51.100.10", "2001:db8:1::10", on: nil)

    /// The node's own network, and another one.
    private static let home: [JSONValue] = ["198.51.100.0/24", "2001:db8:1::/64"]
    private static let other: [JSONValue] = ["192.0.2.0/24", "2001:db8:0:5::/64"]

    /// A public address by its number, of both families.
    private static func outside(_ number: Int) -> [JSONValue] {
        [.string("203.0.113.\(number)"), .string("2001:db8:9::\(number)")]
    }

    /// A load balancer's status of such addresses.
    private static func ingress(_ numbers: (number: Int, mode: String?)...) -> JSONValue {
        let entries = numbers.flatMap { number, mode in
            outside(number).map { address in
                var entry: JSONObject = ["ip": address]
                if let mode { entry["ipMode"] = .string(mode) }
                return JSONValue.object(entry)
            }
        }
        return ["loadBalancer": ["ingress": .array([["hostname": "lb.example"]] + entries)]]
    }

    /// Endpoints of all kinds, protocols, affinity; and what has no rules at all.
    private static func plain(_ node: String) -> [FeatureDraft] {
        let (here, hereToo) = endpoints(node)
        let starting = FeatureEndpoint("10.244.0.4", "fd44::4", on: node).starting
        return [
            FeatureDraft("kubernetes", 1, [.init("https", 443, to: 6443)], [server], namespace: "default"),
            FeatureDraft(
                "web",
                2,
                [.init("http", 80, node: 30080)],
                [here, there, thereToo, hereToo.leaving(serves: true), starting]
            ),
            FeatureDraft(
                "dns",
                3,
                [.init("dns", 53, to: 5353, "UDP"), .init("dns-tcp", 53, to: 5353)],
                [here, there]
            ),
            FeatureDraft("signal", 4, [.init("", 3868, to: 3868, "SCTP", node: 30868)], [there]),
            FeatureDraft(
                "sticky",
                5,
                [.init("http", 80, node: 30081)],
                [here, there],
                ["sessionAffinity": "ClientIP", "sessionAffinityConfig": ["clientIP": ["timeoutSeconds": 600]]]
            ),
            FeatureDraft(
                "leaving",
                13,
                [.init("http", 80)],
                [here.leaving(serves: true), there.leaving(serves: false)]
            ),
            FeatureDraft("headless", 0, [.init("http", 80)], [here], ["clusterIP": "None", "clusterIPs": ["None"]]),
            FeatureDraft(
                "elsewhere",
                15,
                [.init("http", 80)],
                [here],
                ["type": "ExternalName", "externalName": "web.example"]
            ),
        ]
    }

    /// Policies Local, with and without an endpoint on the node.
    private static func withPolicies(_ node: String) -> [FeatureDraft] {
        let (here, hereToo) = endpoints(node)
        return [
            FeatureDraft(
                "edge",
                7,
                [.init("http", 80, node: 30083), .init("https", 443, to: 8443, node: 30084)],
                [here, there],
                ["type": "LoadBalancer", "externalTrafficPolicy": "Local", "healthCheckNodePort": 31000],
                status: ingress((20, nil))
            ),
            FeatureDraft(
                "away",
                8,
                [.init("http", 80, node: 30085)],
                [there, thereToo],
                [
                    "type": "LoadBalancer", "externalTrafficPolicy": "Local", "healthCheckNodePort": 31001,
                    "externalIPs": .array(outside(77)),
                ],
                status: ingress((21, nil))
            ),
            FeatureDraft("near", 9, [.init("http", 80)], [here, there], ["internalTrafficPolicy": "Local"]),
            FeatureDraft("far", 10, [.init("http", 80, node: 30086)], [there], ["internalTrafficPolicy": "Local"]),
            FeatureDraft(
                "both",
                11,
                [.init("http", 80, node: 30087)],
                [here, there],
                ["internalTrafficPolicy": "Local", "externalTrafficPolicy": "Local"]
            ),
            FeatureDraft(
                "loyal",
                14,
                [.init("http", 80, node: 30089)],
                [here, hereToo, there],
                [
                    "type": "LoadBalancer", "externalTrafficPolicy": "Local", "healthCheckNodePort": 31002,
                    "sessionAffinity": "ClientIP",
                ],
                status: ingress((23, nil))
            ),
        ]
    }

    /// Source ranges, with and without an endpoint behind them.
    private static func restricted(_ node: String) -> [FeatureDraft] {
        [
            FeatureDraft(
                "gateway",
                6,
                [.init("http", 80, node: 30082)],
                [endpoints(node).here, there],
                [
                    "type": "LoadBalancer", "externalIPs": .array(outside(99) + outside(98)),
                    "loadBalancerSourceRanges": .array(home + other),
                ],
                status: ingress((10, "VIP"), (11, "Proxy"))
            ),
            FeatureDraft(
                "empty",
                12,
                [.init("http", 80, node: 30088)],
                [],
                [
                    "type": "LoadBalancer", "externalIPs": .array(outside(78)),
                    "loadBalancerSourceRanges": .array(other),
                ],
                status: ingress((22, nil))
            ),
        ]
    }
}
