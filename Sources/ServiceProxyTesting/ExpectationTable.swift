public import ServicePlan

/// The contract of kube-proxy (reference/kube-proxy.md, sections 2 and 3) as a table, written down apart from the plan:
/// who reaches whom through which frontend, and with which source.
public enum ExpectationTable {
    /// Where an endpoint is and how it is.
    public struct Pod: Hashable, Sendable {
        /// The last number of its address.
        public var last: Int
        /// Whether it is on this node.
        public var isLocal: Bool
        /// How it is.
        public var state: State

        /// How an endpoint is.
        public enum State: Hashable, Sendable {
            /// New connections are welcome.
            case ready
            /// It still serves while it ends.
            case terminating
            /// It is not ready, and does not serve.
            case unready
        }
    }

    /// What should become of a connection.
    public enum Expected: Hashable, Sendable {
        /// It is refused.
        case reject
        /// It gets no answer.
        case drop
        /// To any of these pods, by their last number.
        case reach(Set<Int>, masqueraded: Bool)
    }

    /// How the node tells its pods.
    public enum Detection: String, CaseIterable, Sendable {
        /// By their addresses' prefix.
        case prefix
        /// Not at all.
        case none
        /// By their prefix, and everybody is masqueraded.
        case masqueradeAll
    }

    /// A Service's policies and endpoints.
    public struct Row: Hashable, Sendable, CustomStringConvertible {
        /// Internal traffic policy Local.
        public var internalLocal: Bool
        /// External traffic policy Local.
        public var externalLocal: Bool
        /// With session affinity.
        public var hasAffinity: Bool
        /// What the endpoints are like, in words.
        public var endpoints: String
        /// The endpoints.
        public var pods: [Pod]

        /// In words.
        public var description: String {
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

    /// All policies with all states of endpoints.
    public static let rows: [Row] = [false, true].flatMap { internalLocal in
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
    public static func expected(
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
}
