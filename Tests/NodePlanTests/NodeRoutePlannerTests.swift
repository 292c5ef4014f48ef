import ClusterModel
import JSONTree
import NetworkTypes
import Testing

@testable import NodePlan

struct NodeRoutePlannerTests {
    private static func node(_ name: String, _ cidrs: [String], _ addresses: [String], created: String? = nil) -> Node {
        var node = Node(name: name)
        node.podCIDRs = cidrs
        node.addresses =
            addresses.map { .init(type: "InternalIP", address: $0) } + [.init(type: "Hostname", address: name)]
        if let created { node.json["metadata"]?["creationTimestamp"] = .string(created) }
        return node
    }

    private static func plan(_ nodes: [Node]) -> NodeRouteSpec { NodeRoutePlanner(nodeName: "own").plan(nodes) }

    private static let own = node("own", ["10.244.0.0/24", "fd00:10:0::/64"], ["192.168.0.1", "fd00::1"])

    /// Peers' (CIDRs, addresses), the routes, and the codes of the problems.
    struct Case: Sendable {
        let name: String
        let cidrs: [String]
        let addresses: [String]
        let routes: [String]
        var problems: [NodeRouteProblem.Code] = []
    }

    static let cases: [Case] = [
        Case(
            name: "IPv4",
            cidrs: ["10.244.1.0/24"],
            addresses: ["192.168.0.2"],
            routes: ["10.244.1.0/24 via 192.168.0.2"]
        ),
        Case(name: "IPv6", cidrs: ["fd00:10:1::/64"], addresses: ["fd00::2"], routes: ["fd00:10:1::/64 via fd00::2"]),
        Case(
            name: "both families",
            cidrs: ["10.244.1.0/24", "fd00:10:1::/64"],
            addresses: ["fd00::2", "192.168.0.2"],
            routes: ["10.244.1.0/24 via 192.168.0.2", "fd00:10:1::/64 via fd00::2"]
        ),
        Case(
            name: "the first address of a family",
            cidrs: ["10.244.1.0/24"],
            addresses: ["192.168.0.2", "192.168.9.2"],
            routes: ["10.244.1.0/24 via 192.168.0.2"]
        ),
        Case(
            name: "host bits",
            cidrs: ["10.244.1.7/24"],
            addresses: ["192.168.0.2"],
            routes: ["10.244.1.0/24 via 192.168.0.2"]
        ),
        Case(name: "no CIDR yet", cidrs: [], addresses: ["192.168.0.2"], routes: []),
        Case(name: "no address", cidrs: ["10.244.1.0/24"], addresses: [], routes: [], problems: [.missingAddress]),
        Case(
            name: "an address of the other family",
            cidrs: ["fd00:10:1::/64", "10.244.1.0/24"],
            addresses: ["192.168.0.2"],
            routes: ["10.244.1.0/24 via 192.168.0.2"],
            problems: [.missingAddress]
        ),
        Case(
            name: "no prefix",
            cidrs: ["10.244.1/24"],
            addresses: ["192.168.0.2"],
            routes: [],
            problems: [.invalidPodCIDR]
        ),
        Case(
            name: "everything",
            cidrs: ["0.0.0.0/0"],
            addresses: ["192.168.0.2"],
            routes: [],
            problems: [.invalidPodCIDR]
        ),
        Case(
            name: "no host name",
            cidrs: ["10.244.1.0/24"],
            addresses: ["host"],
            routes: [],
            problems: [.missingAddress]
        ),
        Case(
            name: "loopback",
            cidrs: ["10.244.1.0/24"],
            addresses: ["127.0.0.1"],
            routes: [],
            problems: [.invalidAddress]
        ),
        Case(
            name: "own address",
            cidrs: ["10.244.1.0/24"],
            addresses: ["192.168.0.1"],
            routes: [],
            problems: [.invalidAddress]
        ),
        Case(
            name: "address among its pods",
            cidrs: ["10.244.1.0/24"],
            addresses: ["10.244.1.1"],
            routes: [],
            problems: [.invalidAddress]
        ),
        Case(name: "own CIDR", cidrs: ["10.244.0.0/24"], addresses: ["192.168.0.2"], routes: [], problems: [.overlap]),
        Case(
            name: "around own CIDR",
            cidrs: ["10.244.0.0/16"],
            addresses: ["192.168.0.2"],
            routes: [],
            problems: [.overlap]
        ),
        Case(
            name: "one of two overlaps",
            cidrs: ["10.244.0.128/25", "fd00:10:1::/64"],
            addresses: ["192.168.0.2", "fd00::2"],
            routes: ["fd00:10:1::/64 via fd00::2"],
            problems: [.overlap]
        ),
    ]

