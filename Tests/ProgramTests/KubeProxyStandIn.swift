import ClusterTesting
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes

/// What a real kube-proxy 1.36 has in the kernel for the Service default/one with two endpoints, written as it writes
/// it: through iptables-restore, or as a script of nft; virtual servers and their sets by their tools.
struct KubeProxyStandIn {
    enum Mode: String, CaseIterable { case iptables, nftables, ipvs }

    /// The names that kube-proxy derives from "default/one:web-tcp" and so on, and from the endpoints.
    private struct Names {
        let transport: String
        let service: String
        /// One for each of ``endpoints``.
        let endpoints: [String]
        var port: String { "default/one:web-\(transport)" }
    }

    private static let names = [
        Names(transport: "tcp", service: "SRDYBMPDJUF7WFS6", endpoints: ["PRPFWMCCHFAKGKHT", "MB37CK7BA5JLJNEL"]),
        Names(transport: "udp", service: "NI52YD36Y4KYDZYC", endpoints: ["PPIPELAIOPD5PNTR", "DHU6ZAVGDVEAUQR2"]),
    ]
    /// The first two addresses of the first node's range.
    static let endpoints = ["10.244.0.2", "10.244.0.3"]
    /// A chain of the Service's TCP port.
    static let serviceChain = "KUBE-SVC-\(names[0].service)"
    /// A chain of a Service that went while kube-proxy did not run.
    static let staleChain = "KUBE-SVC-AAAAAAAAAAAAAAAA"

    let mode: Mode
    let node: IPAddress
    let clusterIP: IPAddress
    /// By transport.
    let nodePorts: [String: Port]

    /// Writes everything, beside whatever is there.
    func write(in namespace: NetworkNamespace) throws {
        switch mode {
        case .iptables:
            let restore = ["--noflush"]
            try Witness.run("iptables-nft-restore", restore, in: namespace, input: chains(hasService: true))
            try Witness.run("ip6tables-nft-restore", restore, in: namespace, input: chains(hasService: false))
        case .nftables: try Witness.run("nft", ["-f", "-"], in: namespace, input: tables)
        case .ipvs: try writeBalancing(in: namespace)
        }
    }

    // MARK: Mode iptables

    private func chains(hasService: Bool) -> String {
        let names = hasService ? Self.names : []
        let stale = hasService ? Self.stale : []
        var lines = ["*mangle", ":KUBE-PROXY-CANARY - [0:0]", "COMMIT", Self.filter, "*nat"]
        lines += ["KUBE-MARK-MASQ", "KUBE-NODEPORTS", "KUBE-POSTROUTING", "KUBE-PROXY-CANARY", "KUBE-SERVICES"].map {
            ":\($0) - [0:0]"
        }
        for name in names {
            lines += (["EXT-", "SVC-"].map { $0 + name.service } + name.endpoints.map { "SEP-\($0)" }).map {
                ":KUBE-\($0) - [0:0]"
            }
        }
        if hasService { lines.append(":\(Self.staleChain) - [0:0]") }
        lines.append(Self.natBase)
        lines += names.flatMap(rules) + stale
        lines.append(
            """
            -A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in \
            this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
            """
        )
        return (lines + ["COMMIT", ""]).joined(separator: "\n")
    }

    private func rules(_ name: Names) -> [String] {
        let (service, external) = ("KUBE-SVC-\(name.service)", "KUBE-EXT-\(name.service)")
        let match = "-d \(clusterIP)/32 -p \(name.transport) -m comment --comment \"\(name.port) cluster IP\""
        let port = "-m \(name.transport) --dport"
        let comment = "-m comment --comment \"\(name.port)\""
        var lines = [
            "-A KUBE-SERVICES \(match) \(port) 80 -j \(service)",
            "-A \(service) ! -s \(ClusterLayout.podCIDR) \(match) \(port) 80 -j KUBE-MARK-MASQ",
            """
            -A \(external) -m comment --comment "masquerade traffic for \(name.port) external destinations" \
            -j KUBE-MARK-MASQ
            """,
            "-A \(external) -j \(service)",
        ]
        if let number = nodePorts[name.transport] {
            lines.append("-A KUBE-NODEPORTS -p \(name.transport) \(comment) \(port) \(number) -j \(external)")
        }
        for (index, (address, hash)) in zip(Self.endpoints, name.endpoints).enumerated() {
            let share = index == 0 ? "-m statistic --mode random --probability 0.5000000000 " : ""
            lines += [
                "-A \(service) -m comment --comment \"\(name.port) -> \(address):8080\" \(share)-j KUBE-SEP-\(hash)",
                "-A KUBE-SEP-\(hash) -s \(address)/32 \(comment) -j KUBE-MARK-MASQ",
                """
                -A KUBE-SEP-\(hash) -p \(name.transport) \(comment) -m \(name.transport) -j DNAT --to-destination \
                \(address):8080
                """,
            ]
        }
        return lines
    }

