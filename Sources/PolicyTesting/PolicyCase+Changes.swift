import JSONTree

private typealias P = PolicySpec

extension PolicyCase {
    private static let a = P.labels("pod=a")
    private static func pod(_ name: String) -> JSONValue { P.pods(P.labels("pod=\(name)")) }
    private static func into(_ rules: [JSONValue]) -> JSONValue { P.spec(a, types: ["Ingress"], ingress: rules) }
    private static let teamBlue = into([P.from([P.namespaces([:], pods: P.labels("team=blue"))])])

    /// Policies change.
    static let policyChanges: [PolicyCase] = [
        PolicyCase(
            "another peer",
            [.policy("x/p", into([P.from([pod("b")])]))],
            allowed: ["x/b > x/a tcp 80"],
            denied: ["x/c > x/a tcp 80"]
        )
        .then([.policy("x/p", into([P.from([pod("c")])]))], allowed: ["x/c > x/a tcp 80"], denied: ["x/b > x/a tcp 80"])
        .then([.policy("x/p", into([]))], denied: ["x/b > x/a tcp 80", "x/c > x/a tcp 80"]),
        PolicyCase(
            "another port",
            [.policy("x/p", into([P.from(nil, [P.port("TCP", 80)])]))],
            denied: ["y/a > x/a tcp 81"]
        )
        .then(
            [.policy("x/p", into([P.from(nil, [P.port("TCP", 81)])]))],
            allowed: ["y/a > x/a tcp 81"],
            denied: ["y/a > x/a tcp 80"]
        )
        .then(
            [.policy("x/p", into([P.from(nil, [P.port("TCP", 80, to: 81)])]))],
            allowed: ["y/a > x/a tcp 80", "y/a > x/a tcp 81"]
        )
        .then(
            [.policy("x/p", into([P.from(nil, [P.port("UDP")])]))],
            allowed: ["y/a > x/a udp 80"],
            denied: ["y/a > x/a tcp 80"]
        )
        .then([.policy("x/p", into([[:]]))], allowed: ["y/a > x/a sctp 80"]),
        PolicyCase("another subject", [.policy("x/p", P.spec(a, types: ["Ingress"]))], denied: ["x/c > x/a tcp 80"])
            .then(
                [.policy("x/p", P.spec(P.labels("pod=b"), types: ["Ingress"]))],
                allowed: ["x/c > x/a tcp 80"],
                denied: ["x/c > x/b tcp 80"]
            ),
        PolicyCase("the other direction", [.policy("x/p", P.spec(a, types: ["Ingress"]))], denied: ["x/b > x/a tcp 80"])
            .then(
                [.policy("x/p", P.spec(a, types: ["Egress"]))],
                allowed: ["x/b > x/a tcp 80"],
                denied: ["x/a > x/b tcp 80"]
            )
            .then(
                [.policy("x/p", P.spec(a, types: ["Ingress", "Egress"]))],
                denied: ["x/b > x/a tcp 80", "x/a > x/b tcp 80"]
            ),
        PolicyCase("policies come and go", [.policy("x/p", into([P.from([pod("b")])]))], denied: ["x/c > x/a tcp 80"])
            .then([.policy("x/q", into([P.from([pod("c")])]))], allowed: ["x/b > x/a tcp 80", "x/c > x/a tcp 80"])
            .then([.noPolicy("x/p")], allowed: ["x/c > x/a tcp 80"], denied: ["x/b > x/a tcp 80"])
            .then([.noPolicy("x/q")], allowed: ["x/b > x/a tcp 80", "out > x/a tcp 80"]),
        PolicyCase("a policy comes back", [.policy("x/p", into([P.from([pod("b")])]))], denied: ["x/c > x/a tcp 80"])
            .then([.noPolicy("x/p")], allowed: ["x/c > x/a tcp 80"])
            .then(
                [.policy("x/p", into([P.from([pod("b")])]))],
                allowed: ["x/b > x/a tcp 80"],
                denied: ["x/c > x/a tcp 80"]
            ),
        PolicyCase(
            "a block changes",
            [.policy("x/p", into([P.from([P.block("192.0.2.0/24"), P.block("2001:db8::/64")])]))],
            allowed: ["out > x/a tcp 80"],
            denied: ["out2 > x/a tcp 80"]
        ).then(
            [.policy("x/p", into([P.from([P.block("198.51.100.0/24"), P.block("2001:db8:1::/64")])]))],
            allowed: ["out2 > x/a tcp 80"],
            denied: ["out > x/a tcp 80"]
        ).then(
            [.policy("x/p", into([P.from([P.block("0.0.0.0/0"), P.block("::/0")])]))],
            allowed: ["out > x/a tcp 80", "out2 > x/a tcp 80"]
        ).then(
            [
                .policy(
                    "x/p",
                    into([
                        P.from(
                            [
                                P.block("0.0.0.0/0", except: ["198.51.100.7/32"]),
                                P.block("::/0", except: ["2001:db8:1::7/128"]),
                            ],
                            [P.port("TCP", 80)]
                        )
                    ])
                )
            ],
            allowed: ["out > x/a tcp 80"],
            denied: ["out2 > x/a tcp 80", "out > x/a tcp 81"]
        ),
        PolicyCase(
            "two policies change places",
            [.policy("x/p", into([P.from([pod("b")])])), .policy("x/q", into([P.from([pod("c")])]))]
        )
        .then(
            [.policy("x/p", into([P.from([pod("c")])])), .policy("x/q", into([P.from([pod("b")])]))],
            allowed: ["x/b > x/a tcp 80", "x/c > x/a tcp 80"]
        )
        .then([.noPolicy("x/q")], allowed: ["x/c > x/a tcp 80"], denied: ["x/b > x/a tcp 80"]),
    ]

