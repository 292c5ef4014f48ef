import JSONTree

private typealias P = PolicySpec

/// Expressions over the label `pod`, and which of the pods a, b, c they select.
private let expressions: [(name: String, selector: JSONValue, selected: Set<String>)] = [
    ("matchLabels", P.labels("pod=b"), ["b"]),
    ("empty", [:], ["a", "b", "c"]),
    ("In one", P.expression("pod", "In", ["b"]), ["b"]),
    ("In two", P.expression("pod", "In", ["b", "c"]), ["b", "c"]),
    ("In unknown value", P.expression("pod", "In", ["q"]), []),
    ("In on a missing label", P.expression("tier", "In", ["b"]), []),
    ("NotIn one", P.expression("pod", "NotIn", ["b"]), ["a", "c"]),
    ("NotIn all", P.expression("pod", "NotIn", ["a", "b", "c"]), []),
    ("NotIn on a missing label", P.expression("tier", "NotIn", ["web"]), ["a", "b", "c"]),
    ("Exists", P.expression("pod", "Exists"), ["a", "b", "c"]),
    ("Exists on a missing label", P.expression("tier", "Exists"), []),
    ("DoesNotExist", P.expression("pod", "DoesNotExist"), []),
    ("DoesNotExist on a missing label", P.expression("tier", "DoesNotExist"), ["a", "b", "c"]),
    (
        "labels and expressions together",
        [
            "matchLabels": ["pod": "b"],
            "matchExpressions": [
                ["key": "pod", "operator": "NotIn", "values": ["c"]], ["key": "tier", "operator": "DoesNotExist"],
            ],
        ], ["b"]
    ),
    (
        "labels and expressions that exclude each other",
        ["matchLabels": ["pod": "b"], "matchExpressions": [["key": "pod", "operator": "In", "values": ["c"]]]], []
    ),
]

extension PolicyCase {
    /// Selectors of pods: as the subject, as a source, as a destination.
    static let podSelectors: [PolicyCase] = expressions.flatMap { name, selector, selected in
        let (inside, outside) = (selected.sorted(), ["a", "b", "c"].filter { !selected.contains($0) })
        return [
            PolicyCase(
                "subject: \(name)",
                [.policy("x/p", P.spec(selector, types: ["Ingress"]))],
                allowed: outside.map { "y/a > x/\($0) tcp 80" },
                denied: inside.map { "y/a > x/\($0) tcp 80" }
            ),
            PolicyCase(
                "source: \(name)",
                [.policy("x/p", P.spec(types: ["Ingress"], ingress: [P.from([P.pods(selector)])]))],
                allowed: inside.filter { $0 != "a" }.map { "x/\($0) > x/a tcp 80" },
                denied: outside.filter { $0 != "a" }.map { "x/\($0) > x/a tcp 80" } + [
                    "y/b > x/a tcp 80", "out > x/a tcp 80",
                ]
            ),
            PolicyCase(
                "destination: \(name)",
                [.policy("x/p", P.spec(P.labels("pod=a"), types: ["Egress"], egress: [P.to([P.pods(selector)])]))],
                allowed: inside.filter { $0 != "a" }.map { "x/a > x/\($0) udp 81" },
                denied: outside.filter { $0 != "a" }.map { "x/a > x/\($0) udp 81" } + [
                    "x/a > y/b tcp 80", "x/a > out tcp 80",
                ]
            ),
        ]
    }

