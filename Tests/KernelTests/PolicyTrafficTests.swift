import ClusterModel
import Conntrack
import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NFTables
import NetworkTypes
import PolicyEnforcer
import PolicyPlan
import PolicyTesting
import Testing
import TrafficTesting

/// Policies in the kernel, with packets between pods on a bridge.
@Suite(
    .enabled(
        if: KernelFeature.nft.isAvailable && KernelFeature.bridge.isAvailable
            && KernelFeature.bridgeNetfilter.isAvailable
    )
)
struct PolicyTrafficTests {
    private static let a = PolicySpec.labels("pod=a")
    private static let denyIntoA = PolicySpec.spec(a, types: ["Ingress"])
    private static let onlyFromB = PolicySpec.spec(
        a,
        types: ["Ingress"],
        ingress: [PolicySpec.from([PolicySpec.pods(PolicySpec.labels("pod=b"))])]
    )

    /// What people wrote down of each case holds for packets, in both families.
    @Test func conformanceTable() throws {
        try PolicyNetwork.with { network in
            var policies = try network.node.run { try ProgrammedPolicies() }
            var tried: [IPFamily: [TransportProtocol: Int]] = [:]
            for example in PolicyCase.all {
                var world = PolicyWorld.standard
                _ = try network.node.run { try policies.move(to: world) }
                for (index, step) in example.steps.enumerated() {
                    for change in step.changes { world.apply(change) }
                    _ = try network.node.run { try policies.move(to: world) }
                    let expected = Self.expectations(of: step)
                    let results = try network.tries(expected.map(\.0), expecting: Set(expected.filter(\.1).map(\.0)))
                    for (probe, isAllowed) in expected {
                        #expect(results[probe] == isAllowed, "\(example.name), step \(index): \(probe)")
                        tried[probe.source.family, default: [:]][probe.transport, default: 0] += 1
                    }
                }
            }
            // Every case is for both families, but for those with blocks of one.
            #expect(PolicyCase.all.count >= 150)
            for family in IPFamily.allCases {
                #expect(tried[family, default: [:]].values.reduce(0, +) >= 500, "\(tried)")
                for transport in [TransportProtocol.tcp, .udp, .sctp] {
                    #expect(tried[family]?[transport] ?? 0 > 0, "\(tried)")
                }
            }
        }
    }

    /// Without datagrams to clients outside, which share a namespace and answer from another address.
    private static func expectations(of step: PolicyCase.Step) -> [(PolicyProbe, Bool)] {
        let texts = step.allowed.map { ($0, true) } + step.denied.map { ($0, false) }
        return texts.flatMap { text, isAllowed in
            PolicyProbe.read(text).filter { probe in
                let isOutside = PolicyWorld.outside.contains(probe.destination)
                return probe.source != probe.destination && (probe.transport != .udp || !isOutside)
            }.map { ($0, isAllowed) }
        }
    }

    @Test func theNodeReachesItsPodsAndPodsTheirNode() throws {
        try PolicyNetwork.with { network in
            var policies = try network.node.run { try ProgrammedPolicies() }
            var world = PolicyWorld.standard
            world.apply(.policy("x/p", PolicySpec.spec(types: ["Ingress", "Egress"])))
            _ = try network.node.run { try policies.move(to: world) }
            for address in PolicyWorld.addresses(of: PolicyWorld.key("x/a")) {
                let answer = try network.node.run { try Probe(.tcp, IPEndpoint(address: address, port: 80)).ask() }
                #expect(answer.server == "server")
                for gateway in PolicyNetwork.gateways where gateway.family == address.family {
                    let refusal = try network.namespace(of: address).run { () throws -> TrafficError? in
                        do throws(TrafficError) {
                            _ = try Probe(.tcp, IPEndpoint(address: gateway, port: 9)).ask()
                            return nil
                        } catch {
                            return error
                        }
                    }
                    // Nobody listens there, and the node itself says so.
                    #expect(refusal?.errno == 111, "\(String(describing: refusal))")
                }
            }
        }
    }

