import NetworkTypes

extension KubeProxySettings {
    /// Names of modes that can be given.
    public static let modes = ["iptables", "ipvs", "nftables"]
    /// The schedulers that serve Services: round robin, least connections, locality, hashes, shortest delay.
    public static let schedulers = ["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "mh"]
    static let detectLocalModes = ["ClusterCIDR", "NodeCIDR", "BridgeInterface", "InterfaceNamePrefix", "None"]

    struct Problem {
        let path: String
        let text: String
    }

    /// What can't be used although it is of the right type.
    func problems() -> [Problem] {
        var check = Check()
        check.oneOf(mode, Self.modes, "mode")
        check.oneOf(detectLocalMode, Self.detectLocalModes, "detectLocalMode")
        check.oneOf(ipvs.scheduler, Self.schedulers, "ipvs.scheduler")
        check.oneOf(logging.format, ["text", "json"], "logging.format")
        for (bit, section) in [(iptables.masqueradeBit, "iptables"), (nftables.masqueradeBit, "nftables")] {
            check.range(bit, 0...31, "\(section).masqueradeBit")
        }
        check.range(oomScoreAdj, -1000...1000, "oomScoreAdj")
        check.range(conntrack.maxPerCore, 0...Int(Int32.max), "conntrack.maxPerCore")
        check.range(conntrack.min, 0...Int(Int32.max), "conntrack.min")
        check.range(logging.verbosity, 0...Int(Int32.max), "logging.verbosity")
        check.periods("iptables", iptables.syncPeriod, iptables.minSyncPeriod)
        check.periods("ipvs", ipvs.syncPeriod, ipvs.minSyncPeriod)
        check.periods("nftables", nftables.syncPeriod, nftables.minSyncPeriod)
        check.notNegative([
            ("ipvs.tcpTimeout", ipvs.tcpTimeout), ("ipvs.tcpFinTimeout", ipvs.tcpFinTimeout),
            ("ipvs.udpTimeout", ipvs.udpTimeout), ("configSyncPeriod", configSyncPeriod),
            ("conntrack.udpTimeout", conntrack.udpTimeout),
            ("conntrack.udpStreamTimeout", conntrack.udpStreamTimeout),
            ("conntrack.tcpEstablishedTimeout", conntrack.tcpEstablishedTimeout ?? .zero),
            ("conntrack.tcpCloseWaitTimeout", conntrack.tcpCloseWaitTimeout ?? .zero),
        ])
        checkAddresses(&check)
        return check.problems
    }

    private func checkAddresses(_ check: inout Check) {
        if !bindAddress.isEmpty, IPAddress(bindAddress) == nil {
            check.complain("bindAddress", "\"\(bindAddress)\" is not an address")
        }
        for (text, port, path) in [
            (healthzBindAddress, Self.healthPort, "healthzBindAddress"),
            (metricsBindAddress, Self.metricsPort, "metricsBindAddress"),
        ] where !text.isEmpty && Self.endpoint(text, port) == nil {
            check.complain(path, "\"\(text)\" is not an address with a port; give one like 127.0.0.1:\(port)")
        }
        var families: Set<IPFamily> = []
        for part in Self.parts(clusterCIDR) {
            guard let prefix = IPPrefix(part) else {
                check.complain("clusterCIDR", "\"\(part)\" is no range; give one like 10.244.0.0/16, or one per family")
                continue
            }
            if !families.insert(prefix.family).inserted {
                check.complain("clusterCIDR", "\"\(clusterCIDR)\" has more than one \(prefix.family) range")
            }
        }
        if nodePortAddresses != [Self.primary] {
            for text in nodePortAddresses where IPPrefix(text) == nil {
                let hint = text == Self.primary ? "stands alone" : "is no range, and not primary"
                check.complain("nodePortAddresses", "\"\(text)\" \(hint)")
            }
        }
        for text in ipvs.excludeCIDRs where IPPrefix(text) == nil {
            check.complain("ipvs.excludeCIDRs", "\"\(text)\" is no range")
        }
        checkInterfaces(&check)
    }

    private func checkInterfaces(_ check: inout Check) {
        for (mode, name, path) in [
            ("BridgeInterface", detectLocal.bridgeInterface, "detectLocal.bridgeInterface"),
            ("InterfaceNamePrefix", detectLocal.interfaceNamePrefix, "detectLocal.interfaceNamePrefix"),
        ] where detectLocalMode == mode {
            // IFNAMSIZ without the closing zero.
            let isName = (1...15).contains(name.utf8.count) && !name.contains { $0 == "/" || $0.isWhitespace }
            if !isName {
                check.complain(path, "\"\(name)\" is not an interface's name, which detectLocalMode \(mode) needs")
            }
        }
    }

    /// The word for the node's first address of each family, in ``nodePortAddresses``.
    static let primary = "primary"
    static let healthPort = 10256
    static let metricsPort = 10249

    static func parts(_ text: String) -> [Substring] {
        text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false)
    }

    /// `IP`, `IP:PORT`, or `:PORT` for all addresses of IPv4.
    static func endpoint(_ text: String, _ port: Int) -> IPEndpoint? {
        if text.hasPrefix(":"), let endpoint = IPEndpoint("0.0.0.0" + text) { return endpoint }
        if let endpoint = IPEndpoint(text) { return endpoint }
        let bare = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
        return IPAddress(bare).map { IPEndpoint(address: $0, port: Port(rawValue: UInt16(port))) }
    }
}

/// Gathers what is wrong.
private struct Check {
    private(set) var problems: [KubeProxySettings.Problem] = []

    mutating func complain(_ path: String, _ text: String) { problems.append(.init(path: path, text: text)) }

    mutating func oneOf(_ text: String, _ allowed: [String], _ path: String) {
        guard !text.isEmpty, !allowed.contains(text) else { return }
        complain(path, "\"\(text)\": unknown; allowed is \(allowed.joined(separator: ", "))")
    }

    mutating func range(_ number: Int?, _ range: ClosedRange<Int>, _ path: String) {
        guard let number, !range.contains(number) else { return }
        complain(path, "\(number) is not from \(range.lowerBound) to \(range.upperBound)")
    }

    mutating func notNegative(_ durations: [(String, Duration)]) {
        for (path, duration) in durations where duration < .zero { complain(path, "less than nothing") }
    }

    /// Zero stands for kube-proxy's own.
    mutating func periods(_ section: String, _ period: Duration, _ least: Duration) {
        notNegative([("\(section).syncPeriod", period), ("\(section).minSyncPeriod", least)])
        if period > .zero, least > period {
            complain("\(section).minSyncPeriod", "longer than syncPeriod \(GoDuration.text(period))")
        }
    }
}