    /// Selectors of namespaces.
    static let namespaceSelectors: [PolicyCase] = [
        ("by label", P.labels("ns=y"), ["y"]),
        ("by its own name", P.labels("kubernetes.io/metadata.name=z"), ["z"]),
        ("all", [:], ["x", "y", "z"]),
        ("In", P.expression("ns", "In", ["x", "z"]), ["x", "z"]),
        ("NotIn", P.expression("ns", "NotIn", ["x"]), ["y", "z"]),
        ("Exists", P.expression("ns", "Exists"), ["x", "y", "z"]),
        ("DoesNotExist", P.expression("ns", "DoesNotExist"), []),
        ("no such label", P.labels("team=blue"), []),
    ].flatMap { (name: String, selector: JSONValue, selected: [String]) in
        let outside = ["x", "y", "z"].filter { !selected.contains($0) }
        return [
            PolicyCase(
                "source namespaces: \(name)",
                [
                    .policy(
                        "x/p",
                        P.spec(P.labels("pod=a"), types: ["Ingress"], ingress: [P.from([P.namespaces(selector)])])
                    )
                ],
                allowed: selected.map { "\($0)/b > x/a tcp 80" },
                denied: outside.map { "\($0)/b > x/a tcp 80" } + ["out > x/a tcp 80"]
            ),
            PolicyCase(
                "destination namespaces: \(name)",
                [
                    .policy(
                        "x/p",
                        P.spec(P.labels("pod=a"), types: ["Egress"], egress: [P.to([P.namespaces(selector)])])
                    )
                ],
                allowed: selected.map { "x/a > \($0)/b tcp 80" },
                denied: outside.map { "x/a > \($0)/b tcp 80" } + ["x/a > out tcp 80"]
            ),
        ]
    }

    /// Selectors of pods and namespaces together.
    static let combinations: [PolicyCase] = [
        PolicyCase(
            "pods in namespaces: both must fit",
            [
                .policy(
                    "x/p",
                    P.spec(
                        types: ["Ingress"],
                        ingress: [P.from([P.namespaces(P.labels("ns=y"), pods: P.labels("pod=b"))])]
                    )
                )
            ],
            allowed: ["y/b > x/a tcp 80"],
            denied: ["y/a > x/a tcp 80", "x/b > x/a tcp 80", "z/b > x/a tcp 80"]
        ),
        PolicyCase(
            "pods or namespaces: one must fit",
            [
                .policy(
                    "x/p",
                    P.spec(
                        types: ["Ingress"],
                        ingress: [P.from([P.namespaces(P.labels("ns=y")), P.pods(P.labels("pod=b"))])]
                    )
                )
            ],
            allowed: ["y/a > x/a tcp 80", "x/b > x/a tcp 80", "y/c > x/c tcp 80"],
            denied: ["x/c > x/a tcp 80", "z/b > x/a tcp 80"]
        ),
        PolicyCase(
            "pods of a label in all namespaces",
            [
                .policy(
                    "x/p",
                    P.spec(types: ["Ingress"], ingress: [P.from([P.namespaces([:], pods: P.labels("pod=b"))])])
                )
            ],
            allowed: ["y/b > x/a tcp 80", "z/b > x/a udp 80", "x/b > x/c tcp 80"],
            denied: ["y/a > x/a tcp 80", "out > x/a tcp 80"]
        ),
        PolicyCase(
            "an empty pod selector means the policy's namespace",
            [.policy("x/p", P.spec(types: ["Ingress"], ingress: [P.from([P.pods([:])])]))],
            allowed: ["x/b > x/a tcp 80"],
            denied: ["y/b > x/a tcp 80", "out > x/a tcp 80"]
        ),
        PolicyCase(
            "null selectors beside another one are missing",
            [
                .policy(
                    "x/p",
                    P.spec(
                        types: ["Ingress"],
                        ingress: [P.from([["podSelector": .null, "namespaceSelector": P.labels("ns=y")]])]
                    )
                )
            ],
            allowed: ["y/a > x/a tcp 80"],
            denied: ["x/b > x/a tcp 80"]
        ),
        PolicyCase(
            "pods of other namespaces with pods excluded",
            [
                .policy(
                    "y/p",
                    P.spec(
                        P.labels("pod=c"),
                        types: ["Egress"],
                        egress: [
                            P.to([
                                P.namespaces(
                                    P.expression("ns", "NotIn", ["y"]),
                                    pods: P.expression("pod", "NotIn", ["a"])
                                )
                            ])
                        ]
                    )
                )
            ],
            allowed: ["y/c > x/b tcp 80", "y/c > z/c tcp 80"],
            denied: ["y/c > x/a tcp 80", "y/c > y/b tcp 80"]
        ),
    ]
}
