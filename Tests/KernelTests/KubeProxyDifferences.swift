import NetworkTypes

/// An intended difference between kube-proxy's rules and ours; docs/kube-proxy.md lists the same.
struct KubeProxyDifference {
    let name: String
    /// What kube-proxy's rules of it are: each must be in a line "TABLE -A CHAIN ...", or be one of chains
    /// "TABLE :CHAIN".
    let theirs: [String]
    /// The same of ours.
    let ours: [String]

    init(_ name: String, theirs: [String] = [], ours: [String] = []) {
        self.name = name
        self.theirs = theirs
        self.ours = ours
    }

    /// All of them for ``KubeProxyCluster``.
    static func all(_ family: IPFamily) -> [KubeProxyDifference] {
        common + (family == .ipv4 ? ipv4 : ipv6)
    }

    private static let common = [
        KubeProxyDifference(
            "a port that a ClusterIP does not have is refused",
            ours: ["filter :WEFT-CLUSTER-IPS", "filter -A WEFT-CLUSTER-IPS ", "-j WEFT-CLUSTER-IPS"]
        ),
        KubeProxyDifference(
            "the node's own connections to an address from outside are refused like all others",
            ours: [
                "filter -A OUTPUT -m conntrack --ctstate NEW -m comment "
                    + "--comment \"kubernetes externally-visible service portals\" -j KUBE-EXTERNAL-SERVICES"
            ]
        ),
        KubeProxyDifference(
            "no canary: commits of others are watched",
            theirs: ["mangle :KUBE-PROXY-CANARY", "filter :KUBE-PROXY-CANARY", "nat :KUBE-PROXY-CANARY"]
        ),
        KubeProxyDifference(
            "packets are counted by rules, not by nfacct",
            theirs: [
                "filter -A KUBE-FORWARD -m conntrack --ctstate INVALID -m nfacct "
                    + "--nfacct-name  ct_state_invalid_dropped_pkts -j DROP"
            ],
            ours: ["filter -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP"]
        ),
    ]

    private static let ipv4 = [
        KubeProxyDifference(
            "connections to node ports on loopback are counted by a jump of their own",
            theirs: [
                "-m nfacct --nfacct-name  localhost_nps_accepted_pkts -j KUBE-EXT-",
                "nat -A KUBE-SERVICES -m comment --comment \"\(lastRule)\" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS",
            ],
            ours: [
                "nat -A KUBE-SERVICES -d 127.0.0.0/8 -m comment --comment \"\(lastRule)\" -m addrtype --dst-type LOCAL "
                    + "-j KUBE-NODEPORTS",
                "nat -A KUBE-SERVICES ! -d 127.0.0.0/8 -m comment --comment \"\(lastRule)\" -m addrtype "
                    + "--dst-type LOCAL -j KUBE-NODEPORTS",
            ]
        ),
        KubeProxyDifference(
            "loopback is guarded in a chain of ours, not in kubelet's",
            theirs: [
                "filter :KUBE-FIREWALL", "filter -A INPUT -j KUBE-FIREWALL", "filter -A OUTPUT -j KUBE-FIREWALL",
                "filter -A KUBE-FIREWALL \(loopbackGuard)",
            ],
            ours: ["filter -A KUBE-PROXY-FIREWALL \(loopbackGuard)"]
        ),
        KubeProxyDifference(
            "addresses and source ranges of a Service stand by number, not as listed",
            theirs: moved("203.0.113.99/32", "192.0.2.0/24"),
            ours: moved("203.0.113.99/32", "192.0.2.0/24")
        ),
        KubeProxyDifference(
            "whom source ranges shut out is dropped also where there is no endpoint",
            ours: firewallOfEmpty("192.0.2.0/24", "203.0.113.22/32")
        ),
    ]

    private static let ipv6 = [
        KubeProxyDifference(
            "a node port without endpoints leaves what listens on ::1 alone",
            theirs: refusedNodePorts("", "icmp6-port-unreachable"),
            ours: refusedNodePorts("! -d ::1/128 ", "icmp6-port-unreachable")
        ),
        KubeProxyDifference(
            "loopback is guarded in a chain of ours, not in kubelet's",
            theirs: [
                "filter :KUBE-FIREWALL", "filter -A INPUT -j KUBE-FIREWALL", "filter -A OUTPUT -j KUBE-FIREWALL",
            ]
        ),
        KubeProxyDifference(
            "addresses and source ranges of a Service stand by number, not as listed",
            theirs: moved("2001:db8:9::99/128", "2001:db8:0:5::/64"),
            ours: moved("2001:db8:9::99/128", "2001:db8:0:5::/64")
        ),
        KubeProxyDifference(
            "whom source ranges shut out is dropped also where there is no endpoint",
            ours: firewallOfEmpty("2001:db8:0:5::/64", "2001:db8:9::22/128")
        ),
    ]

    private static let lastRule = "kubernetes service nodeports; NOTE: this must be the last rule in this chain"
    private static let loopbackGuard =
        "! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment \"block incoming localnet connections\" "
        + "-m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP"

    private static func moved(_ address: String, _ range: String) -> [String] {
        [
            "nat -A KUBE-SERVICES -d \(address) -p tcp -m comment --comment \"shop/gateway:http external IP\"",
            "nat -A KUBE-FW-TB5B4CTQPKKJSQUS -s \(range) -m comment --comment \"shop/gateway:http loadbalancer IP\"",
        ]
    }

    private static func refusedNodePorts(_ destination: String, _ message: String) -> [String] {
        [("away:http has no local endpoints", 30085, "DROP"), ("empty:http has no endpoints", 30088, "REJECT")].map {
            comment,
            port,
            target in
            "filter -A KUBE-EXTERNAL-SERVICES \(destination)-p tcp -m comment --comment \"shop/\(comment)\" "
                + "-m addrtype --dst-type LOCAL -m tcp --dport \(port) -j \(target)"
        }
    }

    private static func firewallOfEmpty(_ range: String, _ address: String) -> [String] {
        let rest =
            "-d \(address) -p tcp -m comment "
            + "--comment \"shop/empty:http traffic not accepted by KUBE-FW-6S5AQTQYCW6YP3J4\" -m tcp --dport 80 -j "
        return ["filter -A KUBE-PROXY-FIREWALL -s \(range) \(rest)RETURN", "filter -A KUBE-PROXY-FIREWALL \(rest)DROP"]
    }
}