    /// Labels of pods change.
    static let labelChanges: [PolicyCase] = [
        PolicyCase("a source gets a label", [.policy("x/p", teamBlue)], denied: ["y/b > x/a tcp 80"])
            .then(
                [.pod("y/b", ["pod": "b", "team": "blue"])],
                allowed: ["y/b > x/a tcp 80"],
                denied: ["y/c > x/a tcp 80"]
            )
            .then([.pod("y/b", ["pod": "b", "team": "red"])], denied: ["y/b > x/a tcp 80"])
            .then(
                [.pod("y/b", ["pod": "b", "team": "blue"]), .pod("z/a", ["team": "blue"])],
                allowed: ["y/b > x/a tcp 80", "z/a > x/a tcp 80"]
            )
            .then([.pod("y/b", [:])], allowed: ["z/a > x/a tcp 80"], denied: ["y/b > x/a tcp 80"]),
        PolicyCase(
            "a subject gets the label",
            [.policy("x/p", P.spec(P.labels("locked=yes"), types: ["Ingress"]))],
            allowed: ["y/a > x/b tcp 80"]
        )
        .then(
            [.pod("x/b", ["pod": "b", "locked": "yes"])],
            allowed: ["y/a > x/a tcp 80"],
            denied: ["y/a > x/b tcp 80"]
        )
        .then([.pod("x/b", ["pod": "b"])], allowed: ["y/a > x/b tcp 80"]),
        PolicyCase(
            "a label that nobody asks for",
            [.policy("x/p", into([P.from([pod("b")])]))],
            allowed: ["x/b > x/a tcp 80"]
        ).then([.pod("x/b", ["pod": "b", "hash": "1"])], allowed: ["x/b > x/a tcp 80"], denied: ["x/c > x/a tcp 80"]),
        PolicyCase("two pods change roles", [.policy("x/p", into([P.from([pod("b")])]))], allowed: ["x/b > x/a tcp 80"])
            .then(
                [.pod("x/b", ["pod": "c"]), .pod("x/c", ["pod": "b"])],
                allowed: ["x/c > x/a tcp 80"],
                denied: ["x/b > x/a tcp 80"]
            )
            .then(
                [.pod("x/a", ["pod": "b"]), .pod("x/c", ["pod": "a"])],
                allowed: ["x/a > x/c tcp 80", "x/b > x/a tcp 80"],
                denied: ["x/b > x/c tcp 80"]
            ),
        PolicyCase(
            "a label that should not be there",
            [.policy("x/p", into([P.from([P.pods(P.expression("banned", "DoesNotExist"))])]))],
            allowed: ["x/b > x/a tcp 80", "x/c > x/a tcp 80"]
        ).then([.pod("x/c", ["pod": "c", "banned": ""])], allowed: ["x/b > x/a tcp 80"], denied: ["x/c > x/a tcp 80"]),
        PolicyCase(
            "a destination gets a label",
            [
                .policy(
                    "x/p",
                    P.spec(
                        a,
                        types: ["Egress"],
                        egress: [
                            P.to([P.namespaces([:], pods: P.labels("role=db"))], [P.port("TCP", named: "serve-80-tcp")])
                        ]
                    )
                )
            ],
            denied: ["x/a > z/c tcp 80"]
        ).then(
            [.pod("z/c", ["pod": "c", "role": "db"])],
            allowed: ["x/a > z/c tcp 80"],
            denied: ["x/a > z/c tcp 81", "x/a > z/b tcp 80"]
        ),
        PolicyCase(
            "a value that is another's beginning",
            [.policy("x/p", into([P.from([P.namespaces([:], pods: P.labels("app=web"))])]))],
            denied: ["y/a > x/a tcp 80"]
        ).then(
            [.pod("y/a", ["app": "web-1"]), .pod("y/b", ["app": "we"]), .pod("y/c", ["app": "web"])],
            allowed: ["y/c > x/a tcp 80"],
            denied: ["y/a > x/a tcp 80", "y/b > x/a tcp 80"]
        ),
    ]

