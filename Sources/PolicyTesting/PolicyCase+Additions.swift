import JSONTree

private typealias P = PolicySpec

extension PolicyCase {
    private static let a = P.labels("pod=a")
    private static func from(_ name: String) -> JSONValue { P.pods(P.labels("pod=\(name)")) }

    private static func into(_ rules: [JSONValue]) -> JSONValue { P.spec(a, types: ["Ingress"], ingress: rules) }

    /// Rules and policies only add to each other.
    static let additions: [PolicyCase] = [
        PolicyCase(
            "two rules: no cross product",
            [
                .policy(
                    "x/p",
                    into([P.from([from("b")], [P.port("TCP", 80)]), P.from([from("c")], [P.port("TCP", 81)])])
                )
            ],
            allowed: ["x/b > x/a tcp 80", "x/c > x/a tcp 81"],
            denied: ["x/b > x/a tcp 81", "x/c > x/a tcp 80"]
        ),
        PolicyCase(
            "two policies: no cross product",
            [
                .policy("x/p", into([P.from([from("b")], [P.port("TCP", 80)])])),
                .policy("x/q", into([P.from([from("c")], [P.port("TCP", 81)])])),
            ],
            allowed: ["x/b > x/a tcp 80", "x/c > x/a tcp 81"],
            denied: ["x/b > x/a tcp 81", "x/c > x/a tcp 80", "y/a > x/a tcp 80"]
        ),
        PolicyCase(
            "deny all beside allow all",
            [
                .policy("x/deny", P.spec(types: ["Ingress"])),
                .policy("x/allow", P.spec(types: ["Ingress"], ingress: [[:]])),
            ],
            allowed: ["y/a > x/a tcp 80", "out > x/b udp 80"]
        ),
        PolicyCase(
            "deny all beside allow for one pod",
            [.policy("x/deny", P.spec(types: ["Ingress"])), .policy("x/allow", into([[:]]))],
            allowed: ["y/a > x/a tcp 80"],
            denied: ["y/a > x/b tcp 80"]
        ),
        PolicyCase(
            "one policy for each direction",
            [
                .policy("x/in", into([P.from([from("b")])])),
                .policy("x/out", P.spec(a, types: ["Egress"], egress: [P.to([from("c")])])),
            ],
            allowed: ["x/b > x/a tcp 80", "x/a > x/c tcp 80"],
            denied: ["x/c > x/a tcp 80", "x/a > x/b tcp 80"]
        ),
        PolicyCase(
            "overlapping selectors of subjects",
            [
                .policy(
                    "x/p",
                    P.spec(P.expression("pod", "In", ["a", "b"]), types: ["Ingress"], ingress: [P.from([from("c")])])
                ),
                .policy(
                    "x/q",
                    P.spec(P.expression("pod", "In", ["b", "c"]), types: ["Ingress"], ingress: [P.from([from("a")])])
                ),
            ],
            allowed: ["x/c > x/a tcp 80", "x/c > x/b tcp 80", "x/a > x/b tcp 80", "x/a > x/c tcp 80"],
            denied: ["x/b > x/a tcp 80", "x/b > x/c tcp 80"]
        ),
        PolicyCase(
            "everyone at one port beside some at all",
            [.policy("x/p", into([P.from(nil, [P.port("TCP", 80)]), P.from([from("b")])]))],
            allowed: ["y/a > x/a tcp 80", "x/b > x/a udp 81", "out > x/a tcp 80"],
            denied: ["y/a > x/a tcp 81", "out > x/a udp 80"]
        ),
        PolicyCase(
            "the same peer with several ports",
            [
                .policy(
                    "x/p",
                    into([P.from([from("b")], [P.port("TCP", 80)]), P.from([from("b")], [P.port("UDP", 81)])])
                )
            ],
            allowed: ["x/b > x/a tcp 80", "x/b > x/a udp 81"],
            denied: ["x/b > x/a udp 80", "x/b > x/a tcp 81"]
        ),
        PolicyCase(
            "a pod that two peers of a rule select",
            [.policy("x/p", into([P.from([from("b"), P.namespaces(P.labels("ns=x"))], [P.port("TCP", 80)])]))],
            allowed: ["x/b > x/a tcp 80", "x/c > x/a tcp 80"],
            denied: ["y/b > x/a tcp 80", "x/b > x/a tcp 81"]
        ),
        PolicyCase(
            "a pod that two selectors tell apart from others",
            [
                .policy("x/p", into([P.from([P.namespaces([:], pods: P.labels("pod=b"))], [P.port("TCP", 80)])])),
                .policy("x/q", into([P.from([P.namespaces(P.labels("ns=y"))], [P.port("TCP", 81)])])),
            ],
            allowed: ["y/b > x/a tcp 80", "y/b > x/a tcp 81", "z/b > x/a tcp 80", "y/c > x/a tcp 81"],
            denied: ["z/b > x/a tcp 81", "y/c > x/a tcp 80"]
        ),
        PolicyCase(
            "replies need no rule, requests do",
            [
                .policy("x/p", P.spec(a, types: ["Ingress", "Egress"], egress: [P.to([from("b")])])),
                .policy(
                    "x/q",
                    P.spec(P.labels("pod=b"), types: ["Ingress", "Egress"], ingress: [P.from([from("a")])])
                ),
            ],
            allowed: ["x/a > x/b tcp 80"],
            denied: ["x/b > x/a tcp 80"]
        ),
        PolicyCase(
            "a web of three tiers",
            [
                .policy("x/web", P.spec(a, ingress: [P.from(nil, [P.port("TCP", 80)])])),
                .policy("x/app", P.spec(P.labels("pod=b"), ingress: [P.from([from("a")], [P.port("TCP", 81)])])),
                .policy("x/db", P.spec(P.labels("pod=c"), ingress: [P.from([from("b")], [P.port("TCP", 80)])])),
            ],
            allowed: ["out > x/a tcp 80", "x/a > x/b tcp 81", "x/b > x/c tcp 80"],
            denied: ["out > x/b tcp 81", "x/a > x/c tcp 80", "y/a > x/c tcp 80", "x/b > x/c tcp 81"]
        ),
    ]