    private static let stale = [
        """
        -A KUBE-SERVICES -d 10.96.255.254/32 -p tcp -m comment --comment "default/gone:web cluster IP" -m tcp \
        --dport 80 -j \(staleChain)
        """,
        """
        -A \(staleChain) ! -s \(ClusterLayout.podCIDR) -d 10.96.255.254/32 -p tcp -m comment --comment \
        "default/gone:web cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        """,
    ]

    private static let natBase = """
        -A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
        -A KUBE-MARK-MASQ -j MARK --or-mark 0x4000
        -A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
        -A KUBE-POSTROUTING -j MARK --xor-mark 0x4000
        -A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
        """

    private static let filter: String = {
        func jump(_ chain: String, _ comment: String, _ target: String, isForNew: Bool = true) -> String {
            let state = isForNew ? "-m conntrack --ctstate NEW " : ""
            return "-A \(chain) \(state)-m comment --comment \"kubernetes \(comment)\" -j \(target)"
        }
        let portals = ("externally-visible service portals", "KUBE-EXTERNAL-SERVICES")
        let firewall = ("load balancer firewall", "KUBE-PROXY-FIREWALL")
        let chains = [
            "KUBE-EXTERNAL-SERVICES", "KUBE-FORWARD", "KUBE-NODEPORTS", "KUBE-PROXY-CANARY", "KUBE-PROXY-FIREWALL",
            "KUBE-SERVICES",
        ].map { ":\($0) - [0:0]" }
        let rules = [
            jump("INPUT", firewall.0, firewall.1),
            jump("INPUT", "health check service ports", "KUBE-NODEPORTS", isForNew: false),
            jump("INPUT", portals.0, portals.1),
            jump("FORWARD", firewall.0, firewall.1),
            jump("FORWARD", "forwarding rules", "KUBE-FORWARD", isForNew: false),
            jump("FORWARD", "service portals", "KUBE-SERVICES"),
            jump("FORWARD", portals.0, portals.1),
            jump("OUTPUT", firewall.0, firewall.1),
            jump("OUTPUT", "service portals", "KUBE-SERVICES"),
            "-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP",
            """
            -A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT
            -A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate \
            RELATED,ESTABLISHED -j ACCEPT
            """,
        ]
        return (["*filter"] + chains + rules + ["COMMIT"]).joined(separator: "\n")
    }()

    // MARK: Mode nftables

    private var tables: String {
        var (chains, services, ports) = ("", "", "")
        for name in Self.names {
            let hash = "\(name.service)-default/one/\(name.transport)"
            for (address, end) in zip(Self.endpoints, name.endpoints) {
                chains += """
                      chain endpoint-\(end)-\(address) {
                        ip saddr \(address) jump mark-for-masquerade
                        meta l4proto \(name.transport) dnat to \(address):8080
                      }

                    """
            }
            let ends = zip(Self.endpoints, name.endpoints).enumerated().map { number, end in
                "\(number) : goto endpoint-\(end.1)-\(end.0)"
            }
            chains += """
                  chain service-\(hash) {
                    ip daddr \(clusterIP) \(name.transport) dport 80 ip saddr != \(ClusterLayout.podCIDR) \
                jump mark-for-masquerade
                    numgen random mod \(ends.count) vmap { \(ends.joined(separator: ", ")) }
                  }
                  chain external-\(hash) {
                    jump mark-for-masquerade
                    goto service-\(hash)
                  }

                """
            services += "\(clusterIP) . \(name.transport) . 80 : goto service-\(hash), "
            if let number = nodePorts[name.transport] {
                ports += "\(name.transport) . \(number) : goto external-\(hash), "
            }
        }
        return """
            table ip kube-proxy {
              comment "rules for kube-proxy"
              set cluster-ips { type ipv4_addr; comment "Active ClusterIPs"; elements = { \(clusterIP) } }
              set nodeport-ips { type ipv4_addr; comment "IPs that accept NodePort traffic"; elements = { \(node) } }
              chain mark-for-masquerade { meta mark set meta mark | 0x4000; }
              chain masquerading {
                meta mark & 0x4000 == 0x0 return
                meta mark set meta mark ^ 0x4000
                masquerade fully-random
              }
            \(chains)
              map service-ips { type ipv4_addr . inet_proto . inet_service : verdict; elements = { \(services) } }
              map service-nodeports { type inet_proto . inet_service : verdict; elements = { \(ports) } }
              chain services {
                ip daddr . meta l4proto . th dport vmap @service-ips
                ip daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports
              }
              chain cluster-ips-check { ip daddr @cluster-ips reject; }
              chain filter-forward {
                type filter hook forward priority -110; policy accept;
                ct state new jump cluster-ips-check
              }
              chain filter-output-post-dnat {
                type filter hook output priority -90; policy accept;
                ct state new jump cluster-ips-check
              }
              chain nat-prerouting { type nat hook prerouting priority -100; policy accept; jump services; }
              chain nat-output { type nat hook output priority -100; policy accept; jump services; }
              chain nat-postrouting { type nat hook postrouting priority 100; policy accept; jump masquerading; }
            }
            table ip6 kube-proxy {
              comment "rules for kube-proxy"
              chain services { }
              chain nat-prerouting { type nat hook prerouting priority -100; policy accept; jump services; }
            }

            """
    }
}
