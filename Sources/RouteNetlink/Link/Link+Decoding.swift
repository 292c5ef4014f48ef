public import Netlink
import NetworkTypes

extension Link {
    /// Reads an RTM_NEWLINK or RTM_DELLINK message.
    ///
    /// - Throws: `.malformed`.
    public init(_ message: NetlinkMessage) throws(NetlinkError) {
        self.init(
            index: try message.field(at: 4, as: UInt32.self),
            flags: LinkFlags(rawValue: try message.field(at: 8, as: UInt32.self))
        )
        var attributes = try message.attributes(after: 16)
        while attributes.next() { read(&attributes) }
        try attributes.finish()
    }

    private mutating func read(_ attributes: inout AttributeReader) {
        switch attributes.type {
        case LinkAttribute.name: name = attributes.string()
        case LinkAttribute.mtu: mtu = attributes.uint32()
        case LinkAttribute.master: master = attributes.uint32()
        case LinkAttribute.link: lowerLink = attributes.uint32()
        case LinkAttribute.linkNamespaceID: lowerLinkNamespaceID = attributes.int32()
        case LinkAttribute.alias: alias = attributes.string()
        case LinkAttribute.promiscuity: promiscuity = attributes.uint32()
        case LinkAttribute.transmitQueueLength: transmitQueueLength = attributes.uint32()
        case LinkAttribute.operationalState: operationalState = OperationalState(rawValue: attributes.uint8())
        // Tunnels have 4 or 16 bytes here, and InfiniBand 20.
        case LinkAttribute.address: mac = MACAddress(bytes: attributes.payload)
        case LinkAttribute.linkInformation: attributes.nested { readInformation(&$0) }
        case LinkAttribute.propertyList: attributes.nested { readProperties(&$0) }
        default: break
        }
    }

    private mutating func readInformation(_ attributes: inout AttributeReader) {
        var portKind = ""
        while attributes.next() {
            switch attributes.type {
            case LinkInformationAttribute.kind: kind = attributes.string()
            case LinkInformationAttribute.portKind: portKind = attributes.string()
            case LinkInformationAttribute.portData where portKind == "bridge":
                attributes.nested { bridgePort = BridgePortSettings(&$0) }
            // The kernel tells the kind first.
            case LinkInformationAttribute.data where kind == "vxlan":
                attributes.nested { vxlan = VXLANOptions(&$0) }
            default: break
            }
        }
    }

    private mutating func readProperties(_ attributes: inout AttributeReader) {
        while attributes.next() {
            if attributes.type == LinkAttribute.alternativeName { alternativeNames.append(attributes.string()) }
        }
    }
}

extension BridgePortSettings {
    /// Reads IFLA_INFO_SLAVE_DATA of a bridge's port.
    init(_ attributes: inout AttributeReader) {
        self.init()
        while attributes.next() {
            switch attributes.type {
            case BridgePortAttribute.hairpin: hairpin = attributes.uint8() != 0
            case BridgePortAttribute.learning: learning = attributes.uint8() != 0
            case BridgePortAttribute.unicastFlood: unicastFlood = attributes.uint8() != 0
            case BridgePortAttribute.neighborSuppression: neighborSuppression = attributes.uint8() != 0
            case BridgePortAttribute.isolated: isolated = attributes.uint8() != 0
            default: break
            }
        }
    }
}
