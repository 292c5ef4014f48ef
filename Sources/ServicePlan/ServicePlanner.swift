public import ClusterModel
public import NetworkTypes

/// Keeps what the plan needs of all Services and EndpointSlices, and tells which Service ports may have changed.
///
/// A change of an object costs work for its Service only, when the dirty ones are next taken. What is kept is a small
/// part of each object, and nothing of an object that is gone.
public struct ServicePlanner: Sendable {
    /// The node that the plan is for.
    public private(set) var node: NodeContext
    /// What is left out at present, and why.
    public var problems: [PlanProblem] {
        (Array(problemsByObject.values) + Array(conflicts.values)).flatMap(\.self)
            .sorted { $0.description < $1.description }
    }

    private var services: [ObjectKey: ServiceDefinition] = [:]
    private var slices: [ObjectKey: [String: SliceDefinition]] = [:]
    private var serviceOfSlice: [ObjectKey: ObjectKey] = [:]
    private var claims = FrontendClaims()
    /// What was handed out for each Service, so that what vanishes can be reported.
    private var planned: [ObjectKey: [PlannedPort]] = [:]
    private var dirty: Set<ObjectKey> = []
    /// All specs, when they were just handed out together; they hold while nothing is dirty.
    private var whole: [ServicePortSpec]?
    /// The frontends that a Service claims and another one holds.
    private var conflicts: [ObjectKey: [PlanProblem]] = [:]
    private var newConflicts: [PlanProblem] = []
    private var problemsByObject: [ObjectReference: [PlanProblem]] = [:]

    private struct PlannedPort: Hashable {
        var identity: ServicePortIdentity
        var family: IPFamily
    }

    private struct ObjectReference: Hashable {
        var kind: PlanProblem.ObjectKind
        var key: ObjectKey
    }

    /// Starts without any object.
    public init(node: NodeContext) { self.node = node }

    /// The number of Services that will be looked at when the changes are taken.
    public var dirtyCount: Int { dirty.count }

    /// The number of Services that have rules.
    public var serviceCount: Int { services.count }

    /// Takes a new or changed Service.
    ///
    /// Returns the problems found in it.
    @discardableResult
    public mutating func upsert(_ service: Service) -> [PlanProblem] {
        let reading = ServiceReading(service)
        note(reading.problems, .service, reading.key)
        replaceService(reading.key, with: reading.definition)
        return reading.problems
    }

    /// Forgets a Service.
    public mutating func removeService(_ key: ObjectKey) {
        note([], .service, key)
        replaceService(key, with: nil)
    }

    /// Takes a new or changed EndpointSlice.
    ///
    /// Returns the problems found in it.
    @discardableResult
    public mutating func upsert(_ slice: EndpointSlice) -> [PlanProblem] {
        let reading = SliceReading(slice, nodeName: node.name)
        note(reading.problems, .endpointSlice, reading.key)
        replaceSlice(reading.key, with: reading.definition)
        return reading.problems
    }

    /// Forgets an EndpointSlice.
    public mutating func removeSlice(_ key: ObjectKey) {
        note([], .endpointSlice, key)
        replaceSlice(key, with: nil)
    }

    /// Takes what changed about the node; every Service is looked at again if anything did.
    ///
    /// The node's name is fixed: slices were read with it.
    public mutating func update(node changed: NodeContext) {
        var changed = changed
        changed.name = node.name
        guard changed != node else { return }
        node = changed
        dirty.formUnion(services.keys)
    }

    /// The Service ports that may have changed since the last call, ordered; a spec may equal the one handed out before.
    public mutating func takeDirty() -> [PlanChange] {
        let keys = dirty
        dirty = []
        let isEverything = keys.count >= services.count && services.keys.allSatisfy(keys.contains)
        // Keys are far smaller to sort than changes.
        let changes = keys.sorted().flatMap { self.changes(of: $0).sorted(by: Self.precedes) }
        if !keys.isEmpty { whole = isEverything && !services.isEmpty ? changes.compactMap(\.spec) : nil }
        return changes
    }

    /// The frontends that were found to be claimed twice since the last call; ``takeDirty()`` finds them.
    public mutating func takeNewConflicts() -> [PlanProblem] {
        defer { newConflicts = [] }
        return newConflicts
    }

    /// The specs of all Service ports of a family, ordered.
    public func specs(_ family: IPFamily) -> [ServicePortSpec] {
        if dirty.isEmpty, let whole { return whole.filter { $0.family == family } }
        return services.values.flatMap { specs(of: $0, family) }.sorted { $0.identity < $1.identity }
    }

    /// Gives up what is kept only so that the first ``specs(_:)`` need not plan everything twice.
    ///
    /// Tens of thousands of specs take milliseconds to free: to be called when nobody waits.
    public mutating func releaseSpecs() { whole = nil }

