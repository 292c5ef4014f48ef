/// What a link is, with what only that kind has.
public enum LinkKind: Hashable, Sendable {
    /// One end of a pair (veth(4)).
    case veth(peer: VethPeer)
    /// A software switch.
    case bridge(BridgeOptions = BridgeOptions())
    /// A tunnel that carries Ethernet in UDP (RFC 7348).
    case vxlan(VXLANOptions)
    /// A link with a MAC address of its own on top of another.
    case macvlan(MacvlanOptions)
    /// A link that shares the MAC address of another.
    case ipvlan(IPVLANOptions)
    /// A link that drops all that is sent on it.
    case dummy
    /// An intermediate functional block: a place to queue what arrives elsewhere.
    case ifb
    /// An encrypted tunnel (`CONFIG_WIREGUARD`); its keys and peers are set over generic netlink.
    case wireguard

    /// The kernel's name of the kind: `IFLA_INFO_KIND`.
    public var name: String {
        switch self {
        case .veth: "veth"
        case .bridge: "bridge"
        case .vxlan: "vxlan"
        case .macvlan: "macvlan"
        case .ipvlan: "ipvlan"
        case .dummy: "dummy"
        case .ifb: "ifb"
        case .wireguard: "wireguard"
        }
    }

    /// The index of the link below (`IFLA_LINK`), for kinds that sit on one.
    var lowerLink: UInt32? {
        switch self {
        case .macvlan(let options): options.lowerLink
        case .ipvlan(let options): options.lowerLink
        case .veth, .bridge, .vxlan, .dummy, .ifb, .wireguard: nil
        }
    }
}

extension LinkKind: CustomStringConvertible {
    /// "bridge", "veth, peer eth0", "vxlan, id 1".
    public var description: String {
        switch self {
        case .veth(let peer): "veth, peer \(peer.name)"
        case .vxlan(let options): "vxlan, id \(options.identifier)"
        default: name
        }
    }
}
