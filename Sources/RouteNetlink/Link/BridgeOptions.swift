import Netlink

/// What only bridges have; nil leaves the kernel's standard.
public struct BridgeOptions: Hashable, Sendable {
    /// `IFLA_BR_AGEING_TIME`: how long a learned address is kept, in hundredths of a second (USER_HZ).
    public var ageingTime: UInt32?
    /// `IFLA_BR_FORWARD_DELAY`: spanning tree's delay, in hundredths of a second.
    public var forwardDelay: UInt32?
    /// `IFLA_BR_VLAN_FILTERING`.
    public var filtersVLANs: Bool?
    /// `IFLA_BR_VLAN_DEFAULT_PVID`: the VLAN of untagged packets; 0 for none.
    public var defaultVLAN: UInt16?
    /// `IFLA_BR_MCAST_SNOOPING`.
    public var snoopsMulticast: Bool?
    /// `IFLA_BR_NF_CALL_IPTABLES`: bridged IPv4 packets pass netfilter's IPv4 hooks, on this bridge alone.
    public var passesIPv4ToNetfilter: Bool?
    /// `IFLA_BR_NF_CALL_IP6TABLES`: bridged IPv6 packets pass netfilter's IPv6 hooks, on this bridge alone.
    public var passesIPv6ToNetfilter: Bool?

    /// The kernel's standards for all.
    public init() {}

    func encode(into writer: inout AttributeWriter) {
        if let forwardDelay { writer.attribute(1, forwardDelay) }
        if let ageingTime { writer.attribute(4, ageingTime) }
        if let filtersVLANs { writer.attribute(7, UInt8(filtersVLANs ? 1 : 0)) }
        if let snoopsMulticast { writer.attribute(23, UInt8(snoopsMulticast ? 1 : 0)) }
        if let passesIPv4ToNetfilter { writer.attribute(36, UInt8(passesIPv4ToNetfilter ? 1 : 0)) }
        if let passesIPv6ToNetfilter { writer.attribute(37, UInt8(passesIPv6ToNetfilter ? 1 : 0)) }
        if let defaultVLAN { writer.attribute(39, defaultVLAN) }
    }
}
