public import Netlink
public import NetworkTypes

/// Attributes of routes: RTA_* of linux/rtnetlink.h.
enum RouteAttribute {
    /// RTA_DST.
    static let destination: UInt16 = 1
    /// RTA_OIF.
    static let outputLink: UInt16 = 4
    /// RTA_GATEWAY.
    static let gateway: UInt16 = 5
    /// RTA_PRIORITY.
    static let priority: UInt16 = 6
    /// RTA_PREFSRC.
    static let preferredSource: UInt16 = 7
    /// RTA_METRICS.
    static let metrics: UInt16 = 8
    /// RTA_MULTIPATH.
    static let multipath: UInt16 = 9
    /// RTA_TABLE.
    static let table: UInt16 = 15
    /// RTA_VIA.
    static let via: UInt16 = 18
    /// RTAX_MTU, inside RTA_METRICS.
    static let metricMTU: UInt16 = 2
    /// RTAX_ADVMSS, inside RTA_METRICS.
    static let metricAdvertisedMSS: UInt16 = 8
}

extension NetlinkRequest {
    /// RTM_NEWROUTE that makes a route; EEXIST when there is one to that destination with that metric.
    public static func addRoute(_ spec: RouteSpec) -> NetlinkRequest {
        newRoute(spec, [.create, .exclusive], "add route")
    }

    /// RTM_NEWROUTE that makes a route, or puts it in the place of the one to that destination with that metric.
    public static func replaceRoute(_ spec: RouteSpec) -> NetlinkRequest {
        newRoute(spec, [.create, .replace], "set route")
    }

    /// RTM_NEWROUTE that makes a route behind others to that destination with that metric, as `ip route append`; EEXIST
    /// when one of them is the same, in IPv6 when one of them has the same link and gateway.
    public static func appendRoute(_ spec: RouteSpec) -> NetlinkRequest {
        newRoute(spec, [.create, .append], "append route")
    }

    private static func newRoute(_ spec: RouteSpec, _ flags: MessageFlags, _ operation: String) -> NetlinkRequest {
        NetlinkRequest(RouteMessage.newRoute, flags: flags, operation: operation, object: spec.description) {
            spec.encode(into: &$0)
        }
    }

    /// RTM_DELROUTE of the route that has all that the spec says; ESRCH when there is none.
    ///
    /// Without a scope and a metric it is one of any scope and metric.
    public static func deleteRoute(_ spec: RouteSpec) -> NetlinkRequest {
        NetlinkRequest(
            RouteMessage.deleteRoute,
            operation: "delete route",
            object: spec.description
        ) { spec.encode(into: &$0, standardScope: .nowhere) }
    }

    /// RTM_GETROUTE for a dump, which the kernel filters.
    public static func getRoutes(_ filter: RouteFilter) -> NetlinkRequest {
        NetlinkRequest(RouteMessage.getRoute, operation: "list routes", object: filter.description) { writer in
            writer.routeHeader(
                family: filter.family?.rawValue ?? RouteFamily.unspecified,
                table: filter.table,
                protocol: filter.protocol ?? .unspecified,
                kind: filter.kind
            )
            if let table = filter.table { writer.attribute(RouteAttribute.table, table.rawValue) }
            if let link = filter.link { writer.attribute(RouteAttribute.outputLink, link) }
        }
    }

    /// RTM_GETROUTE for one answer: the route that a packet to an address would take.
    public static func lookUpRoute(to address: IPAddress) -> NetlinkRequest {
        NetlinkRequest(RouteMessage.getRoute, operation: "look up route to", object: "\(address)") { writer in
            writer.routeHeader(
                family: address.family.rawValue,
                length: address.family.bitWidth,
                table: nil,
                protocol: .unspecified,
                kind: nil
            )
            writer.attribute(RouteAttribute.destination, address: address)
        }
    }
}

extension AttributeWriter {
    /// struct rtmsg (12 bytes).
    fileprivate mutating func routeHeader(
        family: UInt8,
        length: Int = 0,
        table: RouteTable?,
        protocol: RouteProtocol,
        scope: RouteScope = .global,
        kind: RouteKind?,
        flags: NextHopFlags = []
    ) {
        append(family)
        append(UInt8(truncatingIfNeeded: length))
        append(UInt8(0))  // rtm_src_len
        append(UInt8(0))  // rtm_tos
        // The field has 8 bits; RTA_TABLE has all 32 and goes before it.
        append(table.map { UInt8(exactly: $0.rawValue) ?? 0 } ?? 0)
        append(`protocol`.rawValue)
        append(scope.rawValue)
        append(kind?.rawValue ?? 0)
        append(flags.rawValue)
    }
}

extension RouteSpec {
    /// struct rtmsg and attributes.
    fileprivate func encode(into writer: inout AttributeWriter, standardScope: RouteScope? = nil) {
        writer.routeHeader(
            family: destination.family.rawValue,
            length: destination.length,
            table: table,
            protocol: `protocol`,
            scope: scope ?? standardScope ?? impliedScope,
            kind: kind,
            flags: isOnLink ? .onLink : []
        )
        if destination.length > 0 { writer.attribute(RouteAttribute.destination, address: destination.address) }
        if let gateway { writer.gateway(gateway, of: destination.family) }
        if let link { writer.attribute(RouteAttribute.outputLink, link) }
        if let source { writer.attribute(RouteAttribute.preferredSource, address: source) }
        if let metric { writer.attribute(RouteAttribute.priority, metric) }
        writer.attribute(RouteAttribute.table, table.rawValue)
        if mtu != nil || advertisedMSS != nil {
            writer.nested(RouteAttribute.metrics) { writer in
                if let mtu { writer.attribute(RouteAttribute.metricMTU, mtu) }
                if let advertisedMSS { writer.attribute(RouteAttribute.metricAdvertisedMSS, advertisedMSS) }
            }
        }
    }
}

extension AttributeWriter {
    /// RTA_GATEWAY, or RTA_VIA (struct rtvia) for a gateway of the other family.
    fileprivate mutating func gateway(_ gateway: IPAddress, of family: IPFamily) {
        if gateway.family == family {
            attribute(RouteAttribute.gateway, address: gateway)
        } else {
            // rtvia_family is a 16-bit number in host order.
            attribute(RouteAttribute.via, bytes: withBytes(of: UInt16(gateway.family.rawValue)) + gateway.bytes)
        }
    }

    private func withBytes(of value: UInt16) -> [UInt8] {
        #if _endian(big)
            [UInt8(value >> 8), UInt8(value & 0xff)]
        #else
            [UInt8(value & 0xff), UInt8(value >> 8)]
        #endif
    }
}
