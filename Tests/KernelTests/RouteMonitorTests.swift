import LinuxSystem
import LinuxSystemTesting
import Netlink
import NetworkTypes
import RouteNetlink
import Testing

@Suite(.enabled(if: KernelFeature.veth.isAvailable && KernelFeature.bridge.isAvailable))
struct RouteMonitorTests {
    /// Waits for a change; fails at the deadline.
    private func wait(for monitor: inout RouteMonitor, _ isWanted: (RouteChange) -> Bool) throws {
        let deadline = Deadline.after(.seconds(60))
        while true {
            if try monitor.next(until: deadline).contains(where: isWanted) { return }
        }
    }

    @Test func linksAndBothFamiliesAddressesAndRoutesAreTold() throws {
        try withTestNamespaces(1) { namespaces in
            let namespace = namespaces[0]
            var monitor = try RouteMonitor.open(
                [.links, .ipv4Addresses, .ipv6Addresses, .ipv4Routes, .ipv6Routes, .neighbors],
                in: namespace.namespace
            )
            try namespace.witness("ip", "link", "add", "weft0", "type", "bridge")
            try wait(for: &monitor) { if case .linkSet(let link) = $0 { link.name == "weft0" } else { false } }
            try namespace.witness("ip", "link", "set", "weft0", "up")
            try wait(for: &monitor) { if case .linkSet(let link) = $0 { link.isUp } else { false } }
            for (own, pods, gateway) in [
                ("192.0.2.1/24", "10.1.0.0/24", "192.0.2.2"), ("fd00::1/64", "fd01::/64", "fd00::2"),
            ] {
                let (own, pods) = (try Given.prefix(own), try Given.prefix(pods))
                try namespace.witness("ip", "address", "add", "\(own)", "dev", "weft0")
                try wait(for: &monitor) {
                    if case .addressSet(let address) = $0 { address.prefix == own } else { false }
                }
                // Without a port the bridge has no carrier; `onlink` routes are taken all the same.
                try namespace.witness("ip", "route", "add", "\(pods)", "via", gateway, "dev", "weft0", "onlink")
                try wait(for: &monitor) {
                    if case .routeSet(let route) = $0 { route.destination == pods } else { false }
                }
                try namespace.witness("ip", "route", "delete", "\(pods)")
                try wait(for: &monitor) {
                    if case .routeRemoved(let route) = $0 { route.destination == pods } else { false }
                }
                try namespace.witness("ip", "address", "delete", "\(own)", "dev", "weft0")
                try wait(for: &monitor) {
                    if case .addressRemoved(let address) = $0 { address.prefix == own } else { false }
                }
            }
            try namespace.witness("ip", "link", "delete", "weft0")
            try wait(for: &monitor) { if case .linkRemoved(let link) = $0 { link.name == "weft0" } else { false } }
        }
    }

    @Test func neighborsAndForwardingEntriesAreTold() throws {
        try withTestNamespaces(1) { namespaces in
            let namespace = namespaces[0]
            var connection = try RouteConnection.open(in: namespace.namespace)
            let bridge = try connection.ensureLink(LinkSpec(name: "cni0", kind: .bridge(), isUp: true))
            let port = try connection.makePair().near
            try connection.setMaster(of: .index(port.index), to: bridge.index)
            var monitor = try RouteMonitor.open([.neighbors], in: namespace.namespace)
            let hardware = try Given.mac("0a:58:0a:f4:01:05")
            for text in ["10.0.0.9", "fd00::9"] {
                let target = try Given.address(text)
                try connection.replaceNeighbor(NeighborSpec(target, mac: hardware, link: bridge.index))
                try wait(for: &monitor) {
                    if case .neighborSet(let neighbor) = $0 {
                        neighbor.address == target && neighbor.mac == hardware
                    } else {
                        false
                    }
                }
            }
            let entry = ForwardingSpec(hardware, link: port.index, table: .bridge, state: .noARP)
            try connection.replaceForwardingEntry(entry)
            try wait(for: &monitor) {
                if case .forwardingEntrySet(let entry) = $0 { entry.mac == hardware } else { false }
            }
            try connection.deleteForwardingEntry(entry)
            try wait(for: &monitor) {
                if case .forwardingEntryRemoved(let entry) = $0 { entry.mac == hardware } else { false }
            }
        }
    }

    @Test func lostChangesAreSaid() throws {
        try withTestNamespaces(1) { namespaces in
            var monitor = try RouteMonitor.open([.links], in: namespaces[0].namespace, bufferSize: 2048)
            var connection = try RouteConnection.open(in: namespaces[0].namespace)
            for index in 0..<600 {
                try connection.createLink(LinkSpec(name: "br\(index)", kind: .bridge()))
            }
            let error = #expect(throws: NetlinkError.self) {
                while true { _ = try monitor.next(until: .now) }
            }
            #expect(error?.code == .overrun)
        }
    }

    @Test func silenceEndsAtTheDeadline() throws {
        try withTestNamespace { _ in
            var monitor = try RouteMonitor.open([.links])
            let error = #expect(throws: NetlinkError.self) { _ = try monitor.next(until: .after(.milliseconds(20))) }
            #expect(error?.code == .timeout)
        }
    }
}