    /// Whether a Service of this name has rules.
    public func hasRules(_ service: ObjectKey) -> Bool { services[service] != nil }

    /// The specs of a Service in a family, in the order of its ports.
    public func specs(of service: ObjectKey, _ family: IPFamily) -> [ServicePortSpec] {
        services[service].map { specs(of: $0, family) } ?? []
    }

    /// What the endpoints of a port are like, before any policy; nil if there is no such port.
    public func overview(of identity: ServicePortIdentity, _ family: IPFamily) -> EndpointOverview? {
        guard let service = services[identity.service],
            let port = service.ports.first(where: { service.identity(of: $0) == identity })
        else { return nil }
        return planning(of: service, family).overview(of: port)
    }

    private static func precedes(_ left: PlanChange, _ right: PlanChange) -> Bool {
        left.identity == right.identity
            ? left.family.rawValue < right.family.rawValue : left.identity < right.identity
    }

    private mutating func changes(of key: ObjectKey) -> [PlanChange] {
        let specs = services[key].map { service in IPFamily.allCases.flatMap { self.specs(of: service, $0) } } ?? []
        let present = specs.map { PlannedPort(identity: $0.identity, family: $0.family) }
        let before = planned.updateValue(present, forKey: key) ?? []
        if present.isEmpty { planned[key] = nil }
        let gone = before == present ? [] : Set(before).subtracting(present)
        let lost = services[key].map(conflicts(of:)) ?? []
        newConflicts += lost.filter { conflicts[key]?.contains($0) != true }
        conflicts[key] = lost.isEmpty ? nil : lost
        return specs.map { PlanChange(identity: $0.identity, family: $0.family, spec: $0) }
            + gone.map { PlanChange(identity: $0.identity, family: $0.family, spec: nil) }
    }

    private func specs(of service: ServiceDefinition, _ family: IPFamily) -> [ServicePortSpec] {
        planning(of: service, family).specs()
    }

    private func planning(of service: ServiceDefinition, _ family: IPFamily) -> ServicePlanning {
        let slices = (slices[service.key] ?? [:]).filter { $0.value.family == family }
        let claims = claims
        return ServicePlanning(
            node: node,
            service: service,
            family: family,
            slices: slices.sorted { $0.key < $1.key }.map(\.value),
            holds: { claims.holder(of: FrontendClaim($0, family, $1)) == $0 }
        )
    }

    private func conflicts(of service: ServiceDefinition) -> [PlanProblem] {
        service.claims.compactMap { identity, family, frontend in
            guard let holder = claims.holder(of: FrontendClaim(identity, family, frontend)), holder != identity
            else { return nil }
            let address = frontend.address.map { "\(IPEndpoint(address: $0, port: frontend.port))" }
            let claimed = address ?? "node port \(frontend.port) (\(family))"
            return PlanProblem(
                kind: .service,
                object: service.key,
                field: "\(frontend.kind.name) \(claimed)/\(identity.transport)",
                reason: "is taken by Service \(holder)"
            )
        }
    }

    private mutating func replaceService(_ key: ObjectKey, with definition: ServiceDefinition?) {
        let old = services[key]
        guard old != definition else { return }
        services[key] = definition
        dirty.insert(key)
        guard old?.claims.map(Claimed.init) != definition?.claims.map(Claimed.init) else { return }
        for (identity, family, frontend) in old?.claims ?? [] {
            let winner = claims.withdraw(FrontendClaim(identity, family, frontend), by: identity)
            if let winner { dirty.insert(winner.service) }
        }
        for (identity, family, frontend) in definition?.claims ?? [] {
            let loser = claims.enter(FrontendClaim(identity, family, frontend), by: identity)
            if let loser { dirty.insert(loser.service) }
        }
    }

    private struct Claimed: Equatable {
        let identity: ServicePortIdentity
        let claim: FrontendClaim

        init(_ claimed: (ServicePortIdentity, IPFamily, Frontend)) {
            identity = claimed.0
            claim = FrontendClaim(claimed.0, claimed.1, claimed.2)
        }
    }

    private mutating func replaceSlice(_ key: ObjectKey, with definition: SliceDefinition?) {
        let owner = serviceOfSlice[key]
        if let owner, owner != definition?.service {
            slices[owner]?[key.name] = nil
            if slices[owner]?.isEmpty == true { slices[owner] = nil }
            dirty.insert(owner)
        }
        serviceOfSlice[key] = definition?.service
        guard let definition, slices[definition.service]?[key.name] != definition else { return }
        slices[definition.service, default: [:]][key.name] = definition
        dirty.insert(definition.service)
    }

    private mutating func note(_ found: [PlanProblem], _ kind: PlanProblem.ObjectKind, _ key: ObjectKey) {
        problemsByObject[ObjectReference(kind: kind, key: key)] = found.isEmpty ? nil : found
    }
}
