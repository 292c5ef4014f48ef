import LinuxSystem
import NetworkTypes

/// Kernel parameters of the host's namespace that a gateway bridge needs.
enum HostSettings {
    /// Lets the host forward packets of these families.
    ///
    /// - Throws: code 100 when it doesn't yet and can't be told to.
    static func enableForwarding(_ families: [IPFamily]) throws(CNIError) {
        for family in families {
            let name = family == .ipv4 ? "net.ipv4.ip_forward" : "net.ipv6.conf.all.forwarding"
            do {
                try Sysctl.ensure(name, "1")
            } catch {
                throw CNIError(
                    .kernelRefused,
                    error.description,
                    details: "containers need it to reach anything beyond the bridge",
                    errno: error.errno
                )
            }
        }
    }

    /// Has bridged packets pass netfilter.
    ///
    /// Without it, what a container sends to a Service whose endpoint is on the same bridge comes back unseen by
    /// connection tracking, and times out. weftd sees to it too, where it runs.
    ///
    /// - Returns: a note where it can't be done: containers still reach each other by address.
    static func passBridgedPacketsToNetfilter(_ families: [IPFamily]) -> [String] {
        families.compactMap { family in
            let name = "net.bridge.bridge-nf-call-\(family == .ipv4 ? "iptables" : "ip6tables")"
            do throws(LinuxSystemError) {
                try Sysctl.ensure(name, "1")
                return nil
            } catch {
                let remedy = error.errno == .noSuchFileOrDirectory ? "; load br_netfilter" : ""
                return "\(error)\(remedy): Services may not be reachable from containers on the same bridge"
            }
        }
    }

    /// Keeps containers from configuring the host with router advertisements (CVE-2020-10749).
    ///
    /// - Returns: a note where it can't be done; none where there is no IPv6.
    static func ignoreRouterAdvertisements(on link: String) -> [String] {
        do throws(LinuxSystemError) {
            try Sysctl.ensure("net/ipv6/conf/\(link)/accept_ra", "0")
            return []
        } catch {
            return error.errno == .noSuchFileOrDirectory ? [] : ["\(error)"]
        }
    }
}
