import LinuxSystemTesting
public import NetworkTypes
public import ServiceProxy

/// A mode of the service proxy; all cases are those that this kernel can run.
public enum ServiceProxyMode: String, Sendable, CaseIterable, CustomStringConvertible {
    /// The proxy's own table.
    case nftables
    /// kube-proxy's chains.
    case iptables
    /// Virtual servers of the kernel, which the virtual machine has.
    case ipvs

    /// The modes that this kernel can run: mode ipvs in the virtual machine only.
    public static let allCases: [ServiceProxyMode] =
        KernelFeature.ipvs.isAvailable ? [.nftables, .iptables, .ipvs] : [.nftables, .iptables]

    /// The mode's name.
    public var description: String { rawValue }

    /// A backend for the calling thread's namespace.
    public func backend(
        _ family: IPFamily,
        _ configuration: ProxyConfiguration = ProxyConfiguration()
    ) throws -> any ProxyBackend {
        switch self {
        case .nftables: try NFTablesBackend(family, configuration)
        case .iptables: try IPTablesBackend(family, configuration)
        case .ipvs: try IPVSBackend(family, configuration)
        }
    }
}
