import ClusterTesting
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes

/// Mode ipvs: kube-ipvs0 with the ClusterIPs, virtual servers, sets, and the chains that look into these.
extension KubeProxyStandIn {
    /// A virtual server of a Service that went while kube-proxy did not run.
    static let staleServer = "10.96.255.254"

    /// Writes what is not there yet, as kube-proxy does when it comes back.
    func writeBalancing(in namespace: NetworkNamespace) throws {
        try withNetworkNamespace(namespace) { try Sysctl.write("net.ipv4.vs.conntrack", "1") }
        if (try? Witness.run("ip", ["link", "show", "kube-ipvs0"], in: namespace)) == nil {
            try Witness.run("ip", ["link", "add", "kube-ipvs0", "type", "dummy"], in: namespace)
        }
        for address in ["\(clusterIP)", Self.staleServer] {
            try Witness.run("ip", ["address", "replace", "\(address)/32", "dev", "kube-ipvs0"], in: namespace)
        }
        let present = Set(try Witness.run("ipvsadm", ["-Sn"], in: namespace).split(separator: "\n"))
        let missing = servers.filter { !present.contains(Substring($0)) }
        try Witness.run("ipvsadm", ["-R"], in: namespace, input: missing.map { $0 + "\n" }.joined())
        try Witness.run("ipset", ["-exist", "restore"], in: namespace, input: sets)
        try Witness.run("iptables-nft-restore", ["--noflush"], in: namespace, input: Self.chains)
    }

    /// As `ipvsadm -Sn` prints them.
    private var servers: [String] {
        var lines = ["-A -t \(Self.staleServer):80 -s rr"]
        for (transport, option) in [("tcp", "-t"), ("udp", "-u")] {
            for place in ["\(clusterIP):80"] + (nodePorts[transport].map { ["\(node):\($0)"] } ?? []) {
                lines.append("-A \(option) \(place) -s rr")
                lines += Self.endpoints.map { "-a \(option) \(place) -r \($0):8080 -m -w 1" }
            }
        }
        return lines
    }

    private var sets: String {
        var lines = [
            "create KUBE-LOOP-BACK hash:ip,port,ip", "create KUBE-CLUSTER-IP hash:ip,port",
            "create KUBE-IPVS-IPS hash:ip", "add KUBE-IPVS-IPS \(clusterIP)",
        ]
        for (transport, port) in nodePorts.sorted(by: { $0.key < $1.key }) {
            let name = "KUBE-NODE-PORT-\(transport.uppercased())"
            lines += ["create \(name) bitmap:port range 0-65535", "add \(name) \(port)"]
            lines.append("add KUBE-CLUSTER-IP \(clusterIP),\(transport):80")
            lines += Self.endpoints.map { "add KUBE-LOOP-BACK \($0),\(transport):8080,\($0)" }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static let chains = """
        *nat
        :KUBE-MARK-MASQ - [0:0]
        :KUBE-NODE-PORT - [0:0]
        :KUBE-POSTROUTING - [0:0]
        :KUBE-SERVICES - [0:0]
        -A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
        -A KUBE-MARK-MASQ -j MARK --or-mark 0x4000
        -A KUBE-NODE-PORT -p tcp -m set --match-set KUBE-NODE-PORT-TCP dst -j KUBE-MARK-MASQ
        -A KUBE-NODE-PORT -p udp -m set --match-set KUBE-NODE-PORT-UDP dst -j KUBE-MARK-MASQ
        -A KUBE-POSTROUTING -m set --match-set KUBE-LOOP-BACK dst,dst,src -j MASQUERADE
        -A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
        -A KUBE-POSTROUTING -j MARK --xor-mark 0x4000
        -A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
        -A KUBE-SERVICES -s 127.0.0.0/8 -j RETURN
        -A KUBE-SERVICES ! -s \(ClusterLayout.podCIDR) -m set --match-set KUBE-CLUSTER-IP dst,dst -j KUBE-MARK-MASQ
        -A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODE-PORT
        -A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT
        COMMIT
        *filter
        :KUBE-FORWARD - [0:0]
        :KUBE-IPVS-FILTER - [0:0]
        :KUBE-NODE-PORT - [0:0]
        :KUBE-PROXY-FIREWALL - [0:0]
        -A INPUT -m comment --comment "kubernetes ipvs access filter" -j KUBE-IPVS-FILTER
        -A INPUT -m comment --comment "kube-proxy firewall rules" -j KUBE-PROXY-FIREWALL
        -A INPUT -m comment --comment "kubernetes health check rules" -j KUBE-NODE-PORT
        -A FORWARD -m comment --comment "kube-proxy firewall rules" -j KUBE-PROXY-FIREWALL
        -A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
        -A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT
        -A KUBE-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        -A KUBE-IPVS-FILTER -m set --match-set KUBE-CLUSTER-IP dst,dst -j RETURN
        -A KUBE-IPVS-FILTER -m conntrack --ctstate NEW -m set --match-set KUBE-IPVS-IPS dst -j REJECT
        COMMIT

        """
}