    @Test func aHeldAddressIsReachedByItsNodeOnlyUntilItIsReleased() throws {
        try PolicyNetwork.with { network in
            var policies = try network.node.run { try ProgrammedPolicies() }
            let world = PolicyWorld.standard
            _ = try network.node.run { try policies.move(to: world) }
            let addresses = PolicyWorld.addresses(of: PolicyWorld.key("x/a"))
            for address in addresses {
                let family = address.family == .ipv4 ? "ip" : "ip6"
                try network.node.witness(
                    "nft",
                    "add element \(family) weft-policy hold { \(address) comment \"x/a 77\" }"
                )
            }
            let probes = ["y/a > x/a tcp 80", "x/a > y/a udp 80", "out > x/a tcp 81"].flatMap(PolicyProbe.read)
            let whileHeld = try network.tries(probes)
            #expect(!whileHeld.isEmpty && !whileHeld.values.contains(true))
            for address in addresses {
                _ = try network.node.run { try Probe(.tcp, IPEndpoint(address: address, port: 80)).ask() }
            }
            let held = try network.node.run { try policies.held() }
            #expect(Set(held.map(\.address)) == Set(addresses))
            #expect(held.allSatisfy { $0.pod == PolicyWorld.key("x/a") && $0.uid == "77" })
            try network.node.run { try policies.release(addresses) }
            let left = try network.node.run { try policies.held() }
            #expect(left.isEmpty)
            let afterwards = try network.tries(probes, expecting: Set(probes))
            #expect(!afterwards.isEmpty && !afterwards.values.contains(false))
        }
    }

    /// An established connection goes on through changes that allow it, and ends with the one that does not.
    @Test(arguments: IPFamily.allCases)
    func connectionsThatAreNoLongerAllowedAreCut(_ family: IPFamily) throws {
        try PolicyNetwork.with { network in
            var policies = try network.node.run { try ProgrammedPolicies() }
            var world = PolicyWorld.standard
            world.apply(.policy("x/p", Self.onlyFromB))
            _ = try network.node.run { try policies.move(to: world) }
            let server = try #require(PolicyWorld.addresses(of: PolicyWorld.key("x/a")).first { $0.family == family })
            let client = try #require(PolicyWorld.addresses(of: PolicyWorld.key("x/b")).first { $0.family == family })
            let other = try #require(PolicyWorld.addresses(of: PolicyWorld.key("y/c")).first { $0.family == family })
            let socket = try Self.connection(network, client, server)
            let unconcerned = try Self.connection(
                network,
                other,
                try #require(PolicyWorld.addresses(of: PolicyWorld.key("y/a")).first { $0.family == family })
            )
            #expect(Self.isAlive(socket))

            world.apply(.policy("x/q", PolicySpec.spec(Self.a, types: ["Ingress"])))
            try network.node.run { _ = try policies.move(to: world, cutting: true) }
            #expect(Self.isAlive(socket))

            world.apply(.policy("x/p", Self.denyIntoA))
            let cut = try network.node.run { try policies.move(to: world, cutting: true) }
            #expect(cut == 1)
            #expect(!Self.isAlive(socket))
            #expect(Self.isAlive(unconcerned))
            // What the server still sends must not open the connection from its side.
            #expect(!Self.isAlive(socket))
        }
    }

    private static func connection(_ network: PolicyNetwork, _ from: IPAddress, _ to: IPAddress) throws
        -> InternetSocket
    {
        let socket = try network.namespace(of: from).run { try InternetSocket(.tcp, family: from.family) }
        try socket.connect(to: IPEndpoint(address: to, port: 80), timeout: 2000)
        return socket
    }

    private static func isAlive(_ socket: InternetSocket) -> Bool {
        do throws(TrafficError) {
            try socket.send(Array("who?\n".utf8))
            return try !socket.receive(timeout: 400).isEmpty
        } catch {
            return false
        }
    }

    @Test func aRestartTakesOverWhatIsThere() throws {
        try PolicyNetwork.with { network in
            try network.node.run {
                var policies = try ProgrammedPolicies()
                for example in PolicyCase.all {
                    var world = PolicyWorld.standard
                    for change in example.steps[0].changes { world.apply(change) }
                    try policies.move(to: world)
                    let reports = try policies.restart(world)
                    #expect(reports.allSatisfy { $0.outcome == .unchanged }, "\(example.name): \(reports)")
                }
            }
        }
    }

    /// A listing can be loaded again, and is the same then.
    @Test func listingsCanBeLoaded() throws {
        try PolicyNetwork.with { network in
            var policies = try network.node.run { try ProgrammedPolicies() }
            var world = PolicyWorld.standard
            for example in PolicyCase.blocksWithPortsAndMore {
                for change in example.steps[0].changes { world.apply(change) }
            }
            _ = try network.node.run { try policies.move(to: world) }
            for table in ["ip weft-policy", "ip6 weft-policy"] {
                let listing = try network.node.witness("nft", "list table \(table)")
                try network.node.witness("nft", "delete table \(table); \(listing)")
                #expect(try network.node.witness("nft", "list table \(table)") == listing)
            }
        }
    }
}

extension PolicyCase {
    /// Cases that together need every kind of set.
    static var blocksWithPortsAndMore: [PolicyCase] {
        PolicyCase.all.filter { example in
            ["block", "range", "name", "all of", "everyone"].contains { example.name.contains($0) }
        }
    }
}
