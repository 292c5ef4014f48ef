import LinuxSystem
import Netlink
import NetworkTypes

/// The sets of ipset that kube-proxy's mode ipvs makes (linux/netfilter/ipset/ip_set.h).
enum KubeProxySets {
    private static let names = [
        "KUBE-LOOP-BACK", "KUBE-CLUSTER-IP", "KUBE-EXTERNAL-IP", "KUBE-EXTERNAL-IP-LOCAL", "KUBE-LOAD-BALANCER",
        "KUBE-LOAD-BALANCER-FW", "KUBE-LOAD-BALANCER-LOCAL", "KUBE-LOAD-BALANCER-SOURCE-IP",
        "KUBE-LOAD-BALANCER-SOURCE-CIDR", "KUBE-NODE-PORT-TCP", "KUBE-NODE-PORT-UDP", "KUBE-NODE-PORT-LOCAL-TCP",
        "KUBE-NODE-PORT-LOCAL-UDP", "KUBE-NODE-PORT-SCTP-HASH", "KUBE-NODE-PORT-LOCAL-SCTP-HASH",
        "KUBE-HEALTH-CHECK-NODE-PORT", "KUBE-IPVS-IPS",
    ]

    /// IPSET_CMD_DESTROY of NFNL_SUBSYS_IPSET.
    private static let destroy: UInt16 = 6 << 8 | 3
    /// The oldest protocol that all kernels in use understand.
    private static let version: UInt8 = 6

    /// The kernel's names end after 31 characters, and so do kube-proxy's.
    private static func nameOfIPv6(_ name: String) -> String {
        String(("KUBE-6-" + name.dropFirst("KUBE-".count)).prefix(31))
    }

    /// Removes them; nobody may use them any more.
    ///
    /// - Returns: how many were there.
    static func remove() throws -> Int {
        // Asking would load the module.
        guard File.exists("/sys/module/ip_set") else { return 0 }
        var socket = try NetlinkSocket.open(.netfilter)
        var count = 0
        for name in names + names.map(nameOfIPv6) {
            // Without NLM_F_EXCL one that is not there counts as destroyed.
            let request = NetlinkRequest(destroy, flags: .exclusive, operation: "destroy set", object: name) {
                $0.append(UInt8(2))  // struct nfgenmsg: AF_INET, NFNETLINK_V0, no resource
                $0.append(UInt8(0))
                $0.append(network: UInt16(0))
                $0.attribute(1, version)  // IPSET_ATTR_PROTOCOL
                $0.attribute(2, string: name)  // IPSET_ATTR_SETNAME
            }
            do throws(NetlinkError) {
                try socket.request(request)
                count += 1
            } catch {
                guard error.errno == .noSuchFileOrDirectory else { throw error }
            }
        }
        return count
    }
}
