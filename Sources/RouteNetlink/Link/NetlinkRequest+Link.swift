import LinuxSystem
public import Netlink

extension AttributeWriter {
    /// struct ifinfomsg (16 bytes).
    mutating func linkHeader(
        family: UInt8 = RouteFamily.unspecified,
        index: UInt32 = 0,
        flags: LinkFlags = [],
        change: LinkFlags = []
    ) {
        append(family)
        append(UInt8(0))
        append(UInt16(0))  // ifi_type
        append(index)
        append(flags.rawValue)
        append(change.rawValue)
    }

    /// The header, and the name where the link is meant by name.
    mutating func linkHeader(_ link: LinkReference, flags: LinkFlags = [], change: LinkFlags = []) {
        switch link {
        case .index(let index):
            linkHeader(index: index, flags: flags, change: change)
        case .name(let name):
            linkHeader(flags: flags, change: change)
            // A longer one can only be an alternative name, and IFLA_IFNAME refuses it.
            attribute(name.utf8.count > 15 ? LinkAttribute.alternativeName : LinkAttribute.name, string: name)
        }
    }
}

extension NetlinkRequest {
    /// RTM_NEWLINK that makes a link; EEXIST when its name, or its index, is taken.
    public static func createLink(_ spec: LinkSpec) -> NetlinkRequest {
        let flags: LinkFlags = spec.isUp ? .up : []
        return NetlinkRequest(
            RouteMessage.newLink,
            flags: [.create, .exclusive],
            operation: "create link",
            object: spec.description
        ) { writer in
            writer.linkHeader(index: spec.index ?? 0, flags: flags, change: flags)
            writer.attribute(LinkAttribute.name, string: spec.name)
            spec.encodeSettings(into: &writer)
            writer.nested(LinkAttribute.linkInformation) { writer in
                writer.attribute(LinkInformationAttribute.kind, string: spec.kind.name)
                spec.kind.encodeData(into: &writer)
            }
        }
    }

    /// RTM_NEWLINK without NLM_F_CREATE that changes a link.
    public static func setLink(_ link: LinkReference, _ change: LinkChange) -> NetlinkRequest {
        NetlinkRequest(
            RouteMessage.newLink,
            operation: "change link",
            object: "\(link): \(change)"
        ) { writer in
            writer.linkHeader(link, flags: change.flags, change: change.flagsMask)
            if let mac = change.mac { writer.attribute(LinkAttribute.address, mac: mac) }
            if let mtu = change.mtu { writer.attribute(LinkAttribute.mtu, mtu) }
            if let master = change.master { writer.attribute(LinkAttribute.master, master) }
            if let length = change.transmitQueueLength {
                writer.attribute(LinkAttribute.transmitQueueLength, length)
            }
            change.encodeFamilySettings(into: &writer)
            if let alias = change.alias { writer.attribute(LinkAttribute.alias, string: alias) }
            if let namespace = change.namespace {
                writer.attribute(LinkAttribute.namespaceDescriptor, namespace.fileDescriptor)
            }
        }
    }

    /// RTM_NEWLINK that changes a VXLAN link's outer source address, carrier, TTL and learning.
    ///
    /// EOPNOTSUPP for another number; the port, the group and the family of the addresses stay as they are.
    public static func setVXLAN(index: UInt32, _ options: VXLANOptions) -> NetlinkRequest {
        NetlinkRequest(RouteMessage.newLink, operation: "change VXLAN link", object: "link \(index)") { writer in
            writer.linkHeader(index: index)
            writer.nested(LinkAttribute.linkInformation) { writer in
                writer.attribute(LinkInformationAttribute.kind, string: "vxlan")
                writer.nested(LinkInformationAttribute.data) { options.encodeChangeable(into: &$0) }
            }
        }
    }

    /// RTM_NEWLINK that keeps a link from getting an IPv6 link-local address when it is raised (`addrgenmode none`).
    ///
    /// EAFNOSUPPORT where there is no IPv6.
    public static func omitLinkLocalAddress(index: UInt32) -> NetlinkRequest {
        NetlinkRequest(
            RouteMessage.newLink,
            operation: "omit link-local address",
            object: "link \(index)"
        ) { writer in
            writer.linkHeader(index: index)
            writer.nested(LinkAttribute.familySettings) { writer in
                // AF_INET6: IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE.
                writer.nested(10) { $0.attribute(8, UInt8(1)) }
            }
        }
    }

