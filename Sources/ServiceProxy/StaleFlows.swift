public import Conntrack
import NetworkTypes
public import ServicePlan

/// Tells which UDP flows lead to endpoints that are none any more (reference/kube-proxy.md, section 8).
///
/// UDP has no end that the kernel could see: without this, a client that keeps sending would go on reaching a pod
/// that is gone, or nothing at all if it began before there was an endpoint.
public struct StaleFlows: Sendable {
    private struct Target: Hashable {
        var address: IPAddress?
        var port: Port
    }

    private var serving: [Target: Set<IPEndpoint>] = [:]

    /// Looks after the UDP ports among some specs.
    ///
    /// A port without any serving endpoint is left alone.
    public init(_ specs: some Sequence<ServicePortSpec>) {
        for spec in specs where spec.identity.transport == .udp && !spec.servingEndpoints.isEmpty {
            let endpoints = Set(spec.servingEndpoints)
            for frontend in spec.frontends {
                serving[Target(address: frontend.address, port: frontend.port)] = endpoints
            }
        }
    }

    /// Whether there is no port to look after.
    public var isEmpty: Bool { serving.isEmpty }

    /// Whether a flow goes to one of the frontends, but not to an endpoint that serves it.
    public func contains(_ flow: Flow) -> Bool {
        guard flow.original.transport == .udp, let port = flow.original.destinationPort,
            let from = flow.reply.sourcePort,
            let endpoints = serving[Target(address: flow.original.destination, port: port)]
                ?? serving[Target(address: nil, port: port)]
        else { return false }
        return !endpoints.contains(IPEndpoint(address: flow.reply.source, port: from))
    }
}