    /// Namespaces change.
    static let namespaceChanges: [PolicyCase] = [
        PolicyCase(
            "a namespace gets a label",
            [.policy("x/p", into([P.from([P.namespaces(P.labels("team=blue"))])]))],
            denied: ["y/a > x/a tcp 80"]
        )
        .then(
            [.namespace("y", ["ns": "y", "team": "blue"])],
            allowed: ["y/a > x/a tcp 80"],
            denied: ["z/a > x/a tcp 80"]
        )
        .then([.namespace("z", ["team": "blue"])], allowed: ["y/a > x/a tcp 80", "z/a > x/a tcp 80"])
        .then([.namespace("y", ["ns": "y"])], allowed: ["z/a > x/a tcp 80"], denied: ["y/a > x/a tcp 80"]),
        PolicyCase(
            "of a namespace that is not known only the name is known",
            [
                .noNamespace("y"),
                .policy("x/p", into([P.from([P.namespaces(P.expression("secret", "DoesNotExist"))])])),
            ],
            allowed: ["x/b > x/a tcp 80", "z/a > x/a tcp 80"],
            denied: ["y/a > x/a tcp 80"]
        ).then([.namespace("y", [:])], allowed: ["y/a > x/a tcp 80"]).then(
            [.noNamespace("y")],
            denied: ["y/a > x/a tcp 80"]
        ),
        PolicyCase(
            "pods of a namespace that is not known are isolated, and are peers of their own",
            [.noNamespace("x"), .policy("x/p", into([P.from([pod("b")])]))],
            allowed: ["x/b > x/a tcp 80"],
            denied: ["x/c > x/a tcp 80"]
        ),
        PolicyCase(
            "every namespace, also one that is not known",
            [.noNamespace("y"), .policy("x/p", into([P.from([P.namespaces([:])])]))],
            allowed: ["y/a > x/a tcp 80"],
            denied: ["out > x/a tcp 80"]
        ),
        PolicyCase(
            "a namespace's own name is no label to lose",
            [.policy("x/p", into([P.from([P.namespaces(P.labels("kubernetes.io/metadata.name=y"))])]))],
            allowed: ["y/a > x/a tcp 80"]
        ).then([.namespace("y", [:])], allowed: ["y/a > x/a tcp 80"], denied: ["z/a > x/a tcp 80"]),
    ]
}
