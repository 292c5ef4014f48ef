import NFTables
import NetworkTypes
import ServicePlan

/// What the table holds for one Service port.
struct ProgrammedPort: Hashable, Sendable {
    /// One frontend of it.
    struct Row: Hashable, Sendable {
        var kind: Frontend.Kind
        var address: IPAddress?
        var port: Port
        /// How it is treated; nil: it is rejected, for want of endpoints.
        var serviceClass: ServiceClass?
        var classID: UInt32 = 0
        /// Its endpoints; nil if its treatment needs none.
        var group: UInt32?
        var sourceRanges: [IPPrefix] = []
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
    var clusterIPs: Set<IPAddress> { Set(rows.lazy.filter { $0.kind == .clusterIP }.compactMap(\.address)) }

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
    ///
    /// The comment names Service, port and kind.
    func elements(_ identity: ServicePortIdentity) -> [PlacedElement] {
        let comment = "\(identity) \(kind.name)"
        let transport = identity.transport
        let key = address.map { LayoutKey.frontend($0, transport, port) } ?? LayoutKey.nodePort(transport, port)
        let isNodePort = address == nil
        var elements: [PlacedElement] = []
        if serviceClass == nil {
            let set: LayoutSet = isNodePort ? .noEndpointNodePorts : .noEndpoints
            elements.append(PlacedElement(set, SetElement(key, comment: comment)))
        } else {
            let value = LayoutKey.number(classID)
            elements.append(
                PlacedElement(isNodePort ? .nodePorts : .services, SetElement(key, value: value, comment: comment))
            )
        }
        if let group {
            let value = LayoutKey.number(group)
            elements.append(PlacedElement(isNodePort ? .nodePortGroups : .groups, SetElement(key, value: value)))
        }
        if let address, !sourceRanges.isEmpty {
            elements.append(PlacedElement(.restricted, SetElement(key, comment: comment)))
            elements += sourceRanges.map { range in
                PlacedElement(
                    .sourceRanges,
                    LayoutKey.sources(range, to: address, transport, port, comment: comment)
                )
            }
        }
        return elements
    }
}
