import JSONTree
import PolicyTesting

@testable import PolicyPlan

extension FaultTests {
    static let peerFaults: [PolicyFault] = [
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
}
