import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import Testing

/// What the tests of the node network share.
enum NodeNetworkFixture {
    /// Gives a namespace a link `eth0` in 192.168.7.0/24 and fd07::/64.
    static func addLink(to namespace: NetworkNamespace) throws {
        try ip(namespace, "link", "add", "eth0", "type", "veth", "peer", "name", "eth1")
        try ip(namespace, "address", "add", "192.168.7.1/24", "dev", "eth0")
        try ip(namespace, "address", "add", "fd07::1/64", "dev", "eth0", "nodad")
        for link in ["eth0", "eth1"] { try ip(namespace, "link", "set", link, "up") }
        // A worker that waits for the rtnl lock makes an IPv6 address one of this host.
        let deadline = Deadline.after(.seconds(10))
        while try !ip(namespace, "-6", "route", "show", "table", "local").contains("local fd07::1 ") {
            try #require(!deadline.hasPassed, "fd07::1 does not become local")
        }
    }

    /// Our routes as `ip route show proto 87` prints them, up to the device.
    static func routes(_ namespace: NetworkNamespace, _ family: IPFamily) throws -> [String] {
        try ip(namespace, family == .ipv4 ? "-4" : "-6", "route", "show", "proto", "87")
            .split(separator: "\n").map { $0.split(separator: " ").prefix(5).joined(separator: " ") }
    }

    @discardableResult
    static func ip(_ namespace: NetworkNamespace, _ arguments: String...) throws -> String {
        try Witness.run("ip", arguments, in: namespace)
    }
}
