import ClusterModel
import JSONTree
import NetworkTypes
import PolicyTesting
import Testing

@testable import PolicyPlan

/// Faults are seeded into the compilation, one by one, and the conformance table must notice each.
struct FaultTests {
    @Test func thereAreMany() { #expect(Self.faults.count >= 40) }

    @Test(arguments: faults)
    func tableNoticesTheFault(_ fault: PolicyFault) {
        let noticed = PolicyCase.all.contains { example in
            var world = PolicyWorld.standard
            var plan = PlanUnderTest(fault)
            plan.move(to: world)
            return example.steps.contains { step in
                for change in step.changes { world.apply(change) }
                plan.move(to: world)
                return Self.probes(of: step, example).contains { plan.allows($0.0) != $0.1 }
            }
        }
        #expect(noticed)
    }

    /// Only what people wrote down counts here, where it is said for both families.
    private static func probes(of step: PolicyCase.Step, _ example: PolicyCase) -> [(PolicyProbe, Bool)] {
        step.allowed.flatMap { PolicyProbe.read($0).map { ($0, true) } }
            + step.denied.flatMap { PolicyProbe.read($0).map { ($0, false) } }
    }

    static let faults: [PolicyFault] = readingFaults + portFaults + peerFaults + podFaults + modelFaults + missedChanges

    private static let readingFaults: [PolicyFault] = [
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

    private static let portFaults: [PolicyFault] = [
        PolicyFault(
            "the protocol is passed over",
            port: { port in
                if port["protocol"]?.stringValue == "UDP" { port["protocol"] = "TCP" }
            }
        ),
        PolicyFault(
            "SCTP is taken for TCP",
            port: { port in
                if port["protocol"]?.stringValue == "SCTP" { port["protocol"] = "TCP" }
            }
        ),
        PolicyFault("a missing protocol is UDP", port: { if $0["protocol"] == nil { $0["protocol"] = "UDP" } }),
        PolicyFault("the end of a range is passed over", port: { $0["endPort"] = nil }),
        PolicyFault(
            "a range ends one earlier",
            port: { port in
                guard let end = port["endPort"]?.intValue, let start = port["port"]?.intValue, start < end else {
                    return
                }
                port["endPort"] = JSONValue(end - 1)
            }
        ),
        PolicyFault(
            "a range ends one later",
            port: { if let end = $0["endPort"]?.intValue, end >= 80 { $0["endPort"] = JSONValue(end + 1) } }
        ),
        PolicyFault(
            "the number is passed over",
            port: { if $0["port"]?.intValue != nil { ($0["port"], $0["endPort"]) = (nil, nil) } }
        ),
        PolicyFault("names of ports are passed over", port: { if $0["port"]?.stringValue != nil { $0["port"] = nil } }),
        PolicyFault("a name is one number for all", port: { if $0["port"]?.stringValue == "web" { $0["port"] = 80 } }),
        PolicyFault(
            "empty ports are no ports",
            rule: { rule, _ in
                if rule["ports"]?.arrayValue?.isEmpty ?? true { rule["ports"] = [PolicySpec.port("TCP", 9)] }
            }
        ),
        PolicyFault(
            "only the first port counts",
            rule: { rule, _ in rule["ports"]?.mutateArray { $0 = Array($0.prefix(1)) } }
        ),
    ]

    private static let peerFaults: [PolicyFault] = [
        PolicyFault(
            "empty peers are no peers",
            rule: { rule, peers in
                if rule[peers]?.arrayValue?.isEmpty ?? true {
                    rule[peers] = [PolicySpec.pods(PolicySpec.labels("none=none"))]
                }
            }
        ),
        PolicyFault(
            "only the first peer counts",
            rule: { rule, peers in rule[peers]?.mutateArray { $0 = Array($0.prefix(1)) } }
        ),
        PolicyFault("exceptions are passed over", peer: { $0["ipBlock"]?["except"] = nil }),
        PolicyFault(
            "only the first exception counts",
            peer: { $0["ipBlock"]?["except"]?.mutateArray { $0 = Array($0.prefix(1)) } }
        ),
        PolicyFault(
            "the pod selector beside a namespace selector is passed over",
            peer: { peer in
                if peer["namespaceSelector"]?.isNull == false { peer["podSelector"] = nil }
            }
        ),
        PolicyFault(
            "the namespace selector beside a pod selector is passed over",
            peer: { peer in
                if peer["podSelector"]?.isNull == false { peer["namespaceSelector"] = nil }
            }
        ),
        PolicyFault(
            "a pod selector alone selects in all namespaces",
            peer: { peer in
                if peer["namespaceSelector"]?.isNull ?? true, peer["ipBlock"] == nil { peer["namespaceSelector"] = [:] }
            }
        ),
        PolicyFault(
            "an empty namespace selector is the own namespace",
            peer: { peer in
                if peer["namespaceSelector"] == [:] {
                    (peer["namespaceSelector"], peer["podSelector"]) = (nil, peer["podSelector"] ?? [:])
                }
            }
        ),
        PolicyFault(
            "NotIn asks for the label to be there",
            peer: { peer in
                for selector in ["podSelector", "namespaceSelector"] {
                    peer[selector]?["matchExpressions"]?.mutateArray { items in
                        for item in items where item["operator"] == "NotIn" {
                            items.append(["key": item["key"] ?? "", "operator": "Exists"])
                        }
                    }
                }
            }
        ),
        PolicyFault(
            "expressions are passed over",
            peer: { peer in
                for selector in ["podSelector", "namespaceSelector"] { peer[selector]?["matchExpressions"] = nil }
            }
        ),
        PolicyFault(
            "labels beside expressions are passed over",
            peer: { peer in
                if peer["podSelector"]?["matchExpressions"] != nil { peer["podSelector"]?["matchLabels"] = nil }
            }
        ),
        PolicyFault(
            "an expression's first value counts",
            peer: { peer in
                for selector in ["podSelector", "namespaceSelector"] {
                    peer[selector]?["matchExpressions"]?.mutateArray { items in
                        for index in items.indices { items[index]["values"]?.mutateArray { $0 = Array($0.prefix(1)) } }
                    }
                }
            }
        ),
        PolicyFault(
            "exceptions limit all blocks",
            rule: { rule, peers in
                let exceptions = (rule[peers]?.arrayValue ?? []).flatMap {
                    $0[path: "ipBlock", "except"]?.arrayValue ?? []
                }
                rule[peers]?.mutateArray { list in
                    list.removeAll {
                        exceptions.contains($0[path: "ipBlock", "cidr"] ?? .null)
                            || exceptions.isEmpty == false && $0[path: "ipBlock", "except"] == nil
                    }
                }
            }
        ),
    ]

    private static let podFaults: [PolicyFault] = [
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

    private static let modelFaults: [PolicyFault] = [
        PolicyFault("blocks are not made", chain: { $0.blocks = [] }),
        PolicyFault("peers are not made", chain: { $0.peers = [:] }),
        PolicyFault("what everyone may do is not made", chain: { $0.anyone = PortSet() }),
        PolicyFault(
            "peers may do everything",
            chain: { chain in chain.peers = chain.peers.mapValues { _ in .everything } }
        ),
        PolicyFault(
            "blocks are open at all ports",
            chain: { chain in
                chain.blocks = chain.blocks.map { AllowedBlock(addresses: $0.addresses, ports: nil) }
            }
        ),
        PolicyFault(
            "a block lacks its last address",
            chain: { chain in
                chain.blocks = chain.blocks.map { block in
                    guard let last = block.addresses.last.advanced(by: -1), block.addresses.first < last else {
                        return block
                    }
                    let shorter = AddressRange(family: last.family, block.addresses.first.rawValue, last.rawValue)
                    return AllowedBlock(addresses: shorter, ports: block.ports)
                }
            }
        ),
        PolicyFault(
            "a block of one address is left out",
            chain: { $0.blocks.removeAll { $0.addresses.first == $0.addresses.last } }
        ),
        PolicyFault(
            "outgoing traffic is not isolated",
            model: { model in
                model.subjects = model.subjects.mapValues {
                    PolicySubject(pod: $0.pod, ingress: $0.ingress, egress: nil)
                }
            }
        ),
        PolicyFault(
            "incoming traffic is not isolated",
            model: { model in
                model.subjects = model.subjects.mapValues {
                    PolicySubject(pod: $0.pod, ingress: nil, egress: $0.egress)
                }
            }
        ),
        PolicyFault(
            "IPv6 is not isolated",
            model: { model in model.subjects = model.subjects.filter { $0.key.family == .ipv4 } }
        ),
        PolicyFault(
            "IPv4 peers are left out",
            model: { model in model.peers = model.peers.filter { $0.key.family == .ipv6 } }
        ),
        PolicyFault(
            "all peers are one",
            model: { model in
                let first = model.peers.values.map(\.number).min() ?? 1
                model.peers = model.peers.mapValues { AddressPeer(number: first, pod: $0.pod) }
            }
        ),
        PolicyFault(
            "one chain for all pods of a direction",
            model: { model in
                let first = model.subjects.values.compactMap(\.ingress).min()
                model.subjects = model.subjects.mapValues {
                    PolicySubject(pod: $0.pod, ingress: $0.ingress.flatMap { _ in first }, egress: $0.egress)
                }
            }
        ),
    ]

    private static let missedChanges: [PolicyFault] = [
        PolicyFault("changes of policies are missed", missing: [.policy], updatesOnly: true),
        PolicyFault("the end of policies is missed", missing: [.policyEnd]),
        PolicyFault("changes of pods are missed", missing: [.pod], updatesOnly: true),
        PolicyFault("the end of pods is missed", missing: [.podEnd]),
        PolicyFault("changes of namespaces are missed", missing: [.namespace], updatesOnly: true),
        PolicyFault("the end of namespaces is missed", missing: [.namespaceEnd]),
        PolicyFault("namespaces are missed", missing: [.namespace]),
    ]
}
