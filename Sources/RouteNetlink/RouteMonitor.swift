public import LinuxSystem
public import Netlink

/// Watches changes of links, addresses, routes and neighbours that anyone makes, through multicast groups.
public struct RouteMonitor: ~Copyable, Sendable {
    /// A multicast group: RTNLGRP_* of linux/rtnetlink.h.
    public struct Group: RawRepresentable, Hashable, Sendable {
        /// The group's number.
        public let rawValue: UInt32

        /// Wraps a group's number.
        public init(rawValue: UInt32) {
            self.rawValue = rawValue
        }

        /// `RTNLGRP_LINK`.
        public static let links = Group(rawValue: 1)
        /// `RTNLGRP_NEIGH`: neighbours of both families, and forwarding entries.
        public static let neighbors = Group(rawValue: 3)
        /// `RTNLGRP_IPV4_IFADDR`.
        public static let ipv4Addresses = Group(rawValue: 5)
        /// `RTNLGRP_IPV4_ROUTE`.
        public static let ipv4Routes = Group(rawValue: 7)
        /// `RTNLGRP_IPV6_IFADDR`.
        public static let ipv6Addresses = Group(rawValue: 9)
        /// `RTNLGRP_IPV6_ROUTE`.
        public static let ipv6Routes = Group(rawValue: 11)
    }

    private var socket: NetlinkSocket

    /// Watches over a socket that has joined its groups, or over a test's function.
    public init(_ socket: consuming NetlinkSocket) {
        self.socket = socket
    }

    /// Starts to watch, in the calling thread's network namespace or another one.
    ///
    /// - Parameters:
    ///   - groups: what to watch.
    ///   - namespace: where; nil for the calling thread's own.
    ///   - bufferSize: room for changes that are not taken yet, in bytes; about 800 each.
    /// - Returns: the monitor. What happens from now on will be told.
    /// - Throws: `.system`.
    public static func open(
        _ groups: [Group],
        in namespace: NetworkNamespace? = nil,
        bufferSize: Int = 1 << 20
    ) throws(NetlinkError) -> RouteMonitor {
        let socket: NetlinkSocket
        if let namespace {
            socket = try NetlinkSocket.open(.route, in: namespace)
        } else {
            socket = try NetlinkSocket.open(.route)
        }
        try socket.growReceiveBuffer(to: bufferSize)
        for group in groups { try socket.join(group: group.rawValue) }
        return RouteMonitor(socket)
    }

    /// Waits for the next changes.
    ///
    /// - Parameters:
    ///   - deadline: until when.
    ///   - wakeUp: ends the wait, too.
    /// - Returns: one or more, in order.
    /// - Throws: `.timeout` at the deadline or when the wait was ended; `.overrun` when changes were lost, so that all must be read anew;
    ///   `.malformed`, `.truncated`, `.system`.
    public mutating func next(
        until deadline: Deadline,
        unless wakeUp: WakeUp? = nil
    ) throws(NetlinkError) -> [RouteChange] {
        while true {
            var changes: [RouteChange] = []
            for message in try socket.receive(until: deadline, unless: wakeUp) {
                if let change = try RouteChange(message) { changes.append(change) }
            }
            if !changes.isEmpty { return changes }
        }
    }
}

/// A change that a ``RouteMonitor`` told.
public enum RouteChange: Hashable, Sendable {
    /// A link was made or changed.
    case linkSet(Link)
    /// A link was removed, or left the namespace.
    case linkRemoved(Link)
    /// A link got an address, or one of its addresses changed.
    case addressSet(Address)
    /// A link lost an address.
    case addressRemoved(Address)
    /// A route was made or replaced.
    case routeSet(Route)
    /// A route was removed. IPv4 routes that go with their link are not told.
    case routeRemoved(Route)
    /// A neighbour became known or changed.
    case neighborSet(Neighbor)
    /// A neighbour was forgotten.
    case neighborRemoved(Neighbor)
    /// A forwarding entry was made or changed.
    case forwardingEntrySet(ForwardingEntry)
    /// A forwarding entry was removed.
    case forwardingEntryRemoved(ForwardingEntry)

    /// Reads a notification; nil for one of another kind.
    ///
    /// - Throws: `.malformed`.
    public init?(_ message: NetlinkMessage) throws(NetlinkError) {
        let change: RouteChange? =
            switch message.type {
            case RouteMessage.newLink, RouteMessage.deleteLink: try RouteChange.link(message)
            case RouteMessage.newAddress: try Address(message).map(RouteChange.addressSet)
            case RouteMessage.deleteAddress: try Address(message).map(RouteChange.addressRemoved)
            case RouteMessage.newRoute: try Route(message).map(RouteChange.routeSet)
            case RouteMessage.deleteRoute: try Route(message).map(RouteChange.routeRemoved)
            case RouteMessage.newNeighbor, RouteMessage.deleteNeighbor: try RouteChange.neighbor(message)
            default: nil
            }
        guard let change else { return nil }
        self = change
    }

    private static func link(_ message: NetlinkMessage) throws(NetlinkError) -> RouteChange? {
        // Of family AF_BRIDGE: a port's settings, or that it left its bridge; the link itself stays.
        guard try message.field(at: 0, as: UInt8.self) == RouteFamily.unspecified else { return nil }
        let link = try Link(message)
        return message.type == RouteMessage.newLink ? .linkSet(link) : .linkRemoved(link)
    }

    private static func neighbor(_ message: NetlinkMessage) throws(NetlinkError) -> RouteChange? {
        let isNew = message.type == RouteMessage.newNeighbor
        if let entry = try ForwardingEntry(message) {
            return isNew ? .forwardingEntrySet(entry) : .forwardingEntryRemoved(entry)
        }
        return try Neighbor(message).map { isNew ? .neighborSet($0) : .neighborRemoved($0) }
    }
}
