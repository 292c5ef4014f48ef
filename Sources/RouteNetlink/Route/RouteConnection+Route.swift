import LinuxSystem
public import Netlink
public import NetworkTypes

extension RouteConnection {
    /// Makes a route.
    ///
    /// - Throws: EEXIST when there is one to that destination with that metric; ENETUNREACH when the gateway is on no
    ///   link; ENETDOWN when the link is lowered; EINVAL for a source that is no address of this host.
    public mutating func addRoute(_ spec: RouteSpec) throws(NetlinkError) {
        try perform(.addRoute(spec))
    }

    /// Makes a route, or puts it in the place of the one to that destination with that metric.
    ///
    /// - Throws: as `addRoute(_:)`, without EEXIST.
    public mutating func replaceRoute(_ spec: RouteSpec) throws(NetlinkError) {
        try perform(.replaceRoute(spec))
    }

    /// Removes the route that has all that the spec says.
    ///
    /// - Returns: false when there was none.
    /// - Throws: `.kernel`, ...
    @discardableResult
    public mutating func deleteRoute(_ spec: RouteSpec) throws(NetlinkError) -> Bool {
        try performDelete(.deleteRoute(spec))
    }

    /// The routes of a table, family, protocol or link; the kernel does the filtering.
    ///
    /// - Throws: `.kernel`, `.interrupted`, ...; a table that does not exist has no routes.
    public mutating func routes(_ filter: RouteFilter = RouteFilter()) throws(NetlinkError) -> [Route] {
        do {
            let routes = try list(.getRoutes(filter), type: RouteMessage.newRoute) {
                message throws(NetlinkError) in try Route(message)
            }
            return routes.filter(filter.matches)
        } catch  where error.isNotFound {
            return []
        }
    }

    /// The route that a packet to an address would take; nil when there is none.
    ///
    /// - Throws: `.kernel`: EHOSTUNREACH, EACCES, EINVAL from a route that refuses such packets.
    public mutating func route(to address: IPAddress) throws(NetlinkError) -> Route? {
        do {
            return try get(.lookUpRoute(to: address), type: RouteMessage.newRoute) {
                message throws(NetlinkError) in try Route(message)
            }
        } catch  where error.errno == .networkUnreachable {
            return nil
        }
    }
}
