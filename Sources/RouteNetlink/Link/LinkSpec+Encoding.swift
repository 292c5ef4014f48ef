import LinuxSystem
import Netlink

extension LinkSpec {
    /// What every kind may have.
    func encodeSettings(into writer: inout AttributeWriter) {
        if let mac { writer.attribute(LinkAttribute.address, mac: mac) }
        if let mtu { writer.attribute(LinkAttribute.mtu, mtu) }
        if let lower = kind.lowerLink { writer.attribute(LinkAttribute.link, lower) }
        if let master { writer.attribute(LinkAttribute.master, master) }
        if let transmitQueueLength { writer.attribute(LinkAttribute.transmitQueueLength, transmitQueueLength) }
        writer.queues(queues)
        if let namespace { writer.attribute(LinkAttribute.namespaceDescriptor, namespace.fileDescriptor) }
    }
}

extension AttributeWriter {
    /// How many queues a link has each way.
    mutating func queues(_ count: UInt32?) {
        guard let count else { return }
        attribute(LinkAttribute.transmitQueues, count)
        attribute(LinkAttribute.receiveQueues, count)
    }
}

extension LinkKind {
    /// IFLA_INFO_DATA, for kinds that have any.
    func encodeData(into writer: inout AttributeWriter) {
        switch self {
        case .veth(let peer): writer.nested(LinkInformationAttribute.data) { peer.encode(into: &$0) }
        case .bridge(let options): writer.nested(LinkInformationAttribute.data) { options.encode(into: &$0) }
        case .vxlan(let options): writer.nested(LinkInformationAttribute.data) { options.encode(into: &$0) }
        case .macvlan(let options): writer.nested(LinkInformationAttribute.data) { options.encode(into: &$0) }
        case .ipvlan(let options): writer.nested(LinkInformationAttribute.data) { options.encode(into: &$0) }
        case .dummy, .ifb, .wireguard: break
        }
    }
}

extension LinkChange {
    /// The flags to set, among those of `flagsMask`.
    var flags: LinkFlags {
        var flags: LinkFlags = []
        if isUp == true { flags.insert(.up) }
        if isPromiscuous == true { flags.insert(.promiscuous) }
        if takesAllMulticast == true { flags.insert(.allMulticast) }
        return flags
    }

    /// The flags that are to change.
    var flagsMask: LinkFlags {
        var flags: LinkFlags = []
        if isUp != nil { flags.insert(.up) }
        if isPromiscuous != nil { flags.insert(.promiscuous) }
        if takesAllMulticast != nil { flags.insert(.allMulticast) }
        return flags
    }

    /// IFLA_AF_SPEC with AF_INET and IFLA_INET_CONF: sysctls of net.ipv4.conf, by their number (IPV4_DEVCONF_*).
    func encodeFamilySettings(into writer: inout AttributeWriter) {
        let settings: [(UInt16, Bool?)] = [(22, announcesAddresses), (26, routesLoopback)]
        guard settings.contains(where: { $0.1 != nil }) else { return }
        writer.nested(LinkAttribute.familySettings) { writer in
            writer.nested(2) { writer in
                writer.nested(1) { writer in
                    for case (let number, let value?) in settings { writer.attribute(number, UInt32(value ? 1 : 0)) }
                }
            }
        }
    }
}

extension LinkChange: CustomStringConvertible {
    /// "up, mtu 1400, master 7": what changes, in the words of `ip link set`.
    public var description: String {
        var words: [String] = []
        if let isUp { words.append(isUp ? "up" : "down") }
        if let mac { words.append("address \(mac)") }
        if let mtu { words.append("mtu \(mtu)") }
        if let master { words.append(master == 0 ? "nomaster" : "master \(master)") }
        if let namespace { words.append("netns \(namespace.name)") }
        if let alias { words.append("alias \"\(alias)\"") }
        if let isPromiscuous { words.append("promisc \(isPromiscuous ? "on" : "off")") }
        if let takesAllMulticast { words.append("allmulticast \(takesAllMulticast ? "on" : "off")") }
        if let transmitQueueLength { words.append("txqueuelen \(transmitQueueLength)") }
        if let routesLoopback { words.append("route_localnet \(routesLoopback ? 1 : 0)") }
        if let announcesAddresses { words.append("arp_notify \(announcesAddresses ? 1 : 0)") }
        return words.isEmpty ? "nothing" : words.joined(separator: ", ")
    }
}

extension BridgePortSettings {
    /// Inside IFLA_PROTINFO.
    func encode(into writer: inout AttributeWriter) {
        let settings: [(UInt16, Bool?)] = [
            (BridgePortAttribute.hairpin, hairpin), (BridgePortAttribute.learning, learning),
            (BridgePortAttribute.unicastFlood, unicastFlood),
            (BridgePortAttribute.neighborSuppression, neighborSuppression), (BridgePortAttribute.isolated, isolated),
        ]
        for case (let type, let value?) in settings { writer.attribute(type, UInt8(value ? 1 : 0)) }
    }
}
