public import ClusterModel
import JSONTree
import NetworkTypes

/// What has to happen to the EndpointSlices of a Service: a pure function of the Service, its pods and the slices that
/// are there.
///
/// Endpoints stay in the slice that they are in, and new ones fill slices that change anyhow, so that few slices travel
/// to all nodes when a pod comes or goes.
public struct EndpointSlicePlan: Hashable, Sendable {
    /// The value of the managed-by label on slices that are ours; others' are left alone.
    public static let manager = "endpointslice-controller.weft.dev"
    /// How many endpoints a slice holds.
    public static let capacity = 100
    /// The annotation with the time of the change.
    static let triggerTime = "endpoints.kubernetes.io/last-change-trigger-time"

    /// Slices to create, without a name.
    public private(set) var created: [EndpointSlice] = []
    /// Slices to write.
    public private(set) var updated: [EndpointSlice] = []
    /// Slices to delete, after the others were written.
    public private(set) var deleted: [ObjectKey] = []

    /// Whether all is well already.
    public var isEmpty: Bool { created.isEmpty && updated.isEmpty && deleted.isEmpty }

    /// The endpoints that share an address type and port numbers, and so may share slices.
    private struct Group: Hashable {
        let family: IPFamily
        let ports: [EndpointPort]
    }

    private struct EndpointID: Hashable {
        let uid: String
        let address: String

        init(_ endpoint: Endpoint) {
            uid = endpoint.target?.uid ?? ""
            address = endpoint.addresses.first ?? ""
        }
    }

    /// Works out the changes.
    /// - Parameters:
    ///   - service: the Service; nil when it is gone.
    ///   - pods: the pods of its namespace; those that its selector does not choose are passed over.
    ///   - zones: the zone of each node that has one.
    ///   - existing: the Service's slices that are ours.
    ///   - now: the time of the change.
    public init(
        service: Service?,
        pods: some Sequence<EndpointPod>,
        zones: [String: String],
        existing: [EndpointSlice],
        now: Timestamp
    ) {
        guard let service, !service.metadata.isBeingDeleted, service.spec.type != .externalName,
            let selector = service.spec.selector, !selector.isEmpty
        else {
            deleted = existing.map(\.key).sorted()
            return
        }
        var wanted = Self.endpoints(of: service, pods: pods, zones: zones)
        for family in Self.families(of: service) where !wanted.contains(where: { $0.key.family == family }) {
            // A Service without endpoints has an empty slice, so that clients see that nothing is missing.
            wanted[Group(family: family, ports: [])] = []
        }
        let labels = Self.labels(of: service)
        var left = existing.sorted { $0.key < $1.key }
        for (group, endpoints) in wanted.sorted(by: { Self.precedes($0.key, $1.key) }) {
            let isOfGroup = { (slice: EndpointSlice) in
                slice.addressType == EndpointSlice.AddressType(group.family) && slice.ports == group.ports
            }
            let slices = left.filter(isOfGroup)
            left.removeAll(where: isOfGroup)
            place(endpoints, of: group, in: slices, service: service, labels: labels, now: now)
        }
        deleted += left.map(\.key)
    }

    private static func precedes(_ left: Group, _ right: Group) -> Bool {
        if left.family != right.family { return left.family.rawValue < right.family.rawValue }
        return left.ports.map(\.json.description).joined() < right.ports.map(\.json.description).joined()
    }

    private static func families(of service: Service) -> [IPFamily] {
        let families = service.spec.ipFamilies
        if !families.isEmpty { return families }
        let addresses = service.spec.clusterAddresses.map(\.family)
        return addresses.isEmpty ? [.ipv4] : addresses
    }

    private static func labels(of service: Service) -> Labels {
        var labels = service.labels
        labels[EndpointSlice.headlessLabel] = service.spec.isHeadless ? "" : nil
        labels[EndpointSlice.serviceNameLabel] = service.name
        labels[EndpointSlice.managedByLabel] = manager
        return labels
    }