    /// RTM_NEWLINK that gives a link another name.
    ///
    /// Kernels before 6.4 (and some after) want it lowered: EBUSY.
    public static func renameLink(index: UInt32, to name: String) -> NetlinkRequest {
        NetlinkRequest(RouteMessage.newLink, operation: "rename link", object: "link \(index) to \(name)") { writer in
            writer.linkHeader(index: index)
            writer.attribute(LinkAttribute.name, string: name)
        }
    }

    /// RTM_SETLINK of family AF_BRIDGE with IFLA_PROTINFO: the settings of a bridge's port.
    public static func setBridgePort(index: UInt32, _ settings: BridgePortSettings) -> NetlinkRequest {
        NetlinkRequest(RouteMessage.setLink, operation: "set bridge port", object: "link \(index)") { writer in
            writer.linkHeader(family: RouteFamily.bridge, index: index)
            writer.nested(LinkAttribute.protocolInformation) { settings.encode(into: &$0) }
        }
    }

    /// RTM_NEWLINK that changes a bridge's own settings.
    public static func setBridge(index: UInt32, _ options: BridgeOptions) -> NetlinkRequest {
        NetlinkRequest(RouteMessage.newLink, operation: "change bridge", object: "link \(index)") { writer in
            writer.linkHeader(index: index)
            writer.nested(LinkAttribute.linkInformation) { writer in
                writer.attribute(LinkInformationAttribute.kind, string: "bridge")
                writer.nested(LinkInformationAttribute.data) { options.encode(into: &$0) }
            }
        }
    }

    /// RTM_SETLINK of family AF_BRIDGE with IFLA_BRIDGE_VLAN_INFO: makes a port a member of a VLAN.
    ///
    /// - Parameters:
    ///   - port: its index.
    ///   - vlan: 1 to 4094.
    ///   - isUntagged: whether the VLAN's frames are without a tag on the port, both ways (`BRIDGE_VLAN_INFO_PVID`,
    ///     `BRIDGE_VLAN_INFO_UNTAGGED`).
    /// - Returns: the request.
    public static func addBridgeVLAN(port: UInt32, _ vlan: UInt16, isUntagged: Bool) -> NetlinkRequest {
        bridgeVLAN(RouteMessage.setLink, "add VLAN", port, vlan, flags: isUntagged ? 1 << 1 | 1 << 2 : 0)
    }

    /// RTM_DELLINK of family AF_BRIDGE: takes a port out of a VLAN; no error when it is no member.
    public static func deleteBridgeVLAN(port: UInt32, _ vlan: UInt16) -> NetlinkRequest {
        bridgeVLAN(RouteMessage.deleteLink, "delete VLAN", port, vlan, flags: 0)
    }

    private static func bridgeVLAN(
        _ type: UInt16,
        _ operation: String,
        _ port: UInt32,
        _ vlan: UInt16,
        flags: UInt16
    ) -> NetlinkRequest {
        NetlinkRequest(type, operation: operation, object: "\(vlan) of bridge port \(port)") { writer in
            writer.linkHeader(family: RouteFamily.bridge, index: port)
            writer.nested(LinkAttribute.familySettings) { writer in
                // IFLA_BRIDGE_VLAN_INFO: struct bridge_vlan_info.
                writer.nested(2, flagged: false) { writer in
                    writer.append(flags)
                    writer.append(vlan)
                }
            }
        }
    }

    /// RTM_DELLINK; ENODEV when there is none.
    ///
    /// The peer of a veth goes with it.
    public static func deleteLink(_ link: LinkReference) -> NetlinkRequest {
        NetlinkRequest(RouteMessage.deleteLink, operation: "delete link", object: "\(link)") { $0.linkHeader(link) }
    }

    /// RTM_GETLINK of one link; ENODEV when there is none.
    public static func getLink(_ link: LinkReference) -> NetlinkRequest {
        NetlinkRequest(RouteMessage.getLink, operation: "get link", object: "\(link)") { $0.linkHeader(link) }
    }

    /// RTM_GETLINK for a dump, which the kernel filters.
    public static func getLinks(_ filter: LinkFilter) -> NetlinkRequest {
        NetlinkRequest(RouteMessage.getLink, operation: "list links", object: filter.description) { writer in
            writer.linkHeader()
            if let master = filter.master { writer.attribute(LinkAttribute.master, master) }
            if let kind = filter.kind {
                writer.nested(LinkAttribute.linkInformation) {
                    $0.attribute(LinkInformationAttribute.kind, string: kind)
                }
            }
        }
    }
}
