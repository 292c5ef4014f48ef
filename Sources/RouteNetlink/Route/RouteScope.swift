/// How far a destination, or an address, is: RT_SCOPE_* of linux/rtnetlink.h.
public struct RouteScope: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The kernel's number; the larger, the nearer.
    public let rawValue: UInt8

    /// Wraps the kernel's number.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// `RT_SCOPE_UNIVERSE`: anywhere.
    public static let global = RouteScope(rawValue: 0)
    /// `RT_SCOPE_SITE`: inside the site.
    public static let site = RouteScope(rawValue: 200)
    /// `RT_SCOPE_LINK`: on the link.
    public static let link = RouteScope(rawValue: 253)
    /// `RT_SCOPE_HOST`: on this host.
    public static let host = RouteScope(rawValue: 254)
    /// `RT_SCOPE_NOWHERE`: nowhere; in a delete request: of any scope.
    public static let nowhere = RouteScope(rawValue: 255)

    /// As `ip` prints it.
    public var description: String {
        switch self {
        case .global: "global"
        case .site: "site"
        case .link: "link"
        case .host: "host"
        case .nowhere: "nowhere"
        default: "\(rawValue)"
        }
    }
}
