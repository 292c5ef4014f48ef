import JSONTree
import NetworkTypes
import PolicyTesting
import Testing

@testable import PolicyPlan

/// Random clusters that change at random: what is kept from change to change must be what a new start would compile.
struct RandomWorldTests {
    @Test(arguments: 0..<24)
    func incrementalPlanAgreesWithEvaluator(_ seed: Int) {
        var dice = Dice(UInt64(seed) &* 7919 &+ 17)
        var world = PolicyWorld.standard
        var plan = PlanUnderTest()
        plan.move(to: world)
        for round in 0..<25 {
            for _ in 0...dice.below(3) { world.apply(dice.change()) }
            plan.move(to: world)
            let evaluator = PolicyEvaluator(world)
            let probes = IPFamily.allCases.flatMap { PolicyProbe.all(world, $0) }
            for _ in 0..<120 {
                let probe = probes[dice.below(probes.count)]
                #expect(plan.allows(probe) == evaluator.allows(probe), "seed \(seed), round \(round): \(probe)")
            }
        }
    }

    /// Whatever is forbidden by a change has an end that is said to be restricted; and changes say what was before them.
    @Test(arguments: 0..<24)
    func changesSayWhatTheyForbid(_ seed: Int) {
        var dice = Dice(UInt64(seed) &* 104_729 &+ 5)
        var world = PolicyWorld.standard
        var plan = PlanUnderTest()
        plan.move(to: world)
        var (forbidden, spared) = (0, 0)
        for round in 0..<40 {
            let before = plan.model
            for _ in 0...dice.below(2) { world.apply(dice.change()) }
            let changes = plan.move(to: world)
            for address in changes.addresses {
                #expect(changes.before.peers[address] == before.peers[address])
                #expect(changes.before.subjects[address] == before.subjects[address])
            }
            for chain in changes.chains { #expect(changes.before.chains[chain] == before.chains[chain]) }
            let restricted = changes.restricted(in: plan.model)
            if restricted.isEmpty, !changes.isEmpty { spared += 1 }
            for probe in IPFamily.allCases.flatMap({ PolicyProbe.all(.standard, $0) }) {
                let wasAllowed = before.allows(probe.source, probe.destination, probe.transport, probe.port)
                guard wasAllowed, !plan.allows(probe) else { continue }
                forbidden += 1
                let isTold = restricted.contains(probe.source) || restricted.contains(probe.destination)
                #expect(isTold, "seed \(seed), round \(round): \(probe)")
            }
        }
        #expect(forbidden > 0 && spared > 0)
    }

    @Test func whatOnlyAllowsMoreRestrictsNobody() {
        var plan = PlanUnderTest()
        var world = PolicyWorld.standard
        let selected = PolicySpec.labels("pod=a")
        func letsIn(_ ports: Int...) -> PolicyChange {
            let friends = PolicySpec.pods(PolicySpec.labels("pod=b"))
            let rule = PolicySpec.from([friends], ports.map { PolicySpec.port("TCP", $0) })
            return .policy("x/p", PolicySpec.spec(selected, ingress: [rule]))
        }
        func restricted(_ change: PolicyChange) -> Set<IPAddress> {
            world.apply(change)
            return plan.move(to: world).restricted(in: plan.model)
        }
        let server = Set(PolicyWorld.addresses(of: PolicyWorld.key("x/a")))
        #expect(restricted(letsIn(80)) == server)
        #expect(restricted(letsIn(80, 81)).isEmpty)
        #expect(restricted(.pod("x/c", ["pod": "b"])).isEmpty)
        #expect(restricted(.pod("x/c", ["pod": "d"])) == Set(PolicyWorld.addresses(of: PolicyWorld.key("x/c"))))
        #expect(restricted(letsIn(81)) == server)
        #expect(restricted(.noPolicy("x/p")).isEmpty)
    }

    @Test func nothingIsKeptOfWhatIsGone() {
        var dice = Dice(99)
        var world = PolicyWorld.standard
        var plan = PlanUnderTest()
        for _ in 0..<200 {
            world.apply(dice.change())
            plan.move(to: world)
        }
        plan.move(to: PolicyWorld())
        #expect(plan.model == PolicyModel())
        #expect(plan.planner.uses.isEmpty && plan.planner.subjects.isEmpty && plan.planner.peers.peers.isEmpty)
    }

    @Test func nothingChangesWhenNothingDoes() {
        var plan = PlanUnderTest()
        var world = PolicyWorld.standard
        world.apply(
            .policy("x/p", PolicySpec.spec(types: ["Ingress"], ingress: [PolicySpec.from([PolicySpec.pods([:])])]))
        )
        #expect(!plan.move(to: world).isEmpty)
        world.apply(.podFields("x/a", ["status.message": "still fine"]))
        #expect(plan.move(to: world).isEmpty)
    }

    @Test func oneLabelChangesOneAddressOfEachFamily() {
        var plan = PlanUnderTest()
        var world = PolicyWorld.standard
        let spec = PolicySpec.spec(
            PolicySpec.labels("pod=a"),
            ingress: [PolicySpec.from([PolicySpec.pods(PolicySpec.labels("pod=b"))])]
        )
        world.apply(.policy("x/p", spec))
        plan.move(to: world)
        world.apply(.pod("x/c", ["pod": "b"]))
        let changes = plan.move(to: world)
        #expect(changes.addresses == Set(PolicyWorld.addresses(of: PolicyWorld.key("x/c"))))
        #expect(changes.chains.isEmpty)
    }
}

/// Throws dice that fall alike for the same seed.
private struct Dice {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed | 1 }

    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }

    mutating func one<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }

    mutating func change() -> PolicyChange {
        let pod = "\(one(PolicyWorld.namespaceNames))/\(one(PolicyWorld.podNames))"
        switch below(12) {
        case 0...3: return .policy("\(one(PolicyWorld.namespaceNames))/p\(below(3))", spec())
        case 4: return .noPolicy("\(one(PolicyWorld.namespaceNames))/p\(below(3))")
        case 5, 6: return .pod(pod, labels())
        case 7: return .noPod(pod)
        case 8: return .namespace(one(PolicyWorld.namespaceNames), ["ns": .string(one(["x", "y", "q"]))])
        case 9: return .noNamespace(one(PolicyWorld.namespaceNames))
        case 10: return .podFields(pod, ["status.phase": .string(one(["Running", "Pending", "Succeeded"]))])
        default:
            let name = one(["web", "serve-80-tcp"])
            let port: JSONValue = ["name": .string(name), "containerPort": JSONValue(one([80, 81]))]
            return .podFields(pod, ["spec.containers": [["name": "c", "ports": [port]]]])
        }
    }

    private mutating func labels() -> JSONObject {
        var labels: JSONObject = ["pod": .string(one(["a", "b", "c"]))]
        if below(2) == 0 { labels["tier"] = .string(one(["web", "db"])) }
        return labels
    }

    private mutating func selector() -> JSONValue {
        switch below(6) {
        case 0: [:]
        case 1: PolicySpec.labels("pod=\(one(["a", "b"]))")
        case 2: PolicySpec.expression("pod", one(["In", "NotIn"]), [one(["a", "b", "c"])])
        case 3: PolicySpec.expression("tier", one(["Exists", "DoesNotExist"]))
        case 4: PolicySpec.labels("pod=\(one(["a", "c"])),tier=web")
        default: PolicySpec.expression("tier", "NotIn", ["web"])
        }
    }

    private mutating func namespaces() -> JSONValue {
        one([
            [:], PolicySpec.labels("ns=y"), PolicySpec.expression("ns", "NotIn", ["x"]),
            PolicySpec.expression("ns", "DoesNotExist"),
        ])
    }

    private mutating func peer() -> JSONValue {
        switch below(5) {
        case 0, 1: PolicySpec.pods(selector())
        case 2: PolicySpec.namespaces(namespaces())
        case 3: PolicySpec.namespaces(namespaces(), pods: selector())
        default: block()
        }
    }

    private mutating func block() -> JSONValue {
        one([
            PolicySpec.block("0.0.0.0/0", except: [one(["10.244.0.12/30", "192.0.2.0/24"])]),
            PolicySpec.block("10.244.0.\(one([8, 10, 12, 16]))/\(one([28, 29, 30, 31, 32]))"), PolicySpec.block("::/0"),
            PolicySpec.block("fd44::/\(one([123, 124, 125]))"),
            PolicySpec.block("2000::/3", except: ["2001:db8:1::/48"]),
        ])
    }

    private mutating func port() -> JSONValue {
        let transport = one(["TCP", "UDP", "SCTP"])
        return switch below(6) {
        case 0: PolicySpec.port(transport)
        case 1: PolicySpec.port(transport, 80)
        case 2: PolicySpec.port(transport, 81)
        case 3: PolicySpec.port(transport, one([70, 80, 81]), to: one([81, 90]))
        case 4: PolicySpec.port("TCP", named: one(["web", "serve-80-tcp"]))
        default: [:]
        }
    }

    private mutating func rules(_ make: ([JSONValue]?, [JSONValue]?) -> JSONValue) -> [JSONValue] {
        (0..<below(3)).map { _ in
            let peers = below(4) == 0 ? nil : (0...below(2)).map { _ in peer() }
            let ports = below(3) == 0 ? nil : (0...below(2)).map { _ in port() }
            return make(peers, ports)
        }
    }

    private mutating func spec() -> JSONValue {
        PolicySpec.spec(
            selector(),
            types: one([nil, ["Ingress"], ["Egress"], ["Ingress", "Egress"]]),
            ingress: below(3) == 0 ? nil : rules { PolicySpec.from($0, $1) },
            egress: below(2) == 0 ? nil : rules { PolicySpec.to($0, $1) }
        )
    }
}
