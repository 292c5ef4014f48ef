import ClusterModel
import JSONTree
import Logging

/// Keeps the EndpointSlices of Services with a selector in step with the pods.
struct EndpointSliceController: Controller {
    static let kinds: [ResourceKind] = [.service, .pod, .endpointSlice, .node]
    static let interval: Duration = .seconds(1)

    private struct Known {
        let service: Service
        /// Nil when somebody else writes the Service's endpoints.
        let selector: LabelSelector?
    }

    /// Services by namespace and name.
    private var services: [String: [String: Known]] = [:]
    /// Pods by namespace and name.
    private var pods: [String: [String: EndpointPod]] = [:]
    /// Slices that are ours, by Service.
    private var slices: [ObjectKey: [String: EndpointSlice]] = [:]
    private var serviceOfSlice: [ObjectKey: ObjectKey] = [:]
    private var zones: [String: String] = [:]
    private var waiting: Set<ObjectKey> = []

    mutating func reset() { self = EndpointSliceController() }

    mutating func note(_ kind: ResourceKind, _ object: StoredObject, isDeleted: Bool) {
        switch kind.kind {
        case ResourceKind.service.kind:
            services[object.key.namespace, default: [:]][object.key.name] = isDeleted ? nil : Self.known(object)
            waiting.insert(object.key)
        case ResourceKind.pod.kind: notePod(object, isDeleted)
        case ResourceKind.endpointSlice.kind: noteSlice(object, isDeleted)
        default: noteNode(object, isDeleted)
        }
    }

    private static func known(_ object: StoredObject) -> Known {
        let service = Service(unchecked: object.json)
        let labels = service.spec.selector ?? [:]
        return Known(service: service, selector: labels.isEmpty ? nil : LabelSelector(matching: labels))
    }

    private mutating func notePod(_ object: StoredObject, _ isDeleted: Bool) {
        let key = object.key
        let before = pods[key.namespace]?[key.name]
        let after = isDeleted ? nil : EndpointPod(Pod(unchecked: object.json))
        guard before != after else { return }
        pods[key.namespace, default: [:]][key.name] = after
        for (name, known) in services[key.namespace] ?? [:] {
            guard let selector = known.selector else { continue }
            if [before, after].contains(where: { $0.map { selector.matches($0.labels) } ?? false }) {
                waiting.insert(ObjectKey(namespace: key.namespace, name: name))
            }
        }
    }

    private mutating func noteSlice(_ object: StoredObject, _ isDeleted: Bool) {
        if let service = serviceOfSlice.removeValue(forKey: object.key) {
            slices[service]?[object.key.name] = nil
            if slices[service]?.isEmpty == true { slices[service] = nil }
            waiting.insert(service)
        }
        guard !isDeleted, object.labels[EndpointSlice.managedByLabel] == EndpointSlicePlan.manager,
            let name = object.labels[EndpointSlice.serviceNameLabel]
        else { return }
        let service = ObjectKey(namespace: object.key.namespace, name: name)
        slices[service, default: [:]][object.key.name] = EndpointSlice(unchecked: object.json)
        serviceOfSlice[object.key] = service
        waiting.insert(service)
    }

    private mutating func noteNode(_ object: StoredObject, _ isDeleted: Bool) {
        let before = zones[object.key.name]
        let after = isDeleted ? nil : object.labels[Node.zoneLabel]
        guard before != after else { return }
        zones[object.key.name] = after
        for (namespace, members) in pods where members.values.contains(where: { $0.nodeName == object.key.name }) {
            for name in (services[namespace] ?? [:]).keys {
                waiting.insert(ObjectKey(namespace: namespace, name: name))
            }
        }
    }

    mutating func work(in store: ObjectStore) async {
        let now = Timestamp.now()
        let plans = waiting.map { (key: $0, plan: plan(for: $0, now: now)) }.filter { !$0.plan.isEmpty }
        waiting = []
        // The Services wait for the disk together, so that many changes need few syncs.
        await withTaskGroup(of: ObjectKey?.self) { group in
            for (key, plan) in plans {
                group.addTask { await Self.carryOut(plan, in: store) ? nil : key }
            }
            for await failed in group {
                if let failed { waiting.insert(failed) }
            }
        }
    }

    private func plan(for key: ObjectKey, now: Timestamp) -> EndpointSlicePlan {
        EndpointSlicePlan(
            service: services[key.namespace]?[key.name]?.service,
            pods: pods[key.namespace].map { Array($0.values) } ?? [],
            zones: zones,
            existing: slices[key].map { Array($0.values) } ?? [],
            now: now
        )
    }

    /// - Returns: false when something is left to do.
    private static func carryOut(_ plan: EndpointSlicePlan, in store: ObjectStore) async -> Bool {
        do throws(StoreError) {
            for slice in plan.created {
                _ = try await store.create(.endpointSlice, namespace: slice.namespace, slice.json)
            }
            for slice in plan.updated { _ = try await store.update(.endpointSlice, slice.key, slice.json) }
            for key in plan.deleted { _ = try await store.delete(.endpointSlice, key) }
            return true
        } catch {
            switch error.code {
            // Somebody else changed it, or the namespace goes: the change is on its way to us.
            case .conflict, .notFound, .alreadyExists, .forbidden: return true
            default:
                store.logger.warning("endpoint slices not written", metadata: ["error": "\(error)"])
                return false
            }
        }
    }
}
