/// Which plugin a call is for.
///
/// The program is all of them: under the name of one of the reference plugins (a link in the plugin folder) it takes that
/// one's configuration; under its own name, or any other, the configuration's `type` decides.
enum PluginType: String, CaseIterable, Hashable, Sendable {
    /// Interface, addresses, masquerade, port mappings, bandwidth, kernel parameters in one.
    case weft = "weft-cni"
    /// A port of a bridge.
    case bridge
    /// A veth pair without a bridge: the host routes.
    case ptp
    /// A link with an address of its own on one of the host's.
    case macvlan
    /// A link that shares the address of one of the host's.
    case ipvlan
    /// Only raises `lo`.
    case loopback
    /// Only addresses.
    case hostLocal = "host-local"
    /// Chained: published ports.
    case portmap
    /// Chained: rates.
    case bandwidth
    /// Chained: kernel parameters and link settings.
    case tuning
    /// Chained: what is let through.
    case firewall
    /// Reads what the node was given (subnet.env), and goes on as the type that it delegates to.
    case flannel

    /// Finds the type of a call.
    ///
    /// - Parameters:
    ///   - program: the path or name that the program was started under.
    ///   - configured: the configuration's `type`.
    /// - Returns: nil for a type that this program is not.
    static func of(program: String, configured: String) -> PluginType? {
        let name = program.split(separator: "/").last.map(String.init) ?? ""
        if let type = PluginType(rawValue: name), type != .weft { return type }
        return PluginType(rawValue: configured)
    }

    /// Whether it only changes what a plugin before it made (`prevResult`).
    var isChained: Bool {
        switch self {
        case .portmap, .bandwidth, .tuning, .firewall: true
        case .weft, .bridge, .ptp, .macvlan, .ipvlan, .loopback, .hostLocal, .flannel: false
        }
    }

    /// What a person reads in the list of types.
    static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
