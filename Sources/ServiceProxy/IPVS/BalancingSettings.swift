/// The kernel's settings that mode ipvs depends on, in net.ipv4.vs for both families.
enum BalancingSettings {
    /// The settings by name.
    ///
    /// - Parameter kernel: the kernel's release, "6.1.0-56-amd64".
    /// - Returns: names and values.
    static func settings(kernel: String) -> [(name: String, value: String)] {
        var settings = [
            // Masquerade and filters see the connections.
            ("conntrack", "1"),
            // A packet to a real server that was removed ends its connection instead of vanishing.
            ("expire_nodest_conn", "1"),
            // A client that is remembered with a draining real server gets another one.
            ("expire_quiescent_template", "1"),
        ]
        // Before 5.9 a client that uses a port again waits a second for its connection. 0 is not without cost, too:
        // such a connection goes on to the old real server.
        if isBefore(5, 9, kernel) { settings.append(("conn_reuse_mode", "0")) }
        return settings.map { (name: "net.ipv4.vs.\($0.0)", value: $0.1) }
    }

    private static func isBefore(_ major: Int, _ minor: Int, _ release: String) -> Bool {
        let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        guard numbers.count == 2 else { return false }
        return (numbers[0], numbers[1]) < (major, minor)
    }
}