    /// Policies that are not as they should be isolate, and allow nothing; others go on.
    ///
    /// The evaluator knows them by their names, which begin with `bad`.
    static let malformed: [PolicyCase] =
        [
            ("a bad CIDR", P.from([P.block("10.0.0.0/33")])),
            ("no CIDR at all", P.from([P.block("somewhere")])),
            ("a bad exception", P.from([P.block("0.0.0.0/0", except: ["10.0.0.0"])])),
            ("an exception of another family", P.from([P.block("0.0.0.0/0", except: ["fd44::/64"])])),
            ("an unknown protocol", P.from(nil, [P.port("ICMP")])),
            ("a protocol in small letters beside a good port", P.from(nil, [P.port("dccp", 80), P.port("TCP", 80)])),
            ("a port that is too high", P.from(nil, [P.port("TCP", 70_000)])),
            ("a range that ends before it begins", P.from(nil, [P.port("TCP", 80, to: 70)])),
            ("an end without a begin", P.from(nil, [["endPort": 80]])),
            ("a name with an end", P.from(nil, [["port": "web", "endPort": 80]])),
            ("a peer of nothing", P.from([[:]])),
            ("a block beside a selector", P.from([["ipBlock": ["cidr": "0.0.0.0/0"], "podSelector": [:]]])),
            ("an unknown operator", P.from([P.pods(P.expression("pod", "Like", ["a"]))])),
            ("an operator without values", P.from([P.namespaces(P.expression("ns", "In"))])),
        ].map { (name: String, rule: JSONValue) in
            PolicyCase(
                "malformed: \(name)",
                [
                    .policy("x/bad", into([[:], rule])),
                    .policy("x/good", into([P.from([from("b")])])),
                ],
                allowed: ["x/b > x/a tcp 80", "x/a > x/b tcp 80", "x/b > x/c tcp 80"],
                denied: ["x/c > x/a tcp 80", "out > x/a tcp 80"]
            ).then([.noPolicy("x/bad"), .noPolicy("x/good")], allowed: ["x/c > x/a tcp 80"])
        } + [
            PolicyCase(
                "malformed: an unknown type isolates in both directions",
                [.policy("x/bad-types", P.spec(a, types: ["Ingress", "Sideways"], ingress: [[:]], egress: [[:]]))],
                allowed: ["x/b > x/c tcp 80"],
                denied: ["x/b > x/a tcp 80", "x/a > x/b tcp 80"]
            ),
            PolicyCase(
                "malformed: whom it selects is not known, so all of its namespace",
                [
                    .policy(
                        "x/bad-selector",
                        P.spec(P.expression("pod", "Like", ["a"]), types: ["Ingress"], ingress: [[:]])
                    )
                ],
                allowed: ["x/b > y/a tcp 80", "y/a > y/b tcp 80"],
                denied: ["y/a > x/a tcp 80", "y/a > x/c tcp 80"]
            ),
            PolicyCase(
                "a policy is mended",
                [.policy("x/bad", into([P.from([P.block("10.0.0.0/99")])]))],
                denied: ["x/b > x/a tcp 80"]
            ).then(
                [
                    .noPolicy("x/bad"),
                    .policy("x/mended", into([P.from([P.block("10.0.0.0/8"), P.block("fd44::/64")])])),
                ],
                allowed: ["x/b > x/a tcp 80"],
                denied: ["out > x/a tcp 80"]
            ),
        ]
}
