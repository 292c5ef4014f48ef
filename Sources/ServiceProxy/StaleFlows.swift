public import Conntrack
public import NetworkTypes
public import ServicePlan

/// Tells which flows lead to endpoints that are none any more (reference/kube-proxy.md, section 8).
///
/// UDP has no end that the kernel could see: without this, a client that keeps sending would go on reaching a pod
/// that is gone, or nothing at all if it began before there was an endpoint. TCP is looked after where a Service asks
/// for it.
public struct StaleFlows: Sendable {
    private struct Target: Hashable {
        var transport: TransportProtocol
        var address: IPAddress?
        var port: Port
    }

    private var serving: [Target: Set<IPEndpoint>] = [:]

    /// Looks after the ports among some specs whose flows can be stale.
    ///
    /// A port of UDP without any serving endpoint is left alone.
    public init(_ specs: some Sequence<ServicePortSpec>) {
        for spec in specs where spec.cleansConnections || !spec.servingEndpoints.isEmpty {
            let endpoints = Set(spec.servingEndpoints)
            for frontend in spec.frontends {
                let target = Target(
                    transport: spec.identity.transport,
                    address: frontend.address,
                    port: frontend.port
                )
                serving[target] = endpoints
            }
        }
    }

    /// Whether there is no port to look after.
    public var isEmpty: Bool { serving.isEmpty }

    /// Whether a flow goes to one of the frontends, but not to an endpoint that serves it.
    public func contains(_ flow: Flow) -> Bool {
        guard let transport = flow.original.transport, let port = flow.original.destinationPort,
            let from = flow.reply.sourcePort,
            let endpoints = serving[Target(transport: transport, address: flow.original.destination, port: port)]
                ?? serving[Target(transport: transport, address: nil, port: port)]
        else { return false }
        // A connection that was never led anywhere is somebody else's, such as one through this node to another's port.
        if transport == .tcp, !flow.status.contains(.destinationTranslated) { return false }
        return !endpoints.contains(IPEndpoint(address: flow.reply.source, port: from))
    }

    /// So many ports are asked for one by one; for more, all flows of their protocol are read.
    private static let fewPorts = 4

    /// What to ask the kernel for, so that a large table is not read for the flows of a few ports.
    public func filters(_ family: IPFamily) -> [FlowFilter] {
        Dictionary(grouping: serving.keys, by: \.transport).sorted { $0.key < $1.key }.flatMap { transport, targets in
            let ports = Set(targets.map(\.port)).sorted()
            guard ports.count <= Self.fewPorts else { return [FlowFilter(family: family, transport)] }
            return ports.map { port in
                var filter = FlowFilter(family: family, transport)
                filter.originalDestinationPort = port
                return filter
            }
        }
    }
}
