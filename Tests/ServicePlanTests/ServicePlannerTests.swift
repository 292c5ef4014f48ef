import ClusterModel
import JSONTree
import NetworkTypes
import ServicePlan
import Testing

struct ServicePlannerTests {
    private typealias Fixture = PlanFixture

    @Test func aServiceAndItsSliceBecomeOneSpec() throws {
        var planner = Fixture.planner()
        planner.upsert(Fixture.simple(["10.96.0.1"]))
        planner.upsert(
            Fixture.slice("web-1", [Fixture.endpoint("10.244.0.3"), Fixture.endpoint("10.244.0.2", node: "n2")])
        )
        let changes = planner.takeDirty()
        #expect(changes.count == 1)
        let spec = try #require(changes.first?.spec)
        #expect(spec.identity.description == "default/web:http")
        #expect(spec.clusterEndpoints.map(\.endpoint.description) == ["10.244.0.2:8080", "10.244.0.3:8080"])
        #expect(spec.clusterEndpoints.map(\.isLocal) == [false, true])
        #expect(spec.frontends.map(\.kind) == [.clusterIP])
        #expect(spec.frontends.first?.treatment == .balance(.cluster, .never))
        #expect(planner.takeDirty().isEmpty)
    }

    @Test func allSpecsAreTheSameBeforeAndAfterTheyAreHandedOut() throws {
        var planner = Fixture.planner()
        planner.upsert(Fixture.simple(["10.96.0.1"]))
        planner.upsert(Fixture.slice("web-1", [Fixture.endpoint("10.244.0.3")]))
        let first = planner.specs(.ipv4)
        #expect(first.count == 1)
        _ = planner.takeDirty()
        #expect(planner.specs(.ipv4) == first && planner.specs(.ipv6).isEmpty)
        planner.upsert(Fixture.slice("web-1", [Fixture.endpoint("10.244.0.4")]))
        let second = planner.specs(.ipv4)
        #expect(second.first?.clusterEndpoints.map(\.endpoint.description) == ["10.244.0.4:8080"])
        _ = planner.takeDirty()
        #expect(planner.specs(.ipv4) == second)
        planner.removeService(try #require(first.first).identity.service)
        #expect(planner.specs(.ipv4).isEmpty)
        _ = planner.takeDirty()
        #expect(planner.specs(.ipv4).isEmpty)
    }

    @Test func theOrderOfEventsDoesNotMatter() {
        var first = Fixture.planner()
        var second = Fixture.planner()
        let service = Fixture.simple(["10.96.0.1"])
        let slice = Fixture.slice("web-1", [Fixture.endpoint("10.244.0.3")])
        first.upsert(service)
        first.upsert(slice)
        second.upsert(slice)
        second.upsert(service)
        #expect(first.takeDirty() == second.takeDirty())
    }

    @Test func anUnchangedObjectMakesNothingDirty() {
        var planner = Fixture.planner()
        planner.upsert(Fixture.simple(["10.96.0.1"]))
        planner.upsert(Fixture.slice("web-1", [Fixture.endpoint("10.244.0.3")]))
        _ = planner.takeDirty()
        planner.upsert(Fixture.simple(["10.96.0.1"]))
        planner.upsert(Fixture.slice("web-1", [Fixture.endpoint("10.244.0.3")]))
        #expect(planner.dirtyCount == 0)
    }

    @Test func bothFamiliesHaveSpecsOfTheirOwn() {
        var planner = Fixture.planner()
        planner.upsert(Fixture.simple(["10.96.0.1", "fd96::1"]))
        planner.upsert(Fixture.slice("web-4", [Fixture.endpoint("10.244.0.3")]))
        planner.upsert(Fixture.slice("web-6", type: "IPv6", [Fixture.endpoint("fd44::3")]))
        let changes = planner.takeDirty()
        #expect(changes.map(\.family) == [.ipv4, .ipv6])
        #expect(
            changes.map { $0.spec?.clusterEndpoints.map(\.endpoint.description) } == [
                ["10.244.0.3:8080"], ["[fd44::3]:8080"],
            ]
        )
    }

