import JSONTree

private typealias P = PolicySpec

extension PolicyCase {
    private static let a = P.labels("pod=a")
    private static let everywhere = [P.block("0.0.0.0/0"), P.block("::/0")]

    private static func into(_ peers: [JSONValue], _ ports: [JSONValue]? = nil) -> [PolicyChange] {
        [.policy("x/p", P.spec(a, types: ["Ingress"], ingress: [P.from(peers, ports)]))]
    }

    private static func outOf(_ peers: [JSONValue], _ ports: [JSONValue]? = nil) -> [PolicyChange] {
        [.policy("x/p", P.spec(a, types: ["Egress"], egress: [P.to(peers, ports)]))]
    }

    /// Ranges of addresses, of clients outside and of pods.
    static let blocks: [PolicyCase] = [
        PolicyCase(
            "a block of sources",
            into([P.block("192.0.2.0/24"), P.block("2001:db8::/64")]),
            allowed: ["out > x/a tcp 80", "out > x/a sctp 81"],
            denied: ["out2 > x/a tcp 80", "x/b > x/a tcp 80"]
        ),
        PolicyCase(
            "a block of destinations",
            outOf([P.block("192.0.2.0/24"), P.block("2001:db8::/64")]),
            allowed: ["x/a > out tcp 80"],
            denied: ["x/a > out2 tcp 80", "x/a > x/b tcp 80"]
        ),
        PolicyCase(
            "every address",
            into(everywhere),
            allowed: ["out > x/a tcp 80", "out2 > x/a tcp 80", "y/a > x/a udp 80"]
        ),
        PolicyCase("one family does not open the other", into([P.block("0.0.0.0/0")])),
        PolicyCase("nor the other way round", outOf([P.block("::/0")])),
        PolicyCase(
            "one address",
            into([P.block("192.0.2.50/32"), P.block("2001:db8::50/128")]),
            allowed: ["out > x/a tcp 80"],
            denied: ["out2 > x/a tcp 80"]
        ),
        PolicyCase(
            "pods' addresses are addresses too",
            into([P.block("10.244.0.10/31"), P.block("fd44::10/127")]),
            allowed: ["x/b > x/a tcp 80"],
            denied: ["x/c > x/a tcp 80", "y/a > x/a tcp 80"]
        ),
        PolicyCase(
            "host bits are masked",
            into([P.block("192.0.2.77/24"), P.block("2001:db8::77/64")]),
            allowed: ["out > x/a tcp 80"],
            denied: ["out2 > x/a tcp 80"]
        ),
        PolicyCase(
            "except takes out of the block",
            into([P.block("0.0.0.0/0", except: ["192.0.2.0/24"]), P.block("::/0", except: ["2001:db8::/64"])]),
            allowed: ["out2 > x/a tcp 80", "y/a > x/a tcp 80"],
            denied: ["out > x/a tcp 80"]
        ),
        PolicyCase(
            "except limits its own block only: another block",
            into([
                P.block("0.0.0.0/0", except: ["192.0.2.0/24"]), P.block("::/0", except: ["2001:db8::/64"]),
                P.block("192.0.2.50/32"), P.block("2001:db8::50/128"),
            ]),
            allowed: ["out > x/a tcp 80", "out2 > x/a tcp 80"]
        ),
        PolicyCase(
            "except limits its own block only: another rule",
            [
                .policy(
                    "x/p",
                    P.spec(
                        a,
                        types: ["Ingress"],
                        ingress: [
                            P.from([
                                P.block("10.0.0.0/8", except: ["10.244.0.0/16"]),
                                P.block("fd44::/16", except: ["fd44::/64"]),
                            ]),
                            P.from([P.pods(P.labels("pod=b"))]),
                        ]
                    )
                )
            ],
            allowed: ["x/b > x/a tcp 80"],
            denied: ["x/c > x/a tcp 80", "out > x/a tcp 80"]
        ),
        PolicyCase(
            "except limits its own block only: another policy",
            into([P.block("0.0.0.0/0", except: ["192.0.2.0/24"]), P.block("::/0", except: ["2001:db8::/64"])]) + [
                .policy(
                    "x/q",
                    P.spec(types: ["Ingress"], ingress: [P.from([P.block("192.0.2.0/25"), P.block("2001:db8::/96")])])
                )
            ],
            allowed: ["out > x/a tcp 80", "out2 > x/a tcp 80"],
            denied: ["out2 > x/b tcp 80"]
        ),
        PolicyCase(
            "exceptions overlap and nest",
            into([
                P.block("0.0.0.0/0", except: ["192.0.0.0/16", "192.0.2.0/24", "192.0.2.50/32"]),
                P.block("::/0", except: ["2001:db8::/48", "2001:db8::/64"]),
            ]),
            allowed: ["out2 > x/a tcp 80"],
            denied: ["out > x/a tcp 80"]
        ),
        PolicyCase(
            "several exceptions",
            into([
                P.block("0.0.0.0/0", except: ["10.0.0.0/8", "192.0.2.0/24"]),
                P.block("::/0", except: ["fd44::/64", "2001:db8::/64"]),
            ]),
            allowed: ["out2 > x/a tcp 80"],
            denied: ["out > x/a tcp 80", "x/b > x/a tcp 80"]
        ),
        PolicyCase(
            "exceptions that cover the whole block",
            into([
                P.block("192.0.2.0/24", except: ["192.0.2.0/25", "192.0.2.128/25"]),
                P.block("2001:db8::/64", except: ["2001:db8::/65", "2001:db8:0:0:8000::/65"]),
            ]),
            denied: ["out > x/a tcp 80", "out2 > x/a tcp 80"]
        ),
        PolicyCase(
            "overlapping blocks",
            into([
                P.block("192.0.0.0/16"), P.block("192.0.2.0/24"), P.block("192.0.2.50/32"), P.block("192.0.3.0/24"),
                P.block("2001:db8::/64"), P.block("2001:db8::/96"),
            ]),
            allowed: ["out > x/a tcp 80"],
            denied: ["out2 > x/a tcp 80"]
        ),
        PolicyCase(
            "the ends of the address space",
            into([
                P.block("0.0.0.0/1", except: ["10.244.0.0/24"]), P.block("128.0.0.0/1", except: ["198.51.100.0/24"]),
                P.block("::/1", except: ["2001:db8:1::/48"]), P.block("8000::/1", except: ["fd44::/64"]),
            ]),
            allowed: ["out > x/a tcp 80"],
            denied: ["out2 > x/a tcp 80", "x/b > x/a tcp 80"]
        ),
        PolicyCase(
            "a block beside pods in one rule",
            into([P.block("192.0.2.0/24"), P.block("2001:db8::/64"), P.pods(P.labels("pod=b"))]),
            allowed: ["out > x/a tcp 80", "x/b > x/a tcp 80"],
            denied: ["out2 > x/a tcp 80", "x/c > x/a tcp 80"]
        ),
        PolicyCase(
            "except of destinations",
            outOf([P.block("0.0.0.0/0", except: ["10.244.0.12/30"]), P.block("::/0", except: ["fd44::14/126"])]),
            allowed: ["x/a > out tcp 80", "x/a > x/b tcp 80"],
            denied: ["x/a > y/b tcp 80", "x/a > y/c tcp 80"]
        ),
    ]

