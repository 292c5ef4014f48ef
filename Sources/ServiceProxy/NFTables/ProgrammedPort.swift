import NFTables
import NetworkTypes
import ServicePlan

/// What the table holds for one Service port.
struct ProgrammedPort: Hashable, Sendable {
    /// One frontend of it.
    struct Row: FrontendRow, Hashable, Sendable {
        var kind: Frontend.Kind
        var address: IPAddress?
        var port: Port
        /// How it is treated; nil: it is rejected, for want of endpoints.
        var serviceClass: ServiceClass?
        var classID: UInt32 = 0
        /// Its endpoints; nil if its treatment needs none.
        var group: UInt32?
        var sourceRanges: [IPPrefix] = []
        /// Whether its packets are counted.
        var isCounted = false
    }

    /// What leads the cluster's own clients of an external traffic policy Local from the local group elsewhere.
    struct Inside: Hashable, Sendable {
        var serviceClass: ServiceClass
        var classID: UInt32
    }

    var rows: [Row] = []
    var cluster: EndpointGroup?
    var local: EndpointGroup?
    var inside: Inside?
    var hasAffinity = false

    /// The classes in use, one for each use.
    var classes: [ServiceClass] { rows.compactMap(\.serviceClass) + (inside.map { [$0.serviceClass] } ?? []) }

    /// The addresses of endpoints that may be their own clients.
    var hairpins: Set<IPAddress> {
        let places = (cluster?.places ?? []) + (local?.places ?? [])
        return Set(places.lazy.filter(\.isLocal).map(\.endpoint.address))
    }

    /// The ClusterIPs of the port.
    var clusterIPs: Set<IPAddress> { rows.clusterIPs }

    /// All that stands in the maps for the port beside its endpoints.
    func elements(_ identity: ServicePortIdentity) -> [PlacedElement] {
        var elements = rows.flatMap { $0.elements(identity) }
        if let inside, let cluster, let local {
            let key = LayoutKey.number(local.id)
            let comment = identity.description
            elements += [
                PlacedElement(
                    .insideGroups,
                    SetElement(key, value: LayoutKey.number(cluster.id), comment: comment)
                ),
                PlacedElement(
                    .insideClass,
                    SetElement(key, value: LayoutKey.number(inside.classID), comment: comment)
                ),
            ]
        }
        return elements
    }

    /// All that stands in the maps for the port's endpoints.
    func endpointElements() -> [PlacedElement] {
        [cluster, local].compactMap(\.self).flatMap { group in
            group.places.indices.flatMap { group.elements(at: $0, hasAffinity: hasAffinity) }
        }
    }
}

extension ProgrammedPort.Row {
    /// What stands in the maps for the frontend.
    func elements(_ identity: ServicePortIdentity) -> [PlacedElement] {
        let classKey = serviceClass == nil ? nil : LayoutKey.number(classID)
        var elements = [treatment(classKey, identity)]
        if let group {
            let lead = SetElement(key(identity), value: LayoutKey.number(group))
            elements.append(PlacedElement(isNodePort ? .nodePortGroups : .groups, lead))
        }
        if isCounted {
            let counter = SetElement(key(identity), comment: comment(identity))
            elements.append(PlacedElement(isNodePort ? .nodePortCounts : .counts, counter))
        }
        return elements + restrictions(identity)
    }
}