    /// The endpoints that a Service has to have, those that may share slices together.
    private static func endpoints(
        of service: Service,
        pods: some Sequence<EndpointPod>,
        zones: [String: String]
    ) -> [Group: [Endpoint]] {
        guard let selector = service.spec.selector.map(LabelSelector.init(matching:)) else { return [:] }
        let families = families(of: service)
        let servicePorts = service.spec.ports
        let publishesAll = service.spec.publishNotReadyAddresses
        var result: [Group: [Endpoint]] = [:]
        for pod in pods.sorted(by: { $0.key < $1.key }) where !pod.isFinished && selector.matches(pod.labels) {
            let ports = ports(servicePorts, of: pod)
            if ports.isEmpty, !servicePorts.isEmpty { continue }
            for family in families {
                guard let address = pod.addresses.first(where: { $0.family == family }) else { continue }
                var endpoint = Endpoint(addresses: [address.description])
                endpoint.isReady = publishesAll || pod.isReady && !pod.isBeingDeleted
                endpoint.isServing = pod.isReady
                endpoint.isTerminating = pod.isBeingDeleted
                endpoint.nodeName = pod.nodeName
                endpoint.zone = pod.nodeName.flatMap { zones[$0] }
                if let hostname = pod.hostname, pod.subdomain == service.name { endpoint.hostname = hostname }
                endpoint.target = Endpoint.Target(key: pod.key, uid: pod.uid)
                result[Group(family: family, ports: ports), default: []].append(endpoint)
            }
        }
        return result
    }

    /// The Service's ports as numbers of a pod; a name that no container has is left out.
    private static func ports(_ ports: [ServicePort], of pod: EndpointPod) -> [EndpointPort] {
        ports.compactMap { port in
            guard let transport = port.transport, let number = pod.number(of: port.targetPort, transport) else {
                return nil
            }
            return EndpointPort(name: port.name, transport: transport, port: number, appProtocol: port.appProtocol)
        }
    }

    /// Distributes the endpoints of a group over its slices.
    private mutating func place(
        _ endpoints: [Endpoint],
        of group: Group,
        in slices: [EndpointSlice],
        service: Service,
        labels: Labels,
        now: Timestamp
    ) {
        var waiting = Dictionary(endpoints.map { (EndpointID($0), $0) }, uniquingKeysWith: { first, _ in first })
        var contents = slices.map { slice in
            slice.endpoints.compactMap { waiting.removeValue(forKey: EndpointID($0)) }
        }
        var fresh = endpoints.filter { waiting[EndpointID($0)] != nil }[...]
        // Slices that change anyhow take new endpoints first, then the fullest.
        let order = slices.indices.sorted { left, right in
            let changes = [left, right].map { contents[$0] != slices[$0].endpoints }
            if changes[0] != changes[1] { return changes[0] }
            return contents[left].count > contents[right].count
        }
        for index in order where !fresh.isEmpty {
            let room = max(0, Self.capacity - contents[index].count)
            contents[index] += fresh.prefix(room)
            fresh = fresh.dropFirst(room)
        }
        var isFirst = true
        for (slice, endpoints) in zip(slices, contents) {
            // An empty slice goes, unless it is all that the group has.
            if endpoints.isEmpty, !(isFirst && fresh.isEmpty && contents.allSatisfy(\.isEmpty)) {
                deleted.append(slice.key)
                continue
            }
            isFirst = false
            update(slice, endpoints: endpoints, labels: labels, service: service, now: now)
        }
        guard !fresh.isEmpty || slices.isEmpty else { return }
        repeat {
            created.append(
                Self.slice(
                    group,
                    endpoints: Array(fresh.prefix(Self.capacity)),
                    service: service,
                    labels: labels,
                    now: now
                )
            )
            fresh = fresh.dropFirst(Self.capacity)
        } while !fresh.isEmpty
    }

    private mutating func update(
        _ slice: EndpointSlice,
        endpoints: [Endpoint],
        labels: Labels,
        service: Service,
        now: Timestamp
    ) {
        let isOwned = slice.metadata.ownerReferences.contains { $0.uid == service.uid }
        guard slice.endpoints != endpoints || slice.labels.dictionary != labels.dictionary || !isOwned else { return }
        var changed = slice
        changed.endpoints = endpoints
        changed.metadata.labels = labels
        changed.metadata.annotations[Self.triggerTime] = now.description
        if !isOwned { changed.metadata.ownerReferences = [OwnerReference(to: service, isController: true)] }
        updated.append(changed)
    }

    private static func slice(
        _ group: Group,
        endpoints: [Endpoint],
        service: Service,
        labels: Labels,
        now: Timestamp
    ) -> EndpointSlice {
        var slice = EndpointSlice(namespace: service.namespace, name: "")
        var metadata = ObjectMeta(json: ["generateName": .string("\(service.name)-")])
        metadata.namespace = service.namespace
        metadata.labels = labels
        metadata.annotations = [triggerTime: now.description]
        metadata.ownerReferences = [OwnerReference(to: service, isController: true)]
        slice.metadata = metadata
        slice.addressType = EndpointSlice.AddressType(group.family)
        slice.endpoints = endpoints
        slice.ports = group.ports
        return slice
    }
}