    @Test func whatVanishesIsReported() {
        var planner = Fixture.planner()
        planner.upsert(
            Fixture.service(spec: [
                "type": "ClusterIP", "clusterIPs": ["10.96.0.1"],
                "ports": [["name": "a", "port": 80], ["name": "b", "port": 81]],
            ])
        )
        #expect(planner.takeDirty().count == 2)
        planner.upsert(
            Fixture.service(spec: [
                "type": "ClusterIP", "clusterIPs": ["10.96.0.1"], "ports": [["name": "a", "port": 80]],
            ])
        )
        let changes = planner.takeDirty()
        #expect(changes.filter { $0.spec == nil }.map(\.identity.portName) == ["b"])
        planner.removeService(Fixture.key("web"))
        #expect(planner.takeDirty().map { $0.spec == nil } == [true])
        #expect(planner.takeDirty().isEmpty)
    }

    @Test(
        arguments: [
            ["type": "ExternalName", "clusterIPs": ["10.96.0.1"], "ports": [["port": 80]]],
            ["type": "ClusterIP", "clusterIP": "None", "clusterIPs": ["None"], "ports": [["port": 80]]],
            ["type": "ClusterIP", "ports": [["port": 80]]],
            ["type": "ClusterIP", "clusterIPs": ["10.96.0.1"], "ports": []],
        ] as [JSONObject]
    )
    func servicesWithoutRulesAreSkippedSilently(spec: JSONObject) {
        var planner = Fixture.planner()
        let problems = planner.upsert(Fixture.service(spec: spec))
        #expect(problems.isEmpty)
        #expect(planner.takeDirty().isEmpty)
    }

    @Test func servicesOfAnotherProxyAreSkipped() {
        var planner = Fixture.planner()
        planner.upsert(
            Fixture.service(
                spec: ["type": "ClusterIP", "clusterIPs": ["10.96.0.1"], "ports": [["port": 80]]],
                labels: ["service.kubernetes.io/service-proxy-name": "other"]
            )
        )
        #expect(planner.takeDirty().isEmpty)
    }

