import ClusterModel
import NetworkTypes
import ServicePlan

/// The health checks of one family, as the written specs have them.
struct HealthCheckTable {
    private struct Entry: Equatable {
        var port: Port
        var ready: [IPAddress]
    }

    private var entries: [ObjectKey: [ServicePortIdentity: Entry]] = [:]

    /// Takes what was written; returns whether a health check changed, came or went.
    mutating func take(_ specs: [ServicePortSpec], gone: [ServicePortIdentity]) -> Bool {
        var isChanged = false
        for identity in gone { replace(identity, nil, &isChanged) }
        for spec in specs {
            let entry = spec.healthCheckNodePort.map { Entry(port: $0, ready: spec.localReadyAddresses) }
            replace(spec.identity, entry, &isChanged)
        }
        return isChanged
    }

    private mutating func replace(_ identity: ServicePortIdentity, _ entry: Entry?, _ isChanged: inout Bool) {
        guard entries[identity.service]?[identity] != entry else { return }
        isChanged = true
        entries[identity.service, default: [:]][identity] = entry
        if entries[identity.service]?.isEmpty == true { entries[identity.service] = nil }
    }

    /// The health checks, ordered by Service.
    var checks: [ServiceHealthCheck] {
        entries.compactMap { service, ports in
            // All ports of a Service have the same health check node port.
            guard let port = ports.values.first?.port else { return nil }
            let ready = ports.values.reduce(into: Set<IPAddress>()) { $0.formUnion($1.ready) }
            return ServiceHealthCheck(service: service, port: port, localEndpoints: ready.count)
        }.sorted { $0.service < $1.service }
    }
}
