import ClusterModel
import JSONTree
import NetworkTypes
import ServicePlan

/// The contract of kube-proxy (reference/kube-proxy.md, sections 2 and 3) as a table, written down apart from the plan:
/// who reaches whom through which frontend, and with which source.
enum ExpectationTable {
    /// Where an endpoint is and how it is.
    struct Pod: Hashable {
        var last: Int
        var isLocal: Bool
        var state: State

        enum State: Hashable { case ready, terminating, unready }
    }

    /// What should become of a connection.
    enum Expected: Hashable {
        case reject
        case drop
        /// To any of these pods, by their last number.
        case reach(Set<Int>, masqueraded: Bool)
    }

    /// How the node tells its pods.
    enum Detection: String, CaseIterable, Sendable {
        case prefix
        case none
        case masqueradeAll
    }

    /// A Service's policies and endpoints.
    struct Row: Hashable, CustomStringConvertible {
        var internalLocal: Bool
        var externalLocal: Bool
        var hasAffinity: Bool
        var endpoints: String
        var pods: [Pod]

        var description: String {
            "iTP \(internalLocal ? "Local" : "Cluster"), eTP \(externalLocal ? "Local" : "Cluster"), \(endpoints)"
                + (hasAffinity ? ", affinity" : "")
        }
    }

    /// The states of endpoints: each is local (pods 2 and 3) or remote (4 and 5).
    private static let endpointStates: [(String, [Pod])] = {
        func pod(_ last: Int, _ state: Pod.State) -> Pod { Pod(last: last, isLocal: last < 4, state: state) }
        return [
            ("none", []),
            ("local ready", [pod(2, .ready), pod(3, .ready)]),
            ("remote ready", [pod(4, .ready), pod(5, .ready)]),
            ("both ready", [pod(2, .ready), pod(4, .ready), pod(5, .ready)]),
            ("local terminating", [pod(2, .terminating)]),
            ("remote terminating", [pod(4, .terminating)]),
            ("both terminating", [pod(2, .terminating), pod(4, .terminating)]),
            ("local terminating, remote ready", [pod(2, .terminating), pod(4, .ready)]),
            ("local ready, remote terminating", [pod(2, .ready), pod(4, .terminating)]),
            ("local ready and terminating", [pod(2, .ready), pod(3, .terminating)]),
            ("none is ready", [pod(2, .unready), pod(4, .unready)]),
            ("local unready, remote ready", [pod(2, .unready), pod(4, .ready)]),
        ]
    }()

    static let rows: [Row] = [false, true].flatMap { internalLocal in
        [false, true].flatMap { externalLocal in
            [false, true].flatMap { hasAffinity in
                endpointStates.map { name, pods in
                    Row(
                        internalLocal: internalLocal,
                        externalLocal: externalLocal,
                        hasAffinity: hasAffinity,
                        endpoints: name,
                        pods: pods
                    )
                }
            }
        }
    }

    /// Ready pods, or if there is none those that still serve while they end.
    private static func usable(_ pods: [Pod]) -> Set<Int> {
        let ready = pods.filter { $0.state == .ready }
        return Set((ready.isEmpty ? pods.filter { $0.state == .terminating } : ready).map(\.last))
    }

    /// What the contract says.
    static func expected(
        _ row: Row,
        _ kind: Frontend.Kind,
        from client: ClientPosition,
        _ detection: Detection
    ) -> Expected {
        let everywhere = usable(row.pods)
        let here = usable(row.pods.filter(\.isLocal))
        if everywhere.isEmpty && here.isEmpty { return .reject }
        // Without a detector nobody is known for a pod of this node.
        let isKnownPod = client == .localPod && detection != .none
        switch kind {
        case .clusterIP:
            let isMasqueraded =
                switch detection {
                case .masqueradeAll: true
                case .none: false
                case .prefix: !isKnownPod
                }
            if !row.internalLocal { return .reach(everywhere, masqueraded: isMasqueraded) }
            return here.isEmpty ? .drop : .reach(here, masqueraded: isMasqueraded)
        case .externalIP, .loadBalancer, .nodePort:
            if !row.externalLocal { return .reach(everywhere, masqueraded: true) }
            if isKnownPod { return .reach(everywhere, masqueraded: false) }
            if client == .node { return .reach(everywhere, masqueraded: true) }
            return here.isEmpty ? .drop : .reach(here, masqueraded: false)
        }
    }

    // MARK: The objects

    static func address(_ kind: Frontend.Kind, _ family: IPFamily) -> IPAddress? {
        let texts: [Frontend.Kind: (String, String)] = [
            .clusterIP: ("10.96.0.1", "fd96::1"), .externalIP: ("198.18.0.1", "2001:db8:e::1"),
            .loadBalancer: ("203.0.113.9", "2001:db8:f::9"),
        ]
        return texts[kind].flatMap { IPAddress(family == .ipv4 ? $0.0 : $0.1) }
    }

    static func podAddress(_ last: Int, _ family: IPFamily) -> String {
        family == .ipv4 ? "10.244.0.\(last)" : "fd44::\(last)"
    }

    static func node(_ detection: Detection) -> NodeContext {
        var node = ClusterFixture.node(.ipv4)
        switch detection {
        case .prefix: break
        case .none: node.localDetector = .none
        case .masqueradeAll: node.masqueradeAll = true
        }
        return node
    }

    /// The plan of a row: one Service with every kind of frontend and a port of each protocol.
    static func planner(_ row: Row, _ family: IPFamily, _ detection: Detection) -> ServicePlanner {
        func ports(_ number: Int, _ nodePort: Int?) -> [JSONValue] {
            [("t", "TCP"), ("u", "UDP"), ("s", "SCTP")].map {
                ClusterFixture.port($0.0, number, nodePort: nodePort, transport: $0.1)
            }
        }
        func text(_ kind: Frontend.Kind) -> String { address(kind, family).map { "\($0)" } ?? "" }
        var more: JSONObject = [
            "internalTrafficPolicy": .string(row.internalLocal ? "Local" : "Cluster"),
            "externalTrafficPolicy": .string(row.externalLocal ? "Local" : "Cluster"),
            "externalIPs": [.string(text(.externalIP))],
            "status": ["loadBalancer": ["ingress": [["ip": .string(text(.loadBalancer))]]]],
        ]
        if row.hasAffinity { more["sessionAffinity"] = "ClientIP" }
        var planner = ServicePlanner(node: node(detection))
        planner.upsert(
            ClusterFixture.service(
                "web",
                clusterIPs: [text(.clusterIP)],
                ports: ports(80, 30080),
                type: "LoadBalancer",
                more
            )
        )
        let endpoints = row.pods.map { pod in
            ClusterFixture.Endpoint(
                podAddress(pod.last, family),
                node: pod.isLocal ? "n1" : "n2",
                ready: pod.state == .ready,
                serving: pod.state != .unready,
                terminating: pod.state == .terminating
            )
        }
        planner.upsert(
            ClusterFixture.slice("web-1", of: "web", ports(8080, nil), endpoints, isIPv6: family == .ipv6)
        )
        return planner
    }
}
