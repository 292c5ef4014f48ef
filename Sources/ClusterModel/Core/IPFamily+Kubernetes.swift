public import NetworkTypes

extension IPFamily {
    /// Reads a family as objects name it: `IPv4` or `IPv6`.
    public init?(kubernetesName: String) {
        switch kubernetesName {
        case "IPv4": self = .ipv4
        case "IPv6": self = .ipv6
        default: return nil
        }
    }

    /// The family as objects name it.
    public var kubernetesName: String { self == .ipv4 ? "IPv4" : "IPv6" }
}
