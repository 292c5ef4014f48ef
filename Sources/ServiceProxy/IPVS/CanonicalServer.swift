import IPVS
import NetworkTypes
import ServicePlan

/// The one virtual server to which all frontends of a Service port lead that share a scope.
///
/// One for all of them, so that a client is remembered once for ClusterIP, node port and load balancer.
struct CanonicalServer: Hashable, Sendable {
    /// Where it is: the ClusterIP and its port, or an address of the private range.
    var endpoint: IPEndpoint
    /// Whether the address is of the private range, and so the server's alone.
    var isPrivate: Bool
    /// The virtual server.
    var server: VirtualServer
    /// Where connections go, each with its share.
    var realServers: [RealServer]

    /// Describes the server of a scope; the scheduler is the kernel's name of one, which the kernel has.
    init(_ spec: ServicePortSpec, _ scope: EndpointScope, at endpoint: IPEndpoint, isPrivate: Bool, scheduler: String) {
        self.endpoint = endpoint
        self.isPrivate = isPrivate
        server = VirtualServer(
            VirtualServerID(spec.identity.transport, endpoint.address, endpoint.port),
            scheduler: IPVSScheduler(rawValue: scheduler),
            // As in kube-proxy: hashed by its address alone, all connections of a client would meet.
            flags: scheduler == IPVSScheduler.maglevHashing.rawValue ? .hashPort : [],
            persistence: spec.affinitySeconds.map { VirtualServerPersistence(timeout: UInt32(clamping: $0)) }
        )
        realServers = spec.endpoints(scope).map { RealServer($0.endpoint, weight: UInt32(clamping: $0.weight)) }
    }

    /// What names it.
    var id: VirtualServerID { server.id }
}

extension ServicePortSpec {
    /// The scopes that some frontend uses and that have an endpoint.
    var balancedScopes: [EndpointScope] {
        var scopes: Set<EndpointScope> = []
        for frontend in frontends {
            switch frontend.treatment {
            case .balance(let scope, _): scopes.insert(scope)
            case .externalLocal: scopes.formUnion(EndpointScope.allCases)
            case .drop, .reject: break
            }
        }
        return EndpointScope.allCases.filter { scopes.contains($0) && !endpoints($0).isEmpty }
    }

    /// The ClusterIP and port, if everybody who goes there is led to that scope.
    func ownEndpoint(_ scope: EndpointScope) -> IPEndpoint? {
        for frontend in frontends where frontend.kind == .clusterIP {
            guard case .balance(scope, _) = frontend.treatment, let address = frontend.address else { continue }
            return IPEndpoint(address: address, port: frontend.port)
        }
        return nil
    }
}