    @Test(arguments: cases)
    func aPeerIsReachedThroughItsAddress(_ one: Case) {
        let spec = Self.plan([Self.node("peer", one.cidrs, one.addresses), Self.own])
        #expect(spec.routes.map { "\($0.destination) via \($0.gateway)" } == one.routes, "\(one.name)")
        #expect(spec.problems.map(\.code) == one.problems, "\(one.name)")
        #expect(spec.problems.allSatisfy { $0.description.hasPrefix("node peer: ") })
        #expect(spec.ownPrefixes.count == 2)
    }

    @Test func theOwnNodeMayBeMissing() {
        let spec = Self.plan([Self.node("peer", ["10.244.1.0/24"], ["192.168.0.2"])])
        #expect(spec.routes.count == 1)
        #expect(spec.ownPrefixes.isEmpty)
    }

    @Test func theOlderNodeKeepsItsRange() {
        let nodes = [
            Self.own, Self.node("a", ["10.244.1.0/24"], ["192.168.0.2"], created: "2026-01-02T00:00:00Z"),
            Self.node("b", ["10.244.1.0/24"], ["192.168.0.3"], created: "2026-01-01T00:00:00Z"),
            Self.node("c", ["10.244.1.0/24"], ["192.168.0.4"]),
        ]
        for order in [nodes, nodes.reversed()] {
            let spec = Self.plan(order)
            #expect(spec.routes.map(\.node) == ["b"])
            #expect(spec.problems.map(\.node) == ["a", "c"])
            #expect(spec.problems[0].text.contains("10.244.1.0/24 of node b"))
        }
    }

    @Test func aRangeAroundOthersOnlyCostsItself() {
        let spec = Self.plan([
            Self.own, Self.node("a", ["10.244.1.0/24"], ["192.168.0.2"]),
            Self.node("b", ["10.244.2.0/24"], ["192.168.0.3"]),
            Self.node("z", ["10.244.0.0/20"], ["192.168.0.4"]), Self.node("c", ["10.244.16.0/24"], ["192.168.0.5"]),
        ])
        #expect(spec.routes.map(\.node) == ["a", "b", "c"])
        #expect(spec.problems.map(\.node) == ["z"])
    }

    @Test func aRangeWithoutAddressIsTakenAllTheSame() {
        let spec = Self.plan([
            Self.own, Self.node("a", ["10.244.1.0/24"], []), Self.node("b", ["10.244.1.0/24"], ["192.168.0.3"]),
        ])
        #expect(spec.routes.isEmpty)
        #expect(spec.problems.map(\.code) == [.missingAddress, .overlap])
    }

    @Test func thePlanDoesNotDependOnTheOrderOfTheNodes() {
        let nodes = (1...200).map { Self.node("n\($0)", ["10.244.\($0).0/24"], ["192.168.1.\($0)"]) } + [Self.own]
        let spec = Self.plan(nodes)
        #expect(spec.routes.count == 200)
        #expect(spec == Self.plan(nodes.reversed()))
        #expect(spec == Self.plan(nodes.shuffled()))
    }
}
