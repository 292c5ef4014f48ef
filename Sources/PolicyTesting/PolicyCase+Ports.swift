import JSONTree

private typealias P = PolicySpec

extension PolicyCase {
    private static let a = P.labels("pod=a")

    private static func into(_ ports: [JSONValue]) -> [PolicyChange] {
        [.policy("x/p", P.spec(a, types: ["Ingress"], ingress: [P.from(nil, ports)]))]
    }

    private static func outOf(_ ports: [JSONValue], to peers: [JSONValue]? = nil) -> [PolicyChange] {
        [.policy("x/p", P.spec(a, types: ["Egress"], egress: [P.to(peers, ports)]))]
    }

    /// Ports by number.
    static let ports: [PolicyCase] =
        transports.flatMap { transport, word in
            let others = transports.map(\.1).filter { $0 != word }
            return [
                PolicyCase(
                    "\(transport) 80 in",
                    into([P.port(transport, 80)]),
                    allowed: ["y/a > x/a \(word) 80", "out > x/a \(word) 80"],
                    denied: ["y/a > x/a \(word) 81"] + others.map { "y/a > x/a \($0) 80" }
                ),
                PolicyCase(
                    "\(transport) 80 out",
                    outOf([P.port(transport, 80)]),
                    allowed: ["x/a > y/a \(word) 80", "x/a > out \(word) 80"],
                    denied: ["x/a > y/a \(word) 81"] + others.map { "x/a > y/a \($0) 80" }
                ),
                PolicyCase(
                    "all of \(transport) in",
                    into([P.port(transport)]),
                    allowed: ["y/a > x/a \(word) 80", "y/a > x/a \(word) 81"],
                    denied: others.map { "y/a > x/a \($0) 80" }
                ),
                PolicyCase(
                    "all of \(transport) out to pods",
                    outOf([P.port(transport)], to: [P.namespaces(P.labels("ns=y"))]),
                    allowed: ["x/a > y/a \(word) 80", "x/a > y/b \(word) 81"],
                    denied: others.map { "x/a > y/a \($0) 80" } + ["x/a > z/a \(word) 80"]
                ),
                PolicyCase(
                    "a range of \(transport) in",
                    into([P.port(transport, 70, to: 80)]),
                    allowed: ["y/a > x/a \(word) 80"],
                    denied: ["y/a > x/a \(word) 81"] + others.map { "y/a > x/a \($0) 80" }
                ),
                PolicyCase(
                    "a range of \(transport) from pods",
                    [
                        .policy(
                            "x/p",
                            P.spec(
                                a,
                                types: ["Ingress"],
                                ingress: [P.from([P.pods(P.labels("pod=b"))], [P.port(transport, 81, to: 90)])]
                            )
                        )
                    ],
                    allowed: ["x/b > x/a \(word) 81"],
                    denied: ["x/b > x/a \(word) 80", "x/c > x/a \(word) 81"]
                ),
            ]
        } + [
            PolicyCase(
                "without a protocol: TCP",
                into([P.port(nil, 80)]),
                allowed: ["y/a > x/a tcp 80"],
                denied: ["y/a > x/a udp 80", "y/a > x/a sctp 80"]
            ),
            PolicyCase(
                "without anything: all of TCP",
                into([[:]]),
                allowed: ["y/a > x/a tcp 80", "y/a > x/a tcp 81"],
                denied: ["y/a > x/a udp 80", "y/a > x/a sctp 80"]
            ),
            PolicyCase(
                "several ports",
                into([P.port("TCP", 80), P.port("UDP", 81)]),
                allowed: ["y/a > x/a tcp 80", "y/a > x/a udp 81"],
                denied: ["y/a > x/a tcp 81", "y/a > x/a udp 80"]
            ),
            PolicyCase(
                "a range of one port",
                into([P.port("TCP", 81, to: 81)]),
                allowed: ["y/a > x/a tcp 81"],
                denied: ["y/a > x/a tcp 80"]
            ),
            PolicyCase(
                "overlapping ranges and a port within",
                into([P.port("TCP", 10, to: 80), P.port("TCP", 50, to: 79), P.port("TCP", 60)]),
                allowed: ["y/a > x/a tcp 80"],
                denied: ["y/a > x/a tcp 81"]
            ),
            PolicyCase(
                "ranges that touch",
                outOf([P.port("TCP", 79, to: 80), P.port("TCP", 81, to: 82)], to: [P.pods(P.labels("pod=b"))]),
                allowed: ["x/a > x/b tcp 80", "x/a > x/b tcp 81"],
                denied: ["x/a > x/c tcp 80"]
            ),
            PolicyCase(
                "a port that nobody serves",
                into([P.port("TCP", 7)]),
                denied: ["y/a > x/a tcp 80", "y/a > x/a tcp 81"]
            ),
        ]

