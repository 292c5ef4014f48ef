import JSONTree

private typealias P = PolicySpec

extension PolicyCase {
    private static let a = P.labels("pod=a")
    private static let fromB = P.spec(a, types: ["Ingress"], ingress: [P.from([P.pods(P.labels("pod=b"))])])

    /// The addresses of a pod's status.
    private static func addresses(_ numbers: Int...) -> JSONValue {
        .array(numbers.flatMap { [["ip": .string("10.244.0.\($0)")], ["ip": .string("fd44::\($0)")]] })
    }

    /// Pods come, go and move.
    static let podChanges: [PolicyCase] = [
        PolicyCase("a source goes and comes", [.policy("x/p", fromB)], allowed: ["x/b > x/a tcp 80"])
            .then([.noPod("x/b")], denied: ["x/b > x/a tcp 80"])
            .then([.pod("x/b", ["pod": "b"])], allowed: ["x/b > x/a tcp 80"]),
        PolicyCase("a subject goes and comes", [.policy("x/p", fromB)], denied: ["x/c > x/a tcp 80"])
            .then([.noPod("x/a")], allowed: ["x/c > x/a tcp 80"])
            .then([.pod("x/a", ["pod": "a"])], allowed: ["x/b > x/a tcp 80"], denied: ["x/c > x/a tcp 80"]),
        PolicyCase(
            "a source without an address yet",
            [.podFields("x/b", ["status.podIPs": []]), .policy("x/p", fromB)],
            denied: ["x/b > x/a tcp 80"]
        ).then([.podFields("x/b", ["status.podIPs": addresses(11)])], allowed: ["x/b > x/a tcp 80"]),
        PolicyCase(
            "a subject without an address yet",
            [.podFields("x/a", ["status.podIPs": []]), .policy("x/p", fromB)]
        )
        .then(
            [.podFields("x/a", ["status.podIPs": addresses(10)])],
            allowed: ["x/b > x/a tcp 80"],
            denied: ["x/c > x/a tcp 80"]
        ),
        PolicyCase("two pods change addresses", [.policy("x/p", fromB)], allowed: ["x/b > x/a tcp 80"])
            .then(
                [
                    .podFields("x/b", ["status.podIPs": addresses(12)]),
                    .podFields("x/c", ["status.podIPs": addresses(11)]),
                ],
                allowed: ["x/c > x/a tcp 80"],
                denied: ["x/b > x/a tcp 80"]
            ),
        PolicyCase(
            "one family only",
            [.podFields("x/b", ["status.podIPs": [["ip": "10.244.0.11"]]]), .policy("x/p", fromB)]
        ),
        PolicyCase(
            "a subject with one family only",
            [.podFields("x/a", ["status.podIPs": [["ip": "fd44::10"]]]), .policy("x/p", fromB)]
        ),
        PolicyCase(
            "a pod of another node is a peer, and not ours to isolate",
            [
                .podFields("x/b", ["spec.nodeName": "n2"]),
                .policy("x/p", fromB), .policy("x/q", P.spec(P.labels("pod=b"), types: ["Ingress", "Egress"])),
            ],
            allowed: ["x/b > x/a tcp 80", "x/c > x/b tcp 80"],
            denied: ["x/c > x/a tcp 80"]
        ),
        PolicyCase(
            "a pod without a node is not ours",
            [.podFields("x/a", ["spec.nodeName": .null]), .policy("x/p", fromB)],
            allowed: ["x/c > x/a tcp 80"]
        ).then([.podFields("x/a", ["spec.nodeName": "n1"])], denied: ["x/c > x/a tcp 80"]),
    ]

