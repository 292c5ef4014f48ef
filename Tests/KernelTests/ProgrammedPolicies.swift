import ClusterModel
import JSONTree
import NetworkTypes
import PolicyEnforcer
import PolicyPlan
import PolicyTesting
import Testing

/// Policies that a node's kernel follows; to be used inside its namespace.
struct ProgrammedPolicies {
    private var planner = PolicyPlanner(nodeName: PolicyWorld.nodeName)
    private var backends: [NFTablesPolicyBackend]
    private var told = PolicyWorld()

    init() throws {
        backends = try IPFamily.allCases.map { try NFTablesPolicyBackend($0) }
        for backend in backends { _ = try backend.replaceAll(with: planner.model, releasing: []) }
    }

    /// Programs a state of the world; returns how many connections were cut.
    @discardableResult
    mutating func move(to world: PolicyWorld, cutting: Bool = false) throws -> Int {
        world.tell(&planner, since: told)
        told = world
        let changes = planner.takeChanges()
        var cut = 0
        for backend in backends {
            _ = try backend.apply(changes, of: planner.model, releasing: [])
            guard cutting else { continue }
            let forbidden = ForbiddenFlows(
                of: Set(planner.model.subjects.keys),
                planner.model,
                ownAddresses: Set(PolicyNetwork.gateways)
            )
            cut += try FlowCutter.kernel.cut(backend.family, forbidden)
        }
        return cut
    }

    func held() throws -> [HeldAddress] { try backends.flatMap { try $0.held() } }

    func release(_ addresses: [IPAddress]) throws {
        for backend in backends {
            let held = try backend.held().filter { addresses.contains($0.address) }
            _ = try backend.apply(PolicyChanges(), of: planner.model, releasing: held)
        }
    }

    /// Takes an address from the one who held it, and lets it go with the pod's rules.
    mutating func learnAndRelease(_ address: IPAddress, of pod: String) throws {
        let isKnown = planner.learn(address, of: PolicyWorld.key(pod))
        #expect(isKnown)
        let changes = planner.takeChanges()
        for backend in backends {
            let held = try backend.held().filter { $0.address == address }
            _ = try backend.apply(changes, of: planner.model, releasing: held)
        }
    }

    /// Another run takes over.
    mutating func restart(_ world: PolicyWorld) throws -> [PolicyReport] {
        backends = try IPFamily.allCases.map { try NFTablesPolicyBackend($0) }
        var hints = PolicyHints()
        for backend in backends {
            let present = try backend.hints()
            hints.peers.merge(present.peers) { $1 }
            hints.ingress.merge(present.ingress) { $1 }
            hints.egress.merge(present.egress) { $1 }
        }
        planner = PolicyPlanner(nodeName: PolicyWorld.nodeName, hints: hints)
        world.tell(&planner, since: PolicyWorld())
        _ = planner.takeChanges()
        return try backends.map { try $0.replaceAll(with: planner.model, releasing: []) }
    }
}

extension PolicyWorld {
    /// Tells a planner what differs from an earlier state.
    func tell(_ planner: inout PolicyPlanner, since before: PolicyWorld) {
        for (key, json) in policies where before.policies[key] != json {
            planner.upsert(NetworkPolicy(unchecked: json))
        }
        for key in before.policies.keys where policies[key] == nil { planner.removePolicy(key) }
        for (key, json) in pods where before.pods[key] != json { planner.upsert(Pod(unchecked: json)) }
        for key in before.pods.keys where pods[key] == nil { planner.removePod(key) }
        for (name, json) in namespaces where before.namespaces[name] != json {
            planner.upsert(Namespace(unchecked: json))
        }
        for name in before.namespaces.keys where namespaces[name] == nil { planner.removeNamespace(name) }
    }
}
