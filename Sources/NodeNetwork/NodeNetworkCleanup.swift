public import LinuxSystem
public import Netlink
import NetworkTypes
import NodePlan
import RouteNetlink

/// Removes from the kernel whatever a node network wrote there, of any kind.
public enum NodeNetworkCleanup {
    /// Removes the routes with our protocol number and the VXLAN links in flannel's form, with all that is on them.
    ///
    /// - Parameter namespace: where; nil for the calling thread's own network namespace.
    /// - Returns: one line for each thing that was removed; empty when there was nothing of ours.
    /// - Throws: when the kernel can't be asked, or something can't be removed.
    public static func removeAll(in namespace: NetworkNamespace? = nil) throws(NetlinkError) -> [String] {
        var routes = HostGatewayRoutes(try open(namespace))
        var devices = VXLANDevices(try open(namespace), in: namespace)
        var removed = try routes.removeAll().map { "route \($0)" }
        for family in IPFamily.allCases where try devices.remove(family, evenUnmarked: true) {
            removed.append("link \(VXLANDevice.name(family))")
        }
        return removed
    }

    private static func open(_ namespace: NetworkNamespace?) throws(NetlinkError) -> RouteConnection {
        if let namespace { try .open(in: namespace) } else { try .open() }
    }
}
