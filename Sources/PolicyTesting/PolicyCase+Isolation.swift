import JSONTree

private typealias P = PolicySpec

extension PolicyCase {
    private static let a = P.labels("pod=a")

    /// Who is isolated at all.
    static let isolation: [PolicyCase] = [
        PolicyCase(
            "no policy allows everything",
            [],
            allowed: ["x/a > y/b tcp 80", "out > x/a udp 81", "z/c > out tcp 80"]
        ),
        PolicyCase(
            "deny all ingress of a namespace",
            [.policy("x/p", P.spec(types: ["Ingress"]))],
            allowed: ["x/a > y/a tcp 80", "x/a > out udp 80", "y/a > y/b tcp 80"],
            denied: ["x/b > x/a tcp 80", "y/a > x/a udp 80", "out > x/c sctp 81"]
        ),
        PolicyCase(
            "deny all egress of a namespace",
            [.policy("x/p", P.spec(types: ["Egress"]))],
            allowed: ["y/a > x/a tcp 80", "out > x/b tcp 81"],
            denied: ["x/a > x/b tcp 80", "x/a > y/a udp 80", "x/c > out tcp 80"]
        ),
        PolicyCase(
            "deny everything",
            [.policy("x/p", P.spec(types: ["Ingress", "Egress"]))],
            allowed: ["y/a > z/a tcp 80"],
            denied: ["x/a > y/a tcp 80", "y/a > x/a tcp 80", "x/a > x/b sctp 80"]
        ),
        PolicyCase(
            "deny all ingress of one pod",
            [.policy("x/p", P.spec(a, types: ["Ingress"]))],
            allowed: ["x/a > x/b tcp 80", "y/a > x/b tcp 80"],
            denied: ["x/b > x/a tcp 80", "out > x/a tcp 80"]
        ),
        PolicyCase(
            "deny all egress of one pod",
            [.policy("x/p", P.spec(a, types: ["Egress"]))],
            allowed: ["x/b > x/a tcp 80", "x/b > y/a tcp 80"],
            denied: ["x/a > x/b tcp 80", "x/a > out tcp 80"]
        ),
        PolicyCase(
            "a policy is for its own namespace only",
            [.policy("y/p", P.spec(a, types: ["Ingress"]))],
            allowed: ["x/b > x/a tcp 80", "y/a > z/a tcp 80"],
            denied: ["x/a > y/a tcp 80"]
        ),
        PolicyCase(
            "both ends must allow",
            [
                .policy("x/out", P.spec(types: ["Egress"], egress: [P.to([P.namespaces(P.labels("ns=y"))])])),
                .policy("y/in", P.spec(types: ["Ingress"], ingress: [P.from([P.namespaces(P.labels("ns=z"))])])),
            ],
            allowed: ["z/a > y/a tcp 80", "x/a > x/a tcp 80"],
            denied: ["x/a > y/a tcp 80", "x/a > z/a tcp 80", "y/a > y/b tcp 80"]
        ),
        PolicyCase(
            "a policy that selects no pod isolates none",
            [.policy("x/p", P.spec(P.labels("pod=none"), types: ["Ingress", "Egress"]))],
            allowed: ["x/a > x/b tcp 80", "y/a > x/a tcp 80"]
        ),
        PolicyCase(
            "isolation ends with the policy",
            [.policy("x/p", P.spec(types: ["Ingress", "Egress"]))],
            denied: ["x/a > x/b tcp 80"]
        ).then([.noPolicy("x/p")], allowed: ["x/a > x/b tcp 80", "out > x/a tcp 80"]),
    ]

    /// `policyTypes` and what is taken for granted without it.
    static let directions: [PolicyCase] = [
        PolicyCase(
            "without types and rules: ingress",
            [.policy("x/p", P.spec(a))],
            allowed: ["x/a > x/b tcp 80"],
            denied: ["x/b > x/a tcp 80"]
        ),
        PolicyCase(
            "without types, empty egress: ingress only",
            [.policy("x/p", P.spec(a, egress: []))],
            allowed: ["x/a > x/b tcp 80"],
            denied: ["x/b > x/a tcp 80"]
        ),
        PolicyCase(
            "without types, an egress rule: both, and nothing may come in",
            [.policy("x/p", P.spec(a, egress: [P.to([P.pods(P.labels("pod=b"))])]))],
            allowed: ["x/a > x/b tcp 80"],
            denied: ["x/b > x/a tcp 80", "x/a > x/c tcp 80"]
        ),
        PolicyCase(
            "empty list of types counts as missing",
            [.policy("x/p", P.spec(a, types: [], ingress: [P.from()]))],
            allowed: ["x/b > x/a tcp 80", "x/a > x/b tcp 80"]
        ),
        PolicyCase(
            "ingress rules of an egress policy are ignored",
            [.policy("x/p", P.spec(a, types: ["Egress"], ingress: [P.from([P.pods(P.labels("pod=b"))])]))],
            allowed: ["x/c > x/a tcp 80"],
            denied: ["x/a > x/b tcp 80"]
        ),
        PolicyCase(
            "egress rules of an ingress policy are ignored",
            [.policy("x/p", P.spec(a, types: ["Ingress"], egress: [P.to([P.pods(P.labels("pod=b"))])]))],
            allowed: ["x/a > x/c tcp 80"],
            denied: ["x/b > x/a tcp 80"]
        ),
        PolicyCase(
            "a rule without members allows everything in",
            [.policy("x/p", P.spec(a, types: ["Ingress"], ingress: [[:]]))],
            allowed: ["x/b > x/a tcp 80", "out > x/a sctp 81", "z/c > x/a udp 80"]
        ),
        PolicyCase(
            "a rule without members allows everything out",
            [.policy("x/p", P.spec(a, types: ["Egress"], egress: [[:]]))],
            allowed: ["x/a > x/b tcp 80", "x/a > out sctp 81"]
        ),
        PolicyCase(
            "empty lists of peers and ports mean all",
            [.policy("x/p", P.spec(a, types: ["Ingress"], ingress: [P.from([], [])]))],
            allowed: ["x/b > x/a tcp 80", "out > x/a udp 80"]
        ),
        PolicyCase(
            "an empty list of rules denies",
            [.policy("x/p", P.spec(a, types: ["Ingress", "Egress"], ingress: [], egress: []))],
            denied: ["x/b > x/a tcp 80", "x/a > x/b tcp 80"]
        ),
        PolicyCase(
            "null stands for missing",
            [
                .policy(
                    "x/p",
                    ["podSelector": a, "policyTypes": ["Ingress"], "ingress": .null, "egress": .null]
                )
            ],
            allowed: ["x/a > x/b tcp 80"],
            denied: ["x/b > x/a tcp 80"]
        ),
        PolicyCase(
            "without a pod selector: every pod of the namespace",
            [.policy("x/p", ["policyTypes": ["Ingress"]])],
            allowed: ["x/a > y/a tcp 80"],
            denied: ["y/a > x/a tcp 80", "y/a > x/c tcp 80"]
        ),
        PolicyCase(
            "allow ingress beside denied egress",
            [.policy("x/p", P.spec(a, types: ["Ingress", "Egress"], ingress: [[:]]))],
            allowed: ["x/b > x/a tcp 80", "out > x/a tcp 80"],
            denied: ["x/a > x/b tcp 80", "x/a > out tcp 80"]
        ),
        PolicyCase(
            "allow egress beside denied ingress",
            [.policy("x/p", P.spec(a, types: ["Ingress", "Egress"], egress: [[:]]))],
            allowed: ["x/a > x/b tcp 80"],
            denied: ["x/b > x/a tcp 80"]
        ),
    ]
}
