/// Attributes of links: IFLA_* of linux/if_link.h.
enum LinkAttribute {
    /// IFLA_ADDRESS.
    static let address: UInt16 = 1
    /// IFLA_IFNAME.
    static let name: UInt16 = 3
    /// IFLA_MTU.
    static let mtu: UInt16 = 4
    /// IFLA_LINK.
    static let link: UInt16 = 5
    /// IFLA_MASTER.
    static let master: UInt16 = 10
    /// IFLA_PROTINFO.
    static let protocolInformation: UInt16 = 12
    /// IFLA_TXQLEN.
    static let transmitQueueLength: UInt16 = 13
    /// IFLA_OPERSTATE.
    static let operationalState: UInt16 = 16
    /// IFLA_LINKINFO.
    static let linkInformation: UInt16 = 18
    /// IFLA_IFALIAS.
    static let alias: UInt16 = 20
    /// IFLA_AF_SPEC.
    static let familySettings: UInt16 = 26
    /// IFLA_NET_NS_FD.
    static let namespaceDescriptor: UInt16 = 28
    /// IFLA_PROMISCUITY.
    static let promiscuity: UInt16 = 30
    /// IFLA_NUM_TX_QUEUES.
    static let transmitQueues: UInt16 = 31
    /// IFLA_NUM_RX_QUEUES.
    static let receiveQueues: UInt16 = 32
    /// IFLA_LINK_NETNSID.
    static let linkNamespaceID: UInt16 = 37
    /// IFLA_PROP_LIST.
    static let propertyList: UInt16 = 52
    /// IFLA_ALT_IFNAME.
    static let alternativeName: UInt16 = 53
}

/// Inside IFLA_LINKINFO.
enum LinkInformationAttribute {
    /// IFLA_INFO_KIND.
    static let kind: UInt16 = 1
    /// IFLA_INFO_DATA.
    static let data: UInt16 = 2
    /// IFLA_INFO_SLAVE_KIND.
    static let portKind: UInt16 = 4
    /// IFLA_INFO_SLAVE_DATA.
    static let portData: UInt16 = 5
}

/// A bridge port's settings: IFLA_BRPORT_*.
enum BridgePortAttribute {
    /// IFLA_BRPORT_MODE.
    static let hairpin: UInt16 = 4
    /// IFLA_BRPORT_LEARNING.
    static let learning: UInt16 = 8
    /// IFLA_BRPORT_UNICAST_FLOOD.
    static let unicastFlood: UInt16 = 9
    /// IFLA_BRPORT_NEIGH_SUPPRESS.
    static let neighborSuppression: UInt16 = 32
    /// IFLA_BRPORT_ISOLATED.
    static let isolated: UInt16 = 33
}
