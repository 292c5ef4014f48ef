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
        if let namespace { writer.attribute(LinkAttribute.namespaceDescriptor, namespace.fileDescriptor) }
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
        return flags
    }

    /// The flags that are to change.
    var flagsMask: LinkFlags {
        var flags: LinkFlags = []
        if isUp != nil { flags.insert(.up) }
        if isPromiscuous != nil { flags.insert(.promiscuous) }
        return flags
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
