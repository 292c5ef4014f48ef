import ClusterModel
import JSONTree
import PolicyTesting

@testable import PolicyPlan

extension FaultTests {
    static let readingFaults: [PolicyFault] = [
        PolicyFault(
            "types default to ingress alone",
            spec: { spec in
                if spec["policyTypes"]?.arrayValue?.isEmpty ?? true { spec["policyTypes"] = ["Ingress"] }
            }
        ),
        PolicyFault(
            "types default to both",
            spec: { spec in
                if spec["policyTypes"]?.arrayValue?.isEmpty ?? true { spec["policyTypes"] = ["Ingress", "Egress"] }
            }
        ),
        PolicyFault(
            "types default to those that have rules",
            spec: { spec in
                if spec["policyTypes"]?.arrayValue?.isEmpty ?? true {
                    let types = [("ingress", "Ingress"), ("egress", "Egress")].filter {
                        spec[$0.0]?.arrayValue?.isEmpty == false
                    }
                    if !types.isEmpty { spec["policyTypes"] = JSONValue(types.map(\.1)) }
                }
            }
        ),
        PolicyFault("both directions are always isolated", spec: { $0["policyTypes"] = ["Ingress", "Egress"] }),
        PolicyFault(
            "an empty list of rules allows",
            spec: { spec in
                if spec["ingress"]?.arrayValue?.isEmpty == true { spec["ingress"] = [[:]] }
            }
        ),
        PolicyFault("a policy selects every pod", spec: { $0["podSelector"] = [:] }),
        PolicyFault(
            "a missing selector selects nothing",
            spec: { spec in
                if spec["podSelector"] == nil { spec["podSelector"] = PolicySpec.labels("none=none") }
            }
        ),
        PolicyFault(
            "directions are mixed up",
            spec: { spec in
                (spec["ingress"], spec["egress"]) = (spec["egress"], spec["ingress"])
            }
        ),
        PolicyFault(
            "only the first rule counts",
            spec: { spec in
                for list in ["ingress", "egress"] { spec[list]?.mutateArray { $0 = Array($0.prefix(1)) } }
            }
        ),
        PolicyFault(
            "only the last rule counts",
            spec: { spec in
                for list in ["ingress", "egress"] { spec[list]?.mutateArray { $0 = Array($0.suffix(1)) } }
            }
        ),
        PolicyFault(
            "policies are for all namespaces",
            world: { world in
                for (key, policy) in world.policies {
                    for namespace in PolicyWorld.namespaceNames where namespace != key.namespace {
                        var copy = policy
                        copy[path: "metadata"]?["namespace"] = .string(namespace)
                        world.policies[PolicyWorld.key("\(namespace)/copy-\(key.name)")] = copy
                    }
                }
            }
        ),
        PolicyFault(
            "one policy a namespace",
            world: { world in
                for namespace in PolicyWorld.namespaceNames {
                    for key in world.policies.keys.filter({ $0.namespace == namespace }).sorted().dropFirst() {
                        world.policies[key] = nil
                    }
                }
            }
        ),
        PolicyFault(
            "a malformed policy is no policy",
            world: { world in
                for key in world.policies.keys where key.name.hasPrefix("bad") { world.policies[key] = nil }
            }
        ),
        PolicyFault(
            "a malformed rule is passed over",
            world: { world in
                for key in world.policies.keys where key.name == "bad" {
                    world.policies[key]?["spec"]?["ingress"]?.mutateArray { $0 = Array($0.dropLast()) }
                }
            }
        ),
    ]
}
