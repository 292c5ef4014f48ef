import ClusterModel
import NetworkTypes
import PolicyTesting

@testable import PolicyPlan

/// A planner that is told how the world changes, with or without a fault.
struct PlanUnderTest {
    private(set) var planner: PolicyPlanner
    private(set) var model = PolicyModel()
    private var told = PolicyWorld()
    private let fault: PolicyFault

    init(_ fault: PolicyFault = PolicyFault("none")) {
        self.fault = fault
        planner = PolicyPlanner(nodeName: PolicyWorld.nodeName)
    }

    /// Tells the planner what differs, in an order of its own, and compiles.
    @discardableResult
    mutating func move(to world: PolicyWorld) -> PolicyChanges {
        var next = world
        fault.world(&next)
        let before = told
        told = next
        for key in Set(before.policies.keys).union(next.policies.keys).sorted()
        where before.policies[key] != next.policies[key] {
            if let json = next.policies[key] {
                if fault.follows(.policy, before.policies[key] != nil) {
                    planner.upsert(NetworkPolicy(unchecked: json))
                }
            } else if fault.follows(.policyEnd, true) {
                planner.removePolicy(key)
            }
        }
        for key in Set(before.pods.keys).union(next.pods.keys).sorted() where before.pods[key] != next.pods[key] {
            if let json = next.pods[key] {
                if fault.follows(.pod, before.pods[key] != nil) { planner.upsert(Pod(unchecked: json)) }
            } else if fault.follows(.podEnd, true) {
                planner.removePod(key)
            }
        }
        for name in Set(before.namespaces.keys).union(next.namespaces.keys).sorted()
        where before.namespaces[name] != next.namespaces[name] {
            if let json = next.namespaces[name] {
                if fault.follows(.namespace, before.namespaces[name] != nil) {
                    planner.upsert(Namespace(unchecked: json))
                }
            } else if fault.follows(.namespaceEnd, true) {
                planner.removeNamespace(name)
            }
        }
        let changes = planner.takeChanges()
        model = planner.model
        fault.model(&model)
        return changes
    }

    func allows(_ probe: PolicyProbe) -> Bool {
        model.allows(probe.source, probe.destination, probe.transport, probe.port)
    }
}