    /// What a pod is at its begin and end, and pods that are none to policies.
    static let lifeCycle: [PolicyCase] = [
        PolicyCase(
            "a finished source",
            [.policy("x/p", fromB), .podFields("x/b", ["status.phase": "Succeeded"])],
            denied: ["x/b > x/a tcp 80"]
        ),
        PolicyCase(
            "a failed source",
            [.policy("x/p", fromB), .podFields("x/b", ["status.phase": "Failed"])],
            denied: ["x/b > x/a tcp 80"]
        ),
        PolicyCase(
            "a finished subject",
            [.policy("x/p", fromB)],
            denied: ["x/c > x/a tcp 80"]
        ).then([.podFields("x/a", ["status.phase": "Succeeded"])], allowed: ["x/c > x/a tcp 80"]),
        PolicyCase(
            "a pending pod with an address is isolated, and a peer",
            [
                .policy("x/p", fromB), .podFields("x/a", ["status.phase": "Pending"]),
                .podFields("x/b", ["status.phase": "Pending"]),
            ],
            allowed: ["x/b > x/a tcp 80"],
            denied: ["x/c > x/a tcp 80"]
        ),
        PolicyCase(
            "a terminating pod is still isolated, and a peer",
            [
                .policy("x/p", fromB),
                .podFields("x/a", ["metadata.deletionTimestamp": "2026-01-01T00:00:00Z"]),
                .podFields("x/b", ["metadata.deletionTimestamp": "2026-01-01T00:00:00Z"]),
            ],
            allowed: ["x/b > x/a tcp 80"],
            denied: ["x/c > x/a tcp 80"]
        ),
        PolicyCase(
            "an address of a finished pod is another's",
            [
                .podFields("x/b", ["status.phase": "Succeeded"]),
                .podFields("x/c", ["status.podIPs": addresses(11)]),
                .policy("x/p", fromB),
            ],
            denied: ["x/b > x/a tcp 80"]
        ).then([.pod("x/c", ["pod": "b"])], allowed: ["x/b > x/a tcp 80"]),
        PolicyCase(
            "an address of a pod that goes is another's already",
            [
                .podFields("x/b", ["metadata.deletionTimestamp": "2026-01-01T00:00:00Z"]),
                .podFields("x/c", ["status.podIPs": addresses(11)]),
                .policy("x/p", fromB),
            ],
            denied: ["x/b > x/a tcp 80"]
        ).then([.noPod("x/b")], denied: ["x/b > x/a tcp 80"])
            .then([.noPod("x/c"), .pod("x/b", ["pod": "b"])], allowed: ["x/b > x/a tcp 80"]),
        PolicyCase(
            "the younger of two pods with one address",
            [
                .podFields("x/a", ["metadata.creationTimestamp": "2026-01-01T00:00:00Z"]),
                .podFields(
                    "y/a",
                    ["metadata.creationTimestamp": "2026-01-02T00:00:00Z", "status.podIPs": addresses(10)]
                ),
                .policy("x/p", fromB),
            ],
            allowed: ["x/c > x/a tcp 80"]
        ).then([.noPod("y/a")], denied: ["x/c > x/a tcp 80"]),
        PolicyCase(
            "the late end of an address' earlier pod",
            [.policy("x/p", fromB), .podFields("x/c", ["metadata.creationTimestamp": "2026-01-02T00:00:00Z"])]
        ).then([.podFields("x/c", ["status.podIPs": addresses(10)])], allowed: ["y/a > x/a tcp 80"])
            .then([.noPod("x/a")], allowed: ["y/a > x/a tcp 80"])
            .then([.pod("x/c", ["pod": "a"])], denied: ["y/a > x/a tcp 80"]),
        PolicyCase(
            "a pod on its node's network is no peer",
            [.policy("x/p", fromB), .podFields("x/b", ["spec.hostNetwork": true])],
            denied: ["x/b > x/a tcp 80"]
        ),
        PolicyCase(
            "a pod on its node's network is not isolated",
            [.policy("x/p", fromB), .podFields("x/a", ["spec.hostNetwork": true])],
            allowed: ["x/c > x/a tcp 80"]
        ),
        PolicyCase(
            "a Job's pods, one after the other with one name",
            [.policy("x/p", fromB), .podFields("x/b", ["metadata.uid": "1"])],
            allowed: ["x/b > x/a tcp 80"]
        ).then([.podFields("x/b", ["status.phase": "Succeeded"])], denied: ["x/b > x/a tcp 80"])
            .then(
                [.noPod("x/b"), .pod("x/b", ["pod": "q"]), .podFields("x/b", ["metadata.uid": "2"])],
                denied: ["x/b > x/a tcp 80"]
            ),
    ]
}