    /// Ports by name: of the destination pod, with its protocol.
    static let namedPorts: [PolicyCase] = [
        PolicyCase(
            "a name in",
            into([P.port("TCP", named: "serve-80-tcp")]),
            allowed: ["y/a > x/a tcp 80", "out > x/a tcp 80"],
            denied: ["y/a > x/a tcp 81", "y/a > x/a udp 80"]
        ),
        PolicyCase(
            "a name out to everyone: pods only",
            outOf([P.port("UDP", named: "serve-81-udp")]),
            allowed: ["x/a > y/a udp 81", "x/a > z/c udp 81"],
            denied: ["x/a > y/a udp 80", "x/a > out udp 81", "x/a > y/a tcp 81"]
        ),
        PolicyCase(
            "a name out to pods",
            outOf([P.port("TCP", named: "serve-80-tcp")], to: [P.pods(P.labels("pod=b"))]),
            allowed: ["x/a > x/b tcp 80"],
            denied: ["x/a > x/b tcp 81", "x/a > x/c tcp 80"]
        ),
        PolicyCase("a name that no pod has", into([P.port("TCP", named: "none")]), denied: ["y/a > x/a tcp 80"]),
        PolicyCase(
            "a name with another protocol than the port's",
            into([P.port("UDP", named: "serve-80-tcp")]),
            denied: ["y/a > x/a tcp 80", "y/a > x/a udp 80"]
        ),
        PolicyCase(
            "a name without a protocol: TCP",
            into([P.port(named: "serve-81-tcp")]),
            allowed: ["y/a > x/a tcp 81"],
            denied: ["y/a > x/a tcp 80"]
        ),
        PolicyCase(
            "the same name is another number in another pod, in",
            [
                .podFields(
                    "x/b",
                    ["spec.containers": [["name": "c", "ports": [["name": "web", "containerPort": 81]]]]]
                ),
                .podFields(
                    "x/c",
                    ["spec.containers": [["name": "c", "ports": [["name": "web", "containerPort": 80]]]]]
                ),
                .policy("x/p", P.spec(types: ["Ingress"], ingress: [P.from(nil, [P.port("TCP", named: "web")])])),
            ],
            allowed: ["y/a > x/b tcp 81", "y/a > x/c tcp 80"],
            denied: ["y/a > x/b tcp 80", "y/a > x/c tcp 81", "y/a > x/a tcp 80"]
        ),
        PolicyCase(
            "the same name is another number in another pod, out",
            [
                .podFields(
                    "y/b",
                    ["spec.containers": [["name": "c", "ports": [["name": "web", "containerPort": 81]]]]]
                ),
                .podFields(
                    "y/c",
                    ["spec.containers": [["name": "c", "ports": [["name": "web", "containerPort": 80]]]]]
                ),
            ] + outOf([P.port("TCP", named: "web")], to: [P.namespaces(P.labels("ns=y"))]),
            allowed: ["x/a > y/b tcp 81", "x/a > y/c tcp 80"],
            denied: ["x/a > y/b tcp 80", "x/a > y/c tcp 81", "x/a > y/a tcp 80"]
        ),
        PolicyCase(
            "a sidecar's port",
            [
                .podFields(
                    "x/a",
                    [
                        "spec.initContainers": [
                            [
                                "name": "proxy", "restartPolicy": "Always",
                                "ports": [["name": "side", "containerPort": 81]],
                            ],
                            ["name": "first", "ports": [["name": "early", "containerPort": 80]]],
                        ]
                    ]
                )
            ] + into([P.port("TCP", named: "side"), P.port("TCP", named: "early")]),
            allowed: ["y/a > x/a tcp 81"],
            denied: ["y/a > x/a tcp 80"]
        ),
        PolicyCase(
            "two containers with one name: both numbers",
            [
                .podFields(
                    "x/a",
                    [
                        "spec.containers": [
                            ["name": "one", "ports": [["name": "web", "containerPort": 80]]],
                            ["name": "two", "ports": [["name": "web", "containerPort": 81]]],
                        ]
                    ]
                )
            ] + into([P.port("TCP", named: "web")]),
            allowed: ["y/a > x/a tcp 80", "y/a > x/a tcp 81"],
            denied: ["y/a > x/a udp 80"]
        ),
        PolicyCase(
            "a name beside a number",
            outOf([P.port("TCP", named: "serve-80-tcp"), P.port("UDP", 81)]),
            allowed: ["x/a > y/a tcp 80", "x/a > y/a udp 81", "x/a > out udp 81"],
            denied: ["x/a > out tcp 80", "x/a > y/a tcp 81"]
        ),
        PolicyCase(
            "a name for a block of destinations is nothing",
            outOf([P.port("TCP", named: "serve-80-tcp")], to: [P.block("0.0.0.0/0"), P.block("::/0")]),
            denied: ["x/a > y/a tcp 80", "x/a > out tcp 80"]
        ),
        PolicyCase(
            "a name for a block of sources is the pod's",
            [
                .policy(
                    "x/p",
                    P.spec(
                        a,
                        types: ["Ingress"],
                        ingress: [
                            P.from(
                                [P.block("192.0.2.0/24"), P.block("2001:db8::/64")],
                                [P.port("TCP", named: "serve-80-tcp")]
                            )
                        ]
                    )
                )
            ],
            allowed: ["out > x/a tcp 80"],
            denied: ["out > x/a tcp 81", "out2 > x/a tcp 80", "y/a > x/a tcp 80"]
        ),
        PolicyCase(
            "a name moves to another number",
            into([P.port("TCP", named: "web")]),
            denied: ["y/a > x/a tcp 80", "y/a > x/a tcp 81"]
        ).then(
            [
                .podFields(
                    "x/a",
                    ["spec.containers": [["name": "c", "ports": [["name": "web", "containerPort": 80]]]]]
                )
            ],
            allowed: ["y/a > x/a tcp 80"],
            denied: ["y/a > x/a tcp 81"]
        ).then(
            [
                .podFields(
                    "x/a",
                    ["spec.containers": [["name": "c", "ports": [["name": "web", "containerPort": 81]]]]]
                )
            ],
            allowed: ["y/a > x/a tcp 81"],
            denied: ["y/a > x/a tcp 80"]
        ),
        PolicyCase(
            "a destination's name moves to another number",
            outOf([P.port("TCP", named: "web")]),
            denied: ["x/a > y/b tcp 80"]
        ).then(
            [
                .podFields(
                    "y/b",
                    ["spec.containers": [["name": "c", "ports": [["name": "web", "containerPort": 80]]]]]
                )
            ],
            allowed: ["x/a > y/b tcp 80"],
            denied: ["x/a > y/c tcp 80"]
        ).then(
            [
                .podFields(
                    "y/b",
                    ["spec.containers": [["name": "c", "ports": [["name": "web", "containerPort": 81]]]]]
                )
            ],
            allowed: ["x/a > y/b tcp 81"],
            denied: ["x/a > y/b tcp 80"]
        ),
    ]
}
