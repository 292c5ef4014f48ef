import IPVS

/// The kernel's settings that mode ipvs depends on, for both families.
enum BalancingSettings {
    /// The settings by name.
    ///
    /// - Parameters:
    ///   - kernel: the kernel's release, "6.1.0-56-amd64".
    ///   - strictARP: whether ARP for the addresses of virtual servers stays unanswered.
    /// - Returns: names and values.
    static func settings(kernel: String, strictARP: Bool = false) -> [(name: String, value: String)] {
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
        var all = settings.map { (name: "net.ipv4.vs.\($0.0)", value: $0.1) }
        if strictARP {
            // Only addresses of the link that asks are answered for, and asked with.
            all += [("net.ipv4.conf.all.arp_ignore", "1"), ("net.ipv4.conf.all.arp_announce", "2")]
        }
        return all
    }

    private static func isBefore(_ major: Int, _ minor: Int, _ release: String) -> Bool {
        let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        guard numbers.count == 2 else { return false }
        return (numbers[0], numbers[1]) < (major, minor)
    }
}

extension IPVSTimeouts {
    /// The times that are to be set; nil: none.
    ///
    /// Less than a second is one, as 0 leaves the kernel's.
    init?(_ times: IPVSConnectionTimes) {
        func seconds(_ duration: Duration) -> UInt32 {
            duration > .zero ? max(1, UInt32(clamping: duration.components.seconds)) : 0
        }
        self.init(tcp: seconds(times.tcp), tcpFin: seconds(times.tcpFin), udp: seconds(times.udp))
        guard tcp > 0 || tcpFin > 0 || udp > 0 else { return nil }
    }
}
