import ClusterModel
import Glibc
import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NFTables
import NetworkTypes
import PolicyEnforcer
import PolicyPlan
import PolicyTesting
import Synchronization
import Testing
import TrafficTesting

@testable import PodNetwork

/// Pods that start while somebody already sends to their addresses.
@Suite(
    .enabled(
        if: KernelFeature.nft.isAvailable && KernelFeature.bridge.isAvailable
            && KernelFeature.bridgeNetfilter.isAvailable
    )
)
struct PolicyStartTests {
    private static let count = 60

    /// Held from before it has an interface, and isolated in the transaction that lets it go: not one datagram arrives.
    @Test func notOnePacketComesThroughBeforeTheRules() throws {
        try starts(isolated: true) { received in #expect(received.allSatisfy { $0 == 0 }, "\(received)") }
    }

    /// Without a policy the same datagrams arrive, as soon as the pod is let go.
    @Test func withoutAPolicyTheyArrive() throws {
        try starts(isolated: false) { received in #expect(received.allSatisfy { $0 > 0 }, "\(received)") }
    }

    private func starts(isolated: Bool, _ check: ([Int]) -> Void) throws {
        try PolicyNetwork.with { network in
            try withTestNamespaces(Self.count) { spaces in
                var policies = try network.node.run { try ProgrammedPolicies() }
                var world = PolicyWorld.standard
                if isolated { world.apply(.policy("x/p", PolicySpec.spec(types: ["Ingress"]))) }
                let hammer = try Hammer(network.outside, addresses: (0..<Self.count).compactMap(Self.address))
                defer { hammer.stop() }
                for (index, space) in spaces.enumerated() {
                    let address = try #require(Self.address(index))
                    world.apply(.pod("x/new-\(index)", ["pod": "new"]))
                    try network.node.run {
                        var connection = try NFTablesConnection()
                        let isHeld = try HeldAddresses(addresses: [address]).hold("x/new-\(index)", &connection)
                        #expect(isHeld)
                        try policies.move(to: world)
                    }
                    // As weft-cni does: what was passed on before the address was held waits for the neighbour.
                    try? network.ip(network.node, "neigh del \(address) dev cni0")
                    try network.ip(network.node, "link add new\(index) type veth peer name eth0 netns \(space.name)")
                    try network.ip(network.node, "link set new\(index) master cni0 up")
                    try network.wire(space, [address], [PolicyNetwork.gateways[0]])
                    try network.node.run { try policies.learnAndRelease(address, of: "x/new-\(index)") }
                }
                hammer.rounds(20)
                var received = try spaces.map { try Self.datagrams($0) }
                // What should arrive has more time on a busy machine; what should not has had enough.
                let deadline = Deadline.after(.seconds(20))
                while !isolated, received.contains(0), !deadline.hasPassed {
                    hammer.rounds(1)
                    received = try spaces.map { try Self.datagrams($0) }
                }
                check(received)
            }
        }
    }

    private static func address(_ index: Int) -> IPAddress? { IPAddress("10.244.0.\(100 + index)") }

    /// The datagrams that arrived, whether somebody listened or not.
    private static func datagrams(_ space: TestNamespace) throws -> Int {
        let text = try space.run { try File.readText("/proc/thread-self/net/snmp") }
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("Udp:") }.map { $0.split(separator: " ") }
        guard lines.count == 2 else { return -1 }
        let values = Dictionary(zip(lines[0], lines[1])) { first, _ in first }
        return (Int(values["InDatagrams"] ?? "") ?? -1) + (Int(values["NoPorts"] ?? "") ?? -1)
    }
}

/// Sends datagrams to all addresses, round after round.
private final class Hammer: Sendable {
    private let done = Atomic(false)
    private let round = Atomic(0)
    private let thread: Mutex<DedicatedThread?>

    init(_ space: TestNamespace, addresses: [IPAddress]) throws {
        thread = Mutex(nil)
        let started = try DedicatedThread.start(name: "hammer") { [self] in
            try? space.run {
                let socket = try InternetSocket(.udp, family: .ipv4)
                while !done.load(ordering: .acquiring) {
                    for address in addresses {
                        try? socket.send(Array("x".utf8), to: IPEndpoint(address: address, port: 80))
                    }
                    round.add(1, ordering: .releasing)
                    // All namespaces share the processors' queues (net.core.netdev_max_backlog): without a pause the
                    // packets of other tests would find them full.
                    usleep(3000)
                }
            }
        }
        thread.withLock { $0 = started }
    }

    /// Waits for so many rounds more.
    func rounds(_ count: Int) {
        let end = round.load(ordering: .acquiring) + count
        let deadline = Deadline.after(.seconds(20))
        while round.load(ordering: .acquiring) < end, !deadline.hasPassed {}
    }

    func stop() {
        done.store(true, ordering: .releasing)
        thread.withLock { $0.take() }?.join()
    }
}
