import NetworkTypes
import Testing

@testable import ServicePlan

/// Who may be used for which policy: the table of reference/kube-proxy.md, section 2.
struct EndpointCategoriesTests {
    /// Conditions of an endpoint in short: r ready, s serving only, t terminating and serving, x terminating, - nothing.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        /// "r" on another node, "R" on ours; hints as in "r[z:a][n:n1]".
        var endpoints: [String]
        var usesCluster = true
        var usesLocal = false
        var cluster: [Int]
        var local: [Int] = []
        var hasAny = true

        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "nothing at all", endpoints: [], cluster: [], hasAny: false),
        Case(name: "all ready", endpoints: ["r", "R"], cluster: [0, 1]),
        Case(name: "unready ones are left out", endpoints: ["r", "s", "-"], cluster: [0]),
        Case(name: "serving alone is never used", endpoints: ["s", "S"], cluster: [], hasAny: false),
        Case(name: "terminating serves while nothing is ready", endpoints: ["t", "T", "x"], cluster: [0, 1]),
        Case(name: "terminating does not serve beside ready", endpoints: ["t", "r"], cluster: [1]),
        Case(
            name: "local ready only",
            endpoints: ["r", "R"],
            usesCluster: false,
            usesLocal: true,
            cluster: [],
            local: [1]
        ),
        Case(
            name: "no local one, but some elsewhere",
            endpoints: ["r", "r"],
            usesCluster: false,
            usesLocal: true,
            cluster: [],
            local: []
        ),
        Case(
            name: "local terminating while no local is ready, though others are",
            endpoints: ["r", "T"],
            usesLocal: true,
            cluster: [0],
            local: [1]
        ),
        Case(
            name: "local ready beats local terminating",
            endpoints: ["R", "T"],
            usesLocal: true,
            cluster: [0],
            local: [0]
        ),
        Case(
            name: "cluster falls back while local has none",
            endpoints: ["t", "s"],
            usesLocal: true,
            cluster: [0],
            local: []
        ),
        Case(
            name: "hasAny looks at the whole cluster",
            endpoints: ["t"],
            usesCluster: false,
            usesLocal: true,
            cluster: [],
            local: []
        ),
        Case(name: "same zone", endpoints: ["r[z:a]", "r[z:b]", "R[z:a]"], cluster: [0, 2]),
        Case(name: "one without a zone hint", endpoints: ["r[z:a]", "r", "R[z:a]"], cluster: [0, 1, 2]),
        Case(name: "no hint of our zone", endpoints: ["r[z:b]", "r[z:c]"], cluster: [0, 1]),
        Case(name: "an unready one needs no hint", endpoints: ["r[z:a]", "s", "r[z:b]"], cluster: [0]),
        Case(name: "same node before same zone", endpoints: ["r[z:a][n:n2]", "R[z:a][n:n1]"], cluster: [1]),
        Case(name: "no node hint of ours, then zone", endpoints: ["r[z:a][n:n2]", "r[z:b][n:n3]"], cluster: [0]),
        Case(name: "a node hint missing, then zone", endpoints: ["r[z:b]", "R[z:a][n:n1]"], cluster: [1]),
        Case(
            name: "hints do not narrow the local set",
            endpoints: ["r[z:a]", "R[z:b]"],
            usesLocal: true,
            cluster: [0],
            local: [1]
        ),
        Case(name: "hints are ignored among terminating ones", endpoints: ["t[z:a]", "t[z:b]"], cluster: [0, 1]),
        Case(name: "several zones in one hint", endpoints: ["r[z:b,a]", "r[z:b]"], cluster: [0]),
    ]

    @Test(arguments: cases)
    func endpointsAreSortedByUse(of scenario: Case) {
        let candidates = scenario.endpoints.enumerated().map(Self.candidate)
        let found = EndpointCategories(
            candidates,
            usesCluster: scenario.usesCluster,
            usesLocal: scenario.usesLocal,
            node: "n1",
            zone: "a"
        )
        #expect(found.cluster.map(\.endpoint) == scenario.cluster.map { candidates[$0].endpoint })
        #expect(found.local.map(\.endpoint) == scenario.local.map { candidates[$0].endpoint })
        #expect(found.hasAny == scenario.hasAny)
    }

    @Test(arguments: [nil, ""])
    func withoutAZoneOfOurOwnZonesDoNotCount(zone: String?) {
        let candidates = ["r[z:a]", "r[z:b]"].enumerated().map(Self.candidate)
        let found = EndpointCategories(candidates, usesCluster: true, usesLocal: false, node: "n1", zone: zone)
        #expect(found.cluster.count == 2)
    }

    private static func candidate(_ index: Int, _ text: String) -> EndpointCandidate {
        let letter = text.prefix(1)
        let conditions: EndpointConditions =
            switch letter.lowercased() {
            case "r": [.ready, .serving]
            case "s": [.serving]
            case "t": [.serving, .terminating]
            case "x": [.terminating]
            default: []
            }
        var hints = TopologyHints()
        for part in text.dropFirst().split(separator: "[") {
            let names = part.dropFirst(2).dropLast().split(separator: ",").map(String.init)
            if part.hasPrefix("z") { hints.zones = names } else { hints.nodes = names }
        }
        let address = IPAddress.v4(IPv4Address(10, 244, 0, UInt8(index + 1)))
        return EndpointCandidate(
            endpoint: IPEndpoint(address: address, port: 80),
            isLocal: letter == letter.uppercased(),
            conditions: conditions,
            hints: hints
        )
    }
}
