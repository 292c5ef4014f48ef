import LinuxSystem
import NetworkTypes

/// Which families this network namespace can have addresses of.
enum AddressFamilies {
    /// IPv4, and IPv6 unless the kernel lacks it or it is switched off.
    static func usable() -> [IPFamily] { usable { try? Sysctl.read($0) } }

    static func usable(readingSysctl read: (String) -> String?) -> [IPFamily] {
        // Without IPv6 in the kernel there is no such parameter.
        read("net.ipv6.conf.all.disable_ipv6") == "0" ? [.ipv4, .ipv6] : [.ipv4]
    }
}
