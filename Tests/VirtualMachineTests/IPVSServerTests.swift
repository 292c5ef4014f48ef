import IPVS
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import Testing

/// Virtual and real servers in a kernel; `ipvsadm` reads back what was written.
@Suite(.enabled(if: KernelFeature.ipvs.isAvailable))
struct IPVSServerTests {
    static let schedulers: [IPVSScheduler] = [
        "rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "mh",
    ]

    private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }
    private func endpoint(_ text: String) throws -> IPEndpoint { try #require(IPEndpoint(text)) }

    private func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map { $0.trimmingSuffix(" ") }
    }

    @Test func whatIsWrittenIsReadBack() throws {
        try withTestNamespace { _ in
            var ipvs = try IPVSConnection.open()
            let web = VirtualServerID(.tcp, try address("10.96.0.1"), 80)
            let names = VirtualServerID(.udp, try address("fd00:96::1"), 53)
            let signals = VirtualServerID(.sctp, try address("10.96.0.2"), 2905)
            let marked = VirtualServerID.firewallMark(7, .ipv6)
            let servers = [
                VirtualServer(
                    web,
                    scheduler: "wrr",
                    persistence: VirtualServerPersistence(timeout: 300, prefixLength: 24)
                ),
                VirtualServer(names, scheduler: "mh", flags: [.hashFallback, .hashPort]),
                VirtualServer(signals, scheduler: "sh", flags: .hashPort),
                VirtualServer(marked, scheduler: "rr", persistence: VirtualServerPersistence(timeout: 10800)),
            ]
            let reals: [(RealServer, VirtualServerID)] = [
                (
                    RealServer(try endpoint("10.244.0.5:8080"), weight: 7, upperThreshold: 100, lowerThreshold: 50),
                    web
                ),
                (RealServer(try endpoint("10.244.0.6:80"), weight: 0, forwarding: .directRoute), web),
                (RealServer(try endpoint("[fd00:244::5]:5353")), names),
                (RealServer(try endpoint("[fd00:244::6]:53"), weight: 65_536, forwarding: .tunnel), names),
                (RealServer(try endpoint("10.244.0.7:2905"), weight: 2), signals),
            ]
            for server in servers { try ipvs.add(server) }
            for (server, id) in reals { try ipvs.add(server, to: id) }

            #expect(Set(try ipvs.virtualServers().map(\.server)) == Set(servers))
            for server in servers {
                #expect(try ipvs.virtualServer(server.id)?.server == server)
                let expected = Set(reals.filter { $0.1 == server.id }.map(\.0))
                #expect(Set(try ipvs.realServers(of: server.id).map(\.server)) == expected)
            }
            let saved = lines(try Witness.run("ipvsadm", "-Sn"))
            #expect(
                saved.sorted()
                    == [
                        "-A -t 10.96.0.1:80 -s wrr -p 300 -M 255.255.255.0",
                        "-a -t 10.96.0.1:80 -r 10.244.0.5:8080 -m -w 7",
                        "-a -t 10.96.0.1:80 -r 10.244.0.6:80 -g -w 0",
                        "-A -u [fd00:96::1]:53 -s mh -b mh-fallback,mh-port",
                        "-a -u [fd00:96::1]:53 -r [fd00:244::5]:5353 -m -w 1",
                        "-a -u [fd00:96::1]:53 -r [fd00:244::6]:53 -i -w 65536 --tun-type ipip",
                        "-A --sctp-service 10.96.0.2:2905 -s sh -b sh-port",
                        "-a --sctp-service 10.96.0.2:2905 -r 10.244.0.7:2905 -m -w 2",
                        "-A -f 7 -6 -s rr -p 10800",
                    ].sorted()
            )
            // What can be saved has no thresholds.
            let limits = try Witness.run("ipvsadm", "-Ln", "--thresholds").split(separator: "\n")
            let row = limits.first { $0.contains("10.244.0.5:8080") }?.split(separator: " ").map(String.init)
            #expect(row == ["->", "10.244.0.5:8080", "100", "50", "0", "0"])
        }
    }

    @Test(arguments: schedulers, [IPFamily.ipv4, .ipv6])
    func everySchedulerInBothFamilies(scheduler: IPVSScheduler, family: IPFamily) throws {
        try withTestNamespace { _ in
            var ipvs = try IPVSConnection.open()
            let virtual = family == .ipv4 ? "10.96.0.1" : "fd00:96::1"
            for transport in TransportProtocol.allCases {
                try ipvs.add(VirtualServer(VirtualServerID(transport, try address(virtual), 80), scheduler: scheduler))
            }
            let listing = lines(try Witness.run("ipvsadm", "-Ln"))
            let shown = family == .ipv4 ? virtual : "[\(virtual)]"
            for name in ["TCP ", "UDP ", "SCTP"] {
                #expect(listing.contains("\(name) \(shown):80 \(scheduler)"), "\(listing)")
            }
            #expect(try ipvs.virtualServers().allSatisfy { $0.server.scheduler == scheduler })
        }
    }

    @Test func changesAndDeletions() throws {
        try withTestNamespace { _ in
            var ipvs = try IPVSConnection.open()
            let id = VirtualServerID(.tcp, try address("10.96.0.1"), 80)
            let pod = try endpoint("10.244.0.5:8080")
            try ipvs.set(VirtualServer(id, persistence: VirtualServerPersistence(timeout: 60)))
            try ipvs.set(RealServer(pod, weight: 1), of: id)
            try ipvs.set(RealServer(try endpoint("10.244.0.6:8080")), of: id)
            try ipvs.set(VirtualServer(id, scheduler: "lc"))
            try ipvs.set(RealServer(pod, weight: 9), of: id)
            try ipvs.delete(try endpoint("10.244.0.6:8080"), of: id)
            let saved = lines(try Witness.run("ipvsadm", "-Sn"))
            #expect(saved == ["-A -t 10.96.0.1:80 -s lc", "-a -t 10.96.0.1:80 -r 10.244.0.5:8080 -m -w 9"])

            try ipvs.delete(id)
            #expect(try Witness.run("ipvsadm", "-Sn") == "")
            #expect(try ipvs.virtualServer(id) == nil)
            #expect(try ipvs.realServers(of: id).isEmpty)

            try Witness.run("ipvsadm", "-A", "-u", "10.96.0.2:53")
            #expect(try ipvs.virtualServers().map(\.server.scheduler) == ["wlc"], "ipvsadm's own default")
            try ipvs.flush()
            #expect(try Witness.run("ipvsadm", "-Sn") == "")
        }
    }

    @Test func settings() throws {
        try withTestNamespace { _ in
            var ipvs = try IPVSConnection.open()
            let header = lines(try Witness.run("ipvsadm", "-Ln"))[0]
            let info = try ipvs.info()
            #expect(header == "IP Virtual Server version \(info.version) (size=\(info.connectionTableSize))")
            try ipvs.setTimeouts(IPVSTimeouts(tcp: 1800, tcpFin: 0, udp: 33))
            let timeouts = try Witness.run("ipvsadm", "-L", "--timeout")
            #expect(lines(timeouts) == ["Timeout (tcp tcpfin udp): 1800 120 33"])
            #expect(try ipvs.timeouts() == IPVSTimeouts(tcp: 1800, tcpFin: 120, udp: 33))
            let error = #expect(throws: IPVSError.self) {
                try ipvs.setTimeouts(IPVSTimeouts(tcp: .max, tcpFin: 0, udp: 0))
            }
            #expect(error?.code == .invalid)
        }
    }

    @Test func namespacesAreIndependent() throws {
        try withTestNamespaces(2) { namespaces in
            let id = VirtualServerID(.tcp, try address("10.96.0.1"), 80)
            var first = try IPVSConnection.open(in: namespaces[0].namespace)
            var second = try IPVSConnection.open(in: namespaces[1].namespace)
            try first.add(VirtualServer(id, scheduler: "rr"))
            #expect(try second.virtualServers().isEmpty)
            try second.add(VirtualServer(id, scheduler: "lc"))
            try first.delete(id)
            #expect(lines(try namespaces[1].witness("ipvsadm", "-Sn")) == ["-A -t 10.96.0.1:80 -s lc"])
            #expect(try namespaces[0].witness("ipvsadm", "-Sn") == "")
        }
    }

    @Test func connectionsLeakNoFile() async {
        await #expect(processExitsWith: .success) { () throws in
            let leaked = try OpenFiles.leaked {
                try withTestNamespace { namespace in
                    var here = try IPVSConnection.open()
                    var there = try IPVSConnection.open(in: namespace.namespace)
                    _ = try here.virtualServers()
                    _ = try? there.delete(.firewallMark(1, .ipv4))
                    _ = try IPVSConnection.isAvailable("rr")
                }
            }
            #expect(leaked == 0, "\(OpenFiles.list())")
        }
    }
}

extension Substring {
    fileprivate func trimmingSuffix(_ character: Character) -> String {
        var text = self
        while text.last == character { text.removeLast() }
        return String(text)
    }
}