    @Test func badPartsAreNamedAndTheRestGoesOn() throws {
        var planner = Fixture.planner()
        let problems = planner.upsert(
            Fixture.service(spec: [
                "type": "NodePort", "clusterIPs": ["10.96.0.1", "nonsense"], "externalIPs": ["1.2.3"],
                "ports": [
                    ["name": "zero", "port": 0], ["name": "odd", "port": 80, "protocol": "QUIC"],
                    ["name": "good", "port": 80, "nodePort": 30080], ["name": "good", "port": 81],
                ],
            ])
        )
        #expect(
            problems.map(\.field) == [
                "spec.clusterIPs[1]", "spec.externalIPs[0]", "spec.ports[0].port", "spec.ports[1].protocol",
                "spec.ports[3].name",
            ]
        )
        #expect(problems.first?.description.hasPrefix("Service default/web: spec.clusterIPs[1]: ") == true)
        let changes = planner.takeDirty()
        #expect(changes.compactMap(\.spec?.identity.portName) == ["good"])
        #expect(changes.first?.spec?.frontends.map(\.kind) == [.clusterIP, .nodePort])
        #expect(planner.problems.count == 5)
        planner.removeService(Fixture.key("web"))
        #expect(planner.problems.isEmpty)
    }

    @Test func endpointsOfAnotherFamilyAreNamed() {
        var planner = Fixture.planner()
        planner.upsert(Fixture.simple(["10.96.0.1"]))
        let problems = planner.upsert(
            Fixture.slice("web-1", [Fixture.endpoint("fd44::3"), Fixture.endpoint("10.244.0.7"), [:]])
        )
        #expect(problems.map(\.field) == ["endpoints[0].addresses[0]", "endpoints[2].addresses[0]"])
        #expect(planner.takeDirty().first?.spec?.clusterEndpoints.count == 1)
    }

    @Test func sloppyAddressesAreMadeCanonical() {
        var planner = Fixture.planner()
        planner.upsert(Fixture.simple(["010.096.000.001"]))
        #expect(planner.takeDirty().first?.spec?.frontends.first?.address?.description == "10.96.0.1")
    }

    @Test func aTerminatingDuplicateNeverReplacesAnotherEndpoint() throws {
        var planner = Fixture.planner()
        planner.upsert(Fixture.simple(["10.96.0.1"]))
        planner.upsert(Fixture.slice("web-1", [Fixture.endpoint("10.244.0.3")]))
        planner.upsert(
            Fixture.slice("web-2", [Fixture.endpoint("10.244.0.3", ready: false, serving: true, terminating: true)])
        )
        #expect(planner.takeDirty().first?.spec?.clusterEndpoints.count == 1)
        planner.upsert(Fixture.slice("web-3", [Fixture.endpoint("10.244.0.3", ready: false)]))
        // The later one that does not end wins, ready or not.
        #expect(planner.takeDirty().first?.spec?.clusterEndpoints.isEmpty == true)
    }

    @Test func aSliceThatChangesItsServiceLeavesTheOldOne() {
        var planner = Fixture.planner()
        planner.upsert(Fixture.simple("a", ["10.96.0.1"]))
        planner.upsert(Fixture.simple("b", ["10.96.0.2"]))
        planner.upsert(Fixture.slice("s", of: "a", [Fixture.endpoint("10.244.0.3")]))
        _ = planner.takeDirty()
        planner.upsert(Fixture.slice("s", of: "b", [Fixture.endpoint("10.244.0.3")]))
        let changes = planner.takeDirty()
        #expect(changes.map { $0.spec?.clusterEndpoints.count } == [0, 1])
        planner.removeSlice(Fixture.key("s"))
        #expect(planner.takeDirty().map(\.identity.service.name) == ["b"])
    }

    @Test func ofTwoServicesWithOneNodePortTheFirstByNameHasIt() {
        var planner = Fixture.planner()
        func nodePortService(_ name: String, _ clusterIP: String) -> Service {
            Fixture.simple(
                name,
                [clusterIP],
                ["type": "NodePort", "ports": [["name": "http", "port": 80, "nodePort": 30080]]]
            )
        }
        planner.upsert(nodePortService("b", "10.96.0.2"))
        #expect(planner.takeDirty().first?.spec?.frontends.count == 2)
        planner.upsert(nodePortService("a", "10.96.0.1"))
        let changes = planner.takeDirty()
        #expect(changes.map(\.identity.service.name) == ["a", "b"])
        #expect(changes.map { $0.spec?.frontends.map(\.kind) } == [[.clusterIP, .nodePort], [.clusterIP]])
        #expect(planner.takeNewConflicts().count == 1)
        #expect(planner.problems.map(\.object.name) == ["b"])
        planner.removeService(Fixture.key("a"))
        let after = planner.takeDirty()
        #expect(after.last?.spec?.frontends.map(\.kind) == [.clusterIP, .nodePort])
        #expect(planner.problems.isEmpty)
    }

    @Test func aChangeOfTheZoneLooksAtEveryService() {
        var planner = Fixture.planner()
        planner.upsert(Fixture.simple(["10.96.0.1"]))
        _ = planner.takeDirty()
        var node = planner.node
        planner.update(node: node)
        #expect(planner.dirtyCount == 0)
        node.zone = "a"
        planner.update(node: node)
        #expect(planner.dirtyCount == 1)
    }

    @Test func nothingIsKeptOfObjectsThatAreGone() {
        var planner = Fixture.planner()
        let empty = "\(planner)"
        planner.upsert(Fixture.simple(["10.96.0.1"]))
        planner.upsert(Fixture.slice("web-1", [Fixture.endpoint("10.244.0.3")]))
        _ = planner.takeDirty()
        planner.removeSlice(Fixture.key("web-1"))
        planner.removeService(Fixture.key("web"))
        _ = planner.takeDirty()
        #expect("\(planner)" == empty)
    }
}
