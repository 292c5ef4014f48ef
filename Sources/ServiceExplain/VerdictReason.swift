import ServicePlan

/// Says in words why a client's connection is treated as it is.
struct VerdictReason {
    let frontend: Frontend
    let overview: EndpointOverview
    let position: ClientPosition

    func text(of verdict: ClientVerdict) -> String {
        switch verdict {
        case .reject: nothingUsable
        case .drop: noneHere
        case .forward(let scope, let masquerade):
            [selection(scope), masquerade ? masqueraded : nil].compactMap(\.self).joined(separator: "; ")
        }
    }

    private var nothingUsable: String {
        overview.unusable == 0
            ? "the port has no endpoint" : "none of the port's \(overview.unusable) endpoints is ready"
    }

    private var noneHere: String {
        let policy = frontend.kind == .clusterIP ? "internalTrafficPolicy" : "externalTrafficPolicy"
        return "\(policy) is Local, and no endpoint on this node is ready"
    }

    private func selection(_ scope: EndpointScope) -> String? {
        switch (scope, frontend.treatment) {
        case (.local, _):
            let policy = frontend.kind == .clusterIP ? "internalTrafficPolicy" : "externalTrafficPolicy"
            let fallback = overview.localReady == 0 ? ": terminating ones, as none is ready" : ""
            return "\(policy) Local: endpoints on this node\(fallback)"
        case (.cluster, .externalLocal):
            let who = position == .node ? "the node itself" : "a pod of this node"
            return "externalTrafficPolicy Local does not bind \(who)" + clusterLimits.map { "; \($0)" }.joined()
        case (.cluster, _): return clusterLimits.first
        }
    }

    private var clusterLimits: [String] {
        if overview.ready == 0 { return ["terminating endpoints, as none is ready"] }
        return switch overview.preference {
        case .node(let name): ["only endpoints meant for node \(name)"]
        case .zone(let name): ["only endpoints meant for zone \(name)"]
        case nil: []
        }
    }

    private var masqueraded: String {
        switch frontend.treatment {
        case .externalLocal: "masqueraded, as the node's own address would not find back"
        case .balance(_, .always) where frontend.kind != .clusterIP:
            "masqueraded, as externalTrafficPolicy Cluster sends it through this node"
        case .balance(_, .always): "masqueraded, as all traffic to ClusterIPs is"
        case .balance, .drop, .reject: "masqueraded, as the client is no pod of this node"
        }
    }
}
