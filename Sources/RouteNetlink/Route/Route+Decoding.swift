public import Netlink
import NetworkTypes

extension Route {
    /// Reads an RTM_NEWROUTE or RTM_DELROUTE message; nil for one of another family than IPv4 and IPv6.
    ///
    /// - Throws: `.malformed`.
    public init?(_ message: NetlinkMessage) throws(NetlinkError) {
        guard let family = IPFamily(rawValue: try message.field(at: 0, as: UInt8.self)) else { return nil }
        let length = Int(try message.field(at: 1, as: UInt8.self))
        flags = NextHopFlags(rawValue: try message.field(at: 8, as: UInt32.self))
        nextHops = []
        spec = RouteSpec(
            .all(family),
            isOnLink: flags.contains(.onLink),
            protocol: RouteProtocol(rawValue: try message.field(at: 5, as: UInt8.self)),
            table: RouteTable(rawValue: UInt32(try message.field(at: 4, as: UInt8.self))),
            kind: RouteKind(rawValue: try message.field(at: 7, as: UInt8.self))
        )
        spec.scope = RouteScope(rawValue: try message.field(at: 6, as: UInt8.self))
        var target = IPAddress.any(family)
        var attributes = try message.attributes(after: 12)
        while attributes.next() {
            if attributes.type == RouteAttribute.destination {
                target = attributes.address()
            } else {
                read(&attributes)
            }
        }
        try attributes.finish()
        guard target.family == family, let destination = IPPrefix(address: target, length: length) else {
            throw NetlinkError(.malformed, operation: "read route", text: "no \(family) prefix \(target)/\(length)")
        }
        spec.destination = destination
        normalize()
    }

    private mutating func read(_ attributes: inout AttributeReader) {
        switch attributes.type {
        case RouteAttribute.table: spec.table = RouteTable(rawValue: attributes.uint32())
        case RouteAttribute.outputLink: spec.link = attributes.uint32()
        case RouteAttribute.gateway: spec.gateway = attributes.address()
        case RouteAttribute.via: spec.gateway = attributes.via()
        case RouteAttribute.priority: spec.metric = attributes.uint32()
        case RouteAttribute.preferredSource: spec.source = attributes.address()
        case RouteAttribute.metrics:
            attributes.nested { metrics in
                while metrics.next() {
                    switch metrics.type {
                    case RouteAttribute.metricMTU: spec.mtu = metrics.uint32()
                    case RouteAttribute.metricAdvertisedMSS: spec.advertisedMSS = metrics.uint32()
                    default: continue
                    }
                }
            }
        case RouteAttribute.multipath: readNextHops(&attributes)
        default: break
        }
    }

    /// A run of struct rtnexthop (8 bytes), each with its attributes.
    private mutating func readNextHops(_ attributes: inout AttributeReader) {
        var rest = attributes.payload
        while !rest.isEmpty {
            guard let length = rest.hostInteger(at: 0, as: UInt16.self), length >= 8, Int(length) <= rest.count,
                let flags = rest.hostInteger(at: 2, as: UInt8.self),
                let weight = rest.hostInteger(at: 3, as: UInt8.self),
                let link = rest.hostInteger(at: 4, as: UInt32.self)
            else {
                attributes.fail("no next hop fits in the last \(rest.count) bytes")
                return
            }
            var hop = NextHop(
                link: link,
                gateway: nil,
                weight: Int(weight) + 1,
                flags: NextHopFlags(rawValue: UInt32(flags))
            )
            var inner = AttributeReader(rest.dropFirst(8).prefix(Int(length) - 8))
            while inner.next() {
                if inner.type == RouteAttribute.gateway { hop.gateway = inner.address() }
                if inner.type == RouteAttribute.via { hop.gateway = inner.via() }
            }
            if let failure = inner.failure {
                attributes.fail("in a next hop: \(failure.text)")
                return
            }
            nextHops.append(hop)
            rest = rest.dropFirst((Int(length) + 3) & ~3)
        }
    }

    /// Takes out what the kernel fills in by itself, so that the spec equals the one that was asked for.
    private mutating func normalize() {
        // With several next hops the gateways are theirs.
        var likeness = spec
        if let gateway = nextHops.first?.gateway { likeness.gateway = gateway }
        if spec.scope == likeness.impliedScope { spec.scope = nil }
        if spec.destination.family == .ipv6 && spec.metric == RouteSpec.standardIPv6Metric { spec.metric = nil }
        if spec.metric == 0 { spec.metric = nil }
        // IPv6 routes that refuse packets are shown on `lo`.
        if spec.kind.isRefusal { spec.link = nil }
    }
}

extension AttributeReader {
    /// struct rtvia: a family and an address of it.
    fileprivate mutating func via() -> IPAddress {
        if let family = payload.hostInteger(at: 0, as: UInt16.self),
            let address = IPAddress(bytes: payload.dropFirst(2)), UInt16(address.family.rawValue) == family
        {
            return address
        }
        fail("attribute \(type) has \(payload.count) bytes, which are no gateway")
        return .any(.ipv4)
    }
}
