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
                    }
                }
            }
        }
    }

    /// Without SCTP, and without datagrams to clients outside, which share a namespace and answer from another address.
    private static func expectations(of step: PolicyCase.Step) -> [(PolicyProbe, Bool)] {
        let texts = step.allowed.map { ($0, true) } + step.denied.map { ($0, false) }
        return texts.flatMap { text, isAllowed in
            PolicyProbe.read(text).filter { probe in
                let isOutside = PolicyWorld.outside.contains(probe.destination)
                return probe.source != probe.destination
                    && (probe.transport == .tcp || probe.transport == .udp && !isOutside)
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

/// Policies that a node's kernel follows; to be used inside its namespace.
struct ProgrammedPolicies {
    private var planner = PolicyPlanner(nodeName: PolicyWorld.nodeName)
    private var backends: [NFTablesPolicyBackend]
    private var told = PolicyWorld()

    init() throws {
        backends = try IPFamily.allCases.map { try NFTablesPolicyBackend($0) }
        for backend in backends { _ = try backend.replaceAll(with: planner.model, releasing: []) }
    }

    /// Programs a state of the world; returns how many connections were cut.
    @discardableResult
    mutating func move(to world: PolicyWorld, cutting: Bool = false) throws -> Int {
        world.tell(&planner, since: told)
        told = world
        let changes = planner.takeChanges()
        var cut = 0
        for backend in backends {
            _ = try backend.apply(changes, of: planner.model, releasing: [])
            guard cutting else { continue }
            let forbidden = ForbiddenFlows(
                of: Set(planner.model.subjects.keys),
                planner.model,
                ownAddresses: Set(PolicyNetwork.gateways)
            )
            cut += try FlowCutter.kernel.cut(backend.family, forbidden)
        }
        return cut
    }

    func held() throws -> [HeldAddress] { try backends.flatMap { try $0.held() } }

    func release(_ addresses: [IPAddress]) throws {
        for backend in backends { _ = try backend.apply(PolicyChanges(), of: planner.model, releasing: addresses) }
    }

    /// Takes an address from the one who held it, and lets it go with the pod's rules.
    mutating func learnAndRelease(_ address: IPAddress, of pod: String) throws {
        let isKnown = planner.learn(address, of: PolicyWorld.key(pod))
        #expect(isKnown)
        let changes = planner.takeChanges()
        for backend in backends { _ = try backend.apply(changes, of: planner.model, releasing: [address]) }
    }

    /// Another run takes over.
    mutating func restart(_ world: PolicyWorld) throws -> [PolicyReport] {
        backends = try IPFamily.allCases.map { try NFTablesPolicyBackend($0) }
        var hints = PolicyHints()
        for backend in backends {
            let present = try backend.hints()
            hints.peers.merge(present.peers) { $1 }
            hints.ingress.merge(present.ingress) { $1 }
            hints.egress.merge(present.egress) { $1 }
        }
        planner = PolicyPlanner(nodeName: PolicyWorld.nodeName, hints: hints)
        world.tell(&planner, since: PolicyWorld())
        _ = planner.takeChanges()
        return try backends.map { try $0.replaceAll(with: planner.model, releasing: []) }
    }
}

extension PolicyWorld {
    /// Tells a planner what differs from an earlier state.
    func tell(_ planner: inout PolicyPlanner, since before: PolicyWorld) {
        for (key, json) in policies where before.policies[key] != json {
            planner.upsert(NetworkPolicy(unchecked: json))
        }
        for key in before.policies.keys where policies[key] == nil { planner.removePolicy(key) }
        for (key, json) in pods where before.pods[key] != json { planner.upsert(Pod(unchecked: json)) }
        for key in before.pods.keys where pods[key] == nil { planner.removePod(key) }
        for (name, json) in namespaces where before.namespaces[name] != json {
            planner.upsert(Namespace(unchecked: json))
        }
        for name in before.namespaces.keys where namespaces[name] == nil { planner.removeNamespace(name) }
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
