public import NetworkTypes

/// The targets of iptables, as iptables-nft 1.8.9 writes them: revision and struct of the version that it picks.
extension ExtensionCompat {
    /// Changes the packet's mark to `(mark & ~mask) ^ value`: `struct xt_mark_tginfo2` of linux/netfilter/xt_mark.h.
    public static func mark(_ value: UInt32, mask: UInt32) -> ExtensionCompat {
        var info = StructBytes(capacity: 8)
        info.host32(value)
        info.host32(mask)
        return ExtensionCompat("MARK", revision: 2, info: info.bytes)
    }

    /// Translates the source to the address of the interface that the packet leaves by, to a random port.
    ///
    /// IPv4 has `struct nf_nat_ipv4_multi_range_compat`, IPv6 `struct nf_nat_range` (linux/netfilter/nf_nat.h).
    public static func masqueradeFullyRandom(_ family: IPFamily) -> ExtensionCompat {
        // NF_NAT_RANGE_PROTO_RANDOM_FULLY
        let fullyRandom: UInt32 = 1 << 4
        var info = StructBytes(capacity: 40)
        if family == .ipv4 { info.host32(1) }
        info.host32(fullyRandom)
        info.zeros(family == .ipv4 ? 12 : 36)
        return ExtensionCompat("MASQUERADE", revision: 0, info: info.bytes)
    }

    /// Translates the destination to an address and port: `struct nf_nat_range2` of linux/netfilter/nf_nat.h.
    public static func destinationNAT(_ endpoint: IPEndpoint) -> ExtensionCompat {
        // NF_NAT_RANGE_MAP_IPS, NF_NAT_RANGE_PROTO_SPECIFIED
        let flags: UInt32 = 1 | 1 << 1
        var info = StructBytes(capacity: 48)
        info.host32(flags)
        info.address(endpoint.address)
        info.address(endpoint.address)
        info.network16(endpoint.port.rawValue)
        info.network16(endpoint.port.rawValue)
        info.zeros(4)
        return ExtensionCompat("DNAT", revision: 2, info: info.bytes)
    }

    /// Discards the packet and answers with an ICMP port-unreachable.
    ///
    /// `struct ipt_reject_info` with `IPT_ICMP_PORT_UNREACHABLE` (linux/netfilter_ipv4/ipt_REJECT.h), or
    /// `struct ip6t_reject_info` with `IP6T_ICMP6_PORT_UNREACH` (linux/netfilter_ipv6/ip6t_REJECT.h).
    public static func rejectPortUnreachable(_ family: IPFamily) -> ExtensionCompat {
        var info = StructBytes(capacity: 8)
        info.host32(family == .ipv4 ? 3 : 4)
        info.zeros(4)
        return ExtensionCompat("REJECT", revision: 0, info: info.bytes)
    }
}