    /// Ranges of addresses with ports.
    static let blocksWithPorts: [PolicyCase] = [
        PolicyCase(
            "a block with a port",
            into([P.block("192.0.2.0/24"), P.block("2001:db8::/64")], [P.port("TCP", 80)]),
            allowed: ["out > x/a tcp 80"],
            denied: ["out > x/a tcp 81", "out > x/a udp 80", "out2 > x/a tcp 80"]
        ),
        PolicyCase(
            "a block with a range of ports",
            outOf(everywhere, [P.port("UDP", 80, to: 90)]),
            allowed: ["x/a > out udp 80", "x/a > y/a udp 81"],
            denied: ["x/a > out tcp 80"]
        ),
        PolicyCase(
            "overlapping blocks with different ports",
            [
                .policy(
                    "x/p",
                    P.spec(
                        a,
                        types: ["Ingress"],
                        ingress: [
                            P.from([P.block("192.0.0.0/16"), P.block("2001:db8::/32")], [P.port("TCP", 80)]),
                            P.from([P.block("192.0.2.0/24"), P.block("2001:db8::/64")], [P.port("TCP", 81)]),
                        ]
                    )
                )
            ],
            allowed: ["out > x/a tcp 80", "out > x/a tcp 81"],
            denied: ["out2 > x/a tcp 81", "y/a > x/a tcp 80"]
        ),
        PolicyCase(
            "overlapping blocks with overlapping ranges of ports",
            [
                .policy(
                    "x/p",
                    P.spec(
                        a,
                        types: ["Ingress"],
                        ingress: [
                            P.from([P.block("192.0.0.0/16"), P.block("2001:db8::/48")], [P.port("TCP", 1, to: 80)]),
                            P.from([P.block("192.0.2.0/24"), P.block("2001:db8::/64")], [P.port("TCP", 80, to: 100)]),
                            P.from(
                                [P.block("198.51.100.0/24"), P.block("2001:db8:1::/48")],
                                [P.port("TCP", 81, to: 81)]
                            ),
                        ]
                    )
                )
            ],
            allowed: ["out > x/a tcp 80", "out > x/a tcp 81", "out2 > x/a tcp 81"],
            denied: ["out2 > x/a tcp 80", "out > x/a udp 80"]
        ),
        PolicyCase(
            "a block with everything, within one with a port",
            [
                .policy(
                    "x/p",
                    P.spec(
                        a,
                        types: ["Egress"],
                        egress: [
                            P.to(everywhere, [P.port("TCP", 80)]),
                            P.to([P.block("192.0.2.0/24"), P.block("2001:db8::/64")]),
                        ]
                    )
                )
            ],
            allowed: ["x/a > out udp 81", "x/a > out2 tcp 80", "x/a > y/a tcp 80"],
            denied: ["x/a > out2 tcp 81", "x/a > y/a udp 80"]
        ),
        PolicyCase(
            "all ports of one protocol for a block",
            into([P.block("192.0.2.0/24"), P.block("2001:db8::/64")], [P.port("UDP")]),
            allowed: ["out > x/a udp 80", "out > x/a udp 81"],
            denied: ["out > x/a tcp 80", "out > x/a sctp 80"]
        ),
        PolicyCase(
            "no cross product between rules",
            [
                .policy(
                    "x/p",
                    P.spec(
                        a,
                        types: ["Ingress"],
                        ingress: [
                            P.from([P.block("192.0.2.0/24"), P.block("2001:db8::/64")], [P.port("TCP", 80)]),
                            P.from([P.block("198.51.100.0/24"), P.block("2001:db8:1::/48")], [P.port("TCP", 81)]),
                        ]
                    )
                )
            ],
            allowed: ["out > x/a tcp 80", "out2 > x/a tcp 81"],
            denied: ["out > x/a tcp 81", "out2 > x/a tcp 80"]
        ),
    ]
}
