public import NetworkTypes

/// A real server of a virtual server: where connections go.
public struct RealServer: Hashable, Sendable {
    /// Its address and port, which name it within its virtual server.
    ///
    /// The port is 0 for a virtual server of a firewall mark that keeps the packet's port.
    public var endpoint: IPEndpoint
    /// Its share; 0 drains it: it gets no new connections, and keeps those that it has.
    public var weight: UInt32
    /// How packets get there.
    public var forwarding: Forwarding
    /// Connections above which it gets no new ones; 0 for no limit.
    public var upperThreshold: UInt32
    /// Connections below which a full one gets new ones again; 0 for three quarters of the upper threshold.
    public var lowerThreshold: UInt32

    /// Makes a real server of its parts.
    public init(
        _ endpoint: IPEndpoint,
        weight: UInt32 = 1,
        forwarding: Forwarding = .masquerade,
        upperThreshold: UInt32 = 0,
        lowerThreshold: UInt32 = 0
    ) {
        self.endpoint = endpoint
        self.weight = weight
        self.forwarding = forwarding
        self.upperThreshold = upperThreshold
        self.lowerThreshold = lowerThreshold
    }

    /// How packets get to a real server: `IP_VS_CONN_F_*` under `IP_VS_CONN_F_FWD_MASK`.
    public struct Forwarding: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        /// The kernel's number, 0 to 7.
        public let rawValue: UInt32

        /// Makes the method of the kernel's number.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// The destination is translated, and back on the answer's way, which must come through here.
        public static let masquerade = Forwarding(rawValue: 0)
        /// The real server is this host.
        public static let localNode = Forwarding(rawValue: 1)
        /// The packet travels in an IP-in-IP tunnel.
        public static let tunnel = Forwarding(rawValue: 2)
        /// The packet is sent unchanged to the real server's MAC address.
        public static let directRoute = Forwarding(rawValue: 3)
        /// Around the virtual server, to the packet's own destination.
        public static let bypass = Forwarding(rawValue: 4)

        /// "masquerade" and the like.
        public var description: String {
            switch self {
            case .masquerade: "masquerade"
            case .localNode: "local node"
            case .tunnel: "tunnel"
            case .directRoute: "direct route"
            case .bypass: "bypass"
            default: "forwarding \(rawValue)"
            }
        }
    }
}
