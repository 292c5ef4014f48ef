import NFTables
import NetworkTypes

/// A match or target of iptables, put back into words; the structs are those of `ExtensionCompat`.
struct ExtensionReading {
    private let name: String
    private let revision: UInt32
    private let info: StructReading
    private let family: IPFamily

    init(_ name: String, _ revision: UInt32, _ info: [UInt8], _ family: IPFamily) {
        self.name = name
        self.revision = revision
        self.info = StructReading(info)
        self.family = family
    }

    /// What stands behind "-m".
    var match: String {
        let words: String? =
            switch (name, revision) {
            case ("comment", _): "comment --comment \"\(info.text(0, 256).replacing("\"", with: "\\\""))\""
            case ("addrtype", 1): addressType
            case ("conntrack", 3): connectionState
            case ("statistic", 0): statistic
            case ("recent", 0), ("recent", 1): recent
            case ("tcp", 0), ("udp", 0): ports(source: 0, destination: 4, rest: 8)
            case ("sctp", 0): sctp
            case ("mark", 1): "mark \(info.byte(8) == 0 ? "" : "! ")--mark \(info.mark(Array(info.bytes.dropFirst(4))))"
            case ("nfacct", _): "nfacct --nfacct-name \(info.text(0, 32))"
            default: nil
            }
        return words ?? unknown
    }

    /// What stands behind "-j".
    var target: String {
        let words: String? =
            switch (name, revision) {
            case ("MARK", 2):
                "MARK --set-xmark \(StructReading.hex(info.host32(0)))/\(StructReading.hex(info.host32(4)))"
            case ("MASQUERADE", 0): masquerade
            case ("DNAT", 2): destinationNAT
            case ("REJECT", 0): reject
            default: nil
            }
        return words ?? unknown
    }

    private var unknown: String { "\(name) [revision \(revision): \(StructReading.hex(info.bytes))]" }

    /// The words of a match that we write ourselves.
    private func words(_ match: IPTablesRule.Match) -> String {
        String(IPTablesRule([match], .nothing).text(family).dropFirst("-m ".count))
    }

    /// `struct xt_addrtype_info_v1`: types of source and destination, by the bits of `RTN_*`; flags.
    private var addressType: String? {
        let types = [
            "UNSPEC", "UNICAST", "LOCAL", "BROADCAST", "ANYCAST", "MULTICAST", "BLACKHOLE", "UNREACHABLE", "PROHIBIT",
            "THROW", "NAT", "XRESOLVE",
        ]
        // XT_ADDRTYPE_INVERT_SOURCE, XT_ADDRTYPE_INVERT_DEST; the others limit it to an interface.
        let flags = info.host32(4)
        guard flags < 4 else { return nil }
        var words = "addrtype"
        for (option, bits, inverts) in [
            ("--src-type", info.host16(0), flags & 1 != 0), ("--dst-type", info.host16(2), flags & 2 != 0),
        ] where bits != 0 {
            let names = types.indices.filter { bits & 1 << UInt16($0) != 0 }.map { types[$0] }
            words += " \(inverts ? "! " : "")\(option) \(names.joined(separator: ","))"
        }
        return words
    }

    /// `struct xt_conntrack_mtinfo3`, of which only `XT_CONNTRACK_STATE` is known here.
    private var connectionState: String? {
        let (flags, inverted, states) = (info.host16(146), info.host16(148), info.host16(150))
        guard flags == 1 else { return nil }
        let names: [(UInt16, String)] = [
            (1, "INVALID"), (1 << 3, "NEW"), (1 << 2, "RELATED"), (1 << 1, "ESTABLISHED"), (1 << 8, "UNTRACKED"),
            (1 << 6, "SNAT"), (1 << 7, "DNAT"),
        ]
        let found = names.filter { states & $0.0 != 0 }.map(\.1).joined(separator: ",")
        return "conntrack \(inverted & 1 != 0 ? "! " : "")--ctstate \(found)"
    }

    /// `struct xt_statistic_info` in mode random.
    private var statistic: String? {
        guard info.host16(0) == 0, info.host16(2) == 0 else { return nil }
        return words(.statistic(info.host32(4)))
    }

    /// `struct xt_recent_mtinfo_v1`, and the older one without a mask.
    private var recent: String? {
        let list = info.text(10, 200)
        // The mask stands behind the list's name and the side; only that of whole addresses is known here.
        let isWhole = (212..<212 + family.addressLength).allSatisfy { info.byte($0) == 0xff }
        guard info.byte(9) == 0, info.host32(4) == 0, revision == 0 || isWhole else { return nil }
        switch info.byte(8) {
        case 2: return words(.recent(list, .set))
        case 1 | 32: return words(.recent(list, .check(seconds: info.host32(0))))
        default: return nil
        }
    }

    /// `struct xt_tcp` and `struct xt_udp`: two ranges of ports, of which one port or all are known here.
    private func ports(source: Int, destination: Int, rest: Int) -> String? {
        guard info.bytes.dropFirst(rest).allSatisfy({ $0 == 0 }) else { return nil }
        var words = name
        for (option, offset) in [("--sport", source), ("--dport", destination)] {
            let (first, last) = (info.host16(offset), info.host16(offset + 2))
            if (first, last) == (0, .max) { continue }
            words += first == last ? " \(option) \(first)" : " \(option) \(first):\(last)"
        }
        return words
    }

    /// `struct xt_sctp_info`: destination ports, source ports, chunks, and what of it counts.
    private var sctp: String? {
        // XT_SCTP_DEST_PORTS
        let (flags, inverted) = (info.host32(284), info.host32(288))
        guard inverted == 0, flags == 0 || flags == 2 && info.host16(0) == info.host16(2) else { return nil }
        return flags == 0 ? "sctp" : "sctp --dport \(info.host16(0))"
    }

    /// `struct nf_nat_ipv4_multi_range_compat` or `struct nf_nat_range`.
    private var masquerade: String? {
        // NF_NAT_RANGE_PROTO_RANDOM, NF_NAT_RANGE_PROTO_RANDOM_FULLY
        switch info.host32(family == .ipv4 ? 4 : 0) {
        case 0: "MASQUERADE"
        case 1 << 2: "MASQUERADE --random"
        case 1 << 4: "MASQUERADE --random-fully"
        default: nil
        }
    }

    /// `struct nf_nat_range2` with one address and one port.
    private var destinationNAT: String? {
        let length = family.addressLength
        let (low, high) = (info.bytes.dropFirst(4).prefix(length), info.bytes.dropFirst(20).prefix(length))
        // NF_NAT_RANGE_MAP_IPS, NF_NAT_RANGE_PROTO_SPECIFIED
        guard info.host32(0) == 3, low.elementsEqual(high), info.network16(36) == info.network16(38),
            let address = IPAddress(bytes: Array(low))
        else { return nil }
        let port = Port(rawValue: info.network16(36))
        return "DNAT --to-destination \(IPEndpoint(address: address, port: port))"
    }

    /// `struct ipt_reject_info` or `struct ip6t_reject_info`.
    private var reject: String? {
        let names: [UInt32: String] =
            family == .ipv4
            ? [
                0: "icmp-net-unreachable", 1: "icmp-host-unreachable", 2: "icmp-proto-unreachable",
                3: "icmp-port-unreachable", 5: "icmp-net-prohibited", 6: "icmp-host-prohibited", 7: "tcp-reset",
            ]
            : [
                0: "icmp6-no-route", 1: "icmp6-adm-prohibited", 3: "icmp6-addr-unreachable",
                4: "icmp6-port-unreachable", 6: "tcp-reset",
            ]
        return names[info.host32(0)].map { "REJECT --reject-with \($0)" }
    }
}
