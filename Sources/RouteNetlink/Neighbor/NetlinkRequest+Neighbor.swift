public import Netlink
public import NetworkTypes

/// Attributes of neighbours: NDA_* of linux/neighbour.h.
enum NeighborAttribute {
    /// NDA_DST.
    static let destination: UInt16 = 1
    /// NDA_LLADDR.
    static let mac: UInt16 = 2
    /// NDA_VLAN.
    static let vlan: UInt16 = 5
    /// NDA_IFINDEX.
    static let link: UInt16 = 8
    /// NDA_MASTER.
    static let master: UInt16 = 9
}

extension NetlinkRequest {
    /// RTM_NEWNEIGH that makes a neighbour known, or brings it up to date.
    public static func replaceNeighbor(_ spec: NeighborSpec) -> NetlinkRequest {
        NetlinkRequest(
            RouteMessage.newNeighbor,
            flags: [.create, .replace],
            operation: "set neighbor",
            object: spec.description
        ) { spec.encode(into: &$0) }
    }

    /// RTM_DELNEIGH; ENOENT when it is not known.
    public static func deleteNeighbor(
        _ address: IPAddress,
        link: UInt32,
        flags: NeighborFlags = []
    ) -> NetlinkRequest {
        let spec = NeighborSpec(address, mac: nil, link: link, state: [], flags: flags)
        return NetlinkRequest(
            RouteMessage.deleteNeighbor,
            operation: "delete neighbor",
            object: spec.description
        ) { spec.encode(into: &$0) }
    }

    /// RTM_GETNEIGH for a dump of neighbours, which the kernel filters.
    public static func getNeighbors(family: IPFamily?, link: UInt32?) -> NetlinkRequest {
        let object = [family.map(\.description), link.map { "link \($0)" }].compactMap { $0 }
        return NetlinkRequest(
            RouteMessage.getNeighbor,
            operation: "list neighbors",
            object: object.joined(separator: ", ")
        ) { writer in
            writer.neighborHeader(family: family?.rawValue ?? RouteFamily.unspecified)
            if let link { writer.attribute(NeighborAttribute.link, link) }
        }
    }

    /// RTM_NEWNEIGH of family AF_BRIDGE that makes a forwarding entry, or brings it up to date.
    public static func replaceForwardingEntry(_ spec: ForwardingSpec) -> NetlinkRequest {
        NetlinkRequest(
            RouteMessage.newNeighbor,
            flags: [.create, .replace],
            operation: "set forwarding entry",
            object: spec.description
        ) { spec.encode(into: &$0) }
    }

    /// RTM_DELNEIGH of family AF_BRIDGE; ENOENT when there is none.
    public static func deleteForwardingEntry(_ spec: ForwardingSpec) -> NetlinkRequest {
        NetlinkRequest(
            RouteMessage.deleteNeighbor,
            operation: "delete forwarding entry",
            object: spec.description
        ) { spec.encode(into: &$0) }
    }

    /// RTM_GETNEIGH of family AF_BRIDGE for a dump of a link's forwarding entries.
    public static func getForwardingEntries(link: UInt32) -> NetlinkRequest {
        NetlinkRequest(
            RouteMessage.getNeighbor,
            operation: "list forwarding entries",
            object: "link \(link)"
        ) { writer in
            writer.neighborHeader(family: RouteFamily.bridge, link: link)
        }
    }
}

extension AttributeWriter {
    /// struct ndmsg (12 bytes).
    fileprivate mutating func neighborHeader(
        family: UInt8,
        link: UInt32 = 0,
        state: NeighborState = [],
        flags: NeighborFlags = []
    ) {
        append(family)
        append(bytes: [0, 0, 0])
        append(link)
        append(state.rawValue)
        append(flags.rawValue)
        append(UInt8(0))  // ndm_type
    }
}

extension NeighborSpec {
    fileprivate func encode(into writer: inout AttributeWriter) {
        writer.neighborHeader(family: address.family.rawValue, link: link, state: state, flags: flags)
        writer.attribute(NeighborAttribute.destination, address: address)
        if let mac { writer.attribute(NeighborAttribute.mac, mac: mac) }
    }
}

extension ForwardingSpec {
    fileprivate func encode(into writer: inout AttributeWriter) {
        writer.neighborHeader(
            family: RouteFamily.bridge,
            link: link,
            state: state,
            flags: table == .link ? .ownTable : .masterTable
        )
        writer.attribute(NeighborAttribute.mac, mac: mac)
        if let destination { writer.attribute(NeighborAttribute.destination, address: destination) }
    }
}
