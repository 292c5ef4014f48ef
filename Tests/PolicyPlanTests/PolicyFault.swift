import ClusterModel
import JSONTree
import NetworkTypes
import PolicyTesting

@testable import PolicyPlan

/// A fault that a compiler could have: it misreads objects, makes another model of them, or misses a change.
struct PolicyFault: Sendable, CustomStringConvertible {
    /// What a planner is told.
    enum Event { case policy, policyEnd, pod, podEnd, namespace, namespaceEnd }

    let description: String
    var world: @Sendable (inout PolicyWorld) -> Void = { _ in }
    var model: @Sendable (inout PolicyModel) -> Void = { _ in }
    /// Events that are missed.
    var missed: Set<Event> = []
    /// Whether first appearances are not missed.
    var missesUpdatesOnly = false

    init(_ description: String) { self.description = description }

    init(_ description: String, missing missed: Set<Event>, updatesOnly: Bool = false) {
        self.init(description)
        self.missed = missed
        missesUpdatesOnly = updatesOnly
    }

    init(_ description: String, model: @escaping @Sendable (inout PolicyModel) -> Void) {
        self.init(description)
        self.model = model
    }

    init(_ description: String, world: @escaping @Sendable (inout PolicyWorld) -> Void) {
        self.init(description)
        self.world = world
    }

    /// Misreads policies' specs.
    init(_ description: String, spec change: @escaping @Sendable (inout JSONValue) -> Void) {
        self.init(
            description,
            world: { (world: inout PolicyWorld) in
                for key in world.policies.keys {
                    if var spec = world.policies[key]?["spec"] {
                        change(&spec)
                        world.policies[key]?["spec"] = spec
                    }
                }
            }
        )
    }

    /// Misreads rules.
    init(_ description: String, rule change: @escaping @Sendable (inout JSONValue, _ peers: String) -> Void) {
        self.init(
            description,
            spec: { (spec: inout JSONValue) in
                for (list, peers) in [("ingress", "from"), ("egress", "to")] {
                    spec[list]?.mutateArray { rules in
                        for index in rules.indices { change(&rules[index], peers) }
                    }
                }
            }
        )
    }

    /// Misreads ports of rules.
    init(_ description: String, port change: @escaping @Sendable (inout JSONValue) -> Void) {
        self.init(
            description,
            rule: { (rule: inout JSONValue, _: String) in
                rule["ports"]?.mutateArray { ports in for index in ports.indices { change(&ports[index]) } }
            }
        )
    }

    /// Misreads peers of rules.
    init(_ description: String, peer change: @escaping @Sendable (inout JSONValue) -> Void) {
        self.init(
            description,
            rule: { (rule: inout JSONValue, peers: String) in
                rule[peers]?.mutateArray { list in for index in list.indices { change(&list[index]) } }
            }
        )
    }

    /// Misreads pods.
    init(_ description: String, pod change: @escaping @Sendable (inout JSONValue) -> Void) {
        self.init(
            description,
            world: { (world: inout PolicyWorld) in
                for key in world.pods.keys {
                    if var pod = world.pods[key] {
                        change(&pod)
                        world.pods[key] = pod
                    }
                }
            }
        )
    }

    /// Makes other chains.
    init(_ description: String, chain change: @escaping @Sendable (inout PolicyChain) -> Void) {
        self.init(
            description,
            model: { (model: inout PolicyModel) in
                for number in model.chains.keys {
                    if var chain = model.chains[number] {
                        change(&chain)
                        model.chains[number] = chain
                    }
                }
            }
        )
    }

    func follows(_ event: Event, _ isUpdate: Bool) -> Bool {
        !missed.contains(event) || missesUpdatesOnly && !isUpdate
    }
}
