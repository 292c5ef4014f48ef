import JSONTree
import PolicyTesting

@testable import PolicyPlan

extension FaultTests {
    static let podFaults: [PolicyFault] = [
        PolicyFault("finished pods count", pod: { $0["status"]?["phase"] = "Running" }),
        PolicyFault(
            "pending pods don't count",
            pod: { pod in
                if pod[path: "status", "phase"] == "Pending" { pod["status"]?["podIPs"] = [] }
            }
        ),
        PolicyFault("pods on the node's network count", pod: { $0["spec"]?["hostNetwork"] = nil }),
        PolicyFault(
            "terminating pods don't count",
            pod: { pod in
                if pod[path: "metadata", "deletionTimestamp"] != nil { pod["status"]?["podIPs"] = [] }
            }
        ),
        PolicyFault(
            "the first address counts",
            pod: { $0["status"]?["podIPs"]?.mutateArray { $0 = Array($0.prefix(1)) } }
        ),
        PolicyFault("the older of two pods has the address", pod: { $0["metadata"]?["creationTimestamp"] = nil }),
        PolicyFault("all pods are this node's", pod: { $0["spec"]?["nodeName"] = "n1" }),
        PolicyFault("ports of sidecars don't count", pod: { $0["spec"]?["initContainers"] = nil }),
        PolicyFault(
            "every first container is a sidecar",
            pod: { pod in
                pod["spec"]?["initContainers"]?.mutateArray { list in
                    for index in list.indices { list[index]["restartPolicy"] = "Always" }
                }
            }
        ),
        PolicyFault(
            "only the first container has ports",
            pod: { $0["spec"]?["containers"]?.mutateArray { $0 = Array($0.prefix(1)) } }
        ),
        PolicyFault(
            "a namespace's name is not a label",
            world: { world in
                for name in world.namespaces.keys {
                    world.namespaces[name]?["metadata"]?["labels"]?["kubernetes.io/metadata.name"] = nil
                }
            }
        ),
        PolicyFault(
            "a namespace that is not known has no labels",
            world: { world in
                for name in PolicyWorld.namespaceNames where world.namespaces[name] == nil {
                    world.apply(.namespace(name, [:]))
                }
            }
        ),
    ]
}
