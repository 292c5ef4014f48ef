import Glibc
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import ServiceProxy
import ServiceProxyTesting
import Synchronization
import Testing
import TrafficTesting

/// What others do to our rules is mended while traffic goes on: connections that stand are not lost.
@Suite(
    .serialized,
    .enabled(if: KernelFeature.nft.isAvailable && KernelFeature.veth.isAvailable),
    .disabled(if: KernelFeature.virtualMachine.isAvailable, "an emulated processor takes too long for it")
)
struct ServiceProxyDriftTrafficTests {
    /// Traffic from outside, until it is stopped.
    private final class Traffic: Sendable {
        private let isReady = Atomic(false)
        private let isOver = Atomic(false)
        private let report = Mutex(SteadyTraffic.Report())

        /// Runs while a closure does.
        static func during(
            _ traffic: SteadyTraffic,
            from client: TestNamespace,
            _ body: () throws -> Void
        ) throws -> SteadyTraffic.Report {
            let state = Traffic()
            let thread = try DedicatedThread.start(name: "traffic") {
                try? client.run {
                    let report = traffic.run(
                        ready: { state.isReady.store(true, ordering: .releasing) },
                        until: { state.isOver.load(ordering: .acquiring) }
                    )
                    state.report.withLock { $0 = report }
                }
            }
            defer { thread.join() }
            do {
                defer { state.isOver.store(true, ordering: .releasing) }
                try RunningProxy.wait { state.isReady.load(ordering: .acquiring) }
                try body()
            }
            thread.join()
            return state.report.withLock { $0 }
        }
    }

    /// Damages that leave connections translated: with the last rule of address translation the kernel forgets how.
    static let damages = [
        "flush table TABLE", "flush chain TABLE services", "flush map TABLE slot0", "delete table TABLE",
        "delete element TABLE services { CLUSTERIP . tcp . 80 }",
    ]

    /// Another program's address translation, such as the pods' own masquerade.
    private static let others = """
        add table FAMILY others
        add chain FAMILY others prerouting { type nat hook prerouting priority 0; }
        add chain FAMILY others output { type nat hook output priority 0; }
        add chain FAMILY others postrouting { type nat hook postrouting priority 110; }

        """

    @Test(arguments: damages, IPFamily.allCases)
    func heldConnectionsGoOn(damage: String, family: IPFamily) throws {
        let clusterIP = ServiceProxyObjects.clusterIP(1, family)
        let name = family == .ipv4 ? "ip" : "ip6"
        let script = damage.replacing("TABLE", with: "\(name) weft").replacing("CLUSTERIP", with: clusterIP)
        let target = IPEndpoint(address: try #require(IPAddress(clusterIP)), port: 80)
        try ServiceProxyNetwork.with { network in
            let others = Self.others.replacing("FAMILY", with: name)
            try Witness.run("nft", ["-f", "-"], in: network.node.namespace, input: others)
            try RunningProxy.with(family, .nftables, in: network.node) { proxy in
                // With pauses: who compares the rules meanwhile needs the processor, too.
                let traffic = SteadyTraffic(targets: [target], connectionsEach: 8, pause: 2)
                let rounds = 3
                let report = try Traffic.during(traffic, from: network.client) {
                    for round in 1...rounds {
                        usleep(100_000)
                        try Witness.run("nft", ["-f", "-"], in: network.node.namespace, input: script + "\n")
                        try RunningProxy.wait { proxy.reports.count == round }
                    }
                    usleep(100_000)
                }
                #expect(report.held == 8 && report.lost == 0, "\(report.firstFailure ?? "")")
                // New ones are refused while the rules are missing, and made before and after.
                #expect(report.answers > 100 && report.made > 10, "\(report)")
            }
        }
    }

    /// With nothing on its way at that moment, connections outlive even a restart of nftables.
    @Test(arguments: IPFamily.allCases)
    func heldConnectionsOutliveARestartOfNftables(family: IPFamily) throws {
        let address = try #require(IPAddress(ServiceProxyObjects.clusterIP(1, family)))
        let target = IPEndpoint(address: address, port: 80)
        try ServiceProxyNetwork.with { network in
            try RunningProxy.with(family, .nftables, in: network.node) { proxy in
                let connection = try network.client.run {
                    let socket = try InternetSocket(.tcp, family: family)
                    try socket.connect(to: target, timeout: 2000)
                    return socket
                }
                var servers: Set<String> = []
                for round in 1...5 {
                    try connection.send(Array("who?\n".utf8))
                    let answer = String(decoding: try connection.receive(timeout: 2000), as: UTF8.self)
                    servers.insert(String(answer.prefix(4)))
                    // The client acknowledges up to 40 ms later, and what is not acknowledged is sent again.
                    usleep(300_000)
                    try network.node.witness("nft", "flush", "ruleset")
                    try RunningProxy.wait { proxy.reports.count == round }
                }
                #expect(servers == ["pod1"] || servers == ["pod2"])
            }
        }
    }
}
