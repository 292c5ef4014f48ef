import ClusterModel
import JSONTree
import NetworkTypes
import Testing

@testable import ControlStore

struct EndpointSlicePlanTests {
    private let now = Timestamp(seconds: 1_800_000_000)

    private func service(_ spec: JSONValue = [:], labels: JSONValue = [:]) -> Service {
        var full: JSONValue = [
            "selector": ["app": "web"], "ipFamilies": ["IPv4"], "clusterIP": "10.96.0.7",
            "ports": [["name": "http", "port": 80, "protocol": "TCP", "targetPort": 8080]],
        ]
        full.mergePatch(spec)
        return Service(unchecked: [
            "metadata": ["name": "web", "namespace": "shop", "uid": "service-uid", "labels": labels], "spec": full,
        ])
    }

    private func pod(_ name: String, _ addresses: [String], isReady: Bool = true, _ more: JSONValue = [:])
        -> EndpointPod
    {
        var json: JSONValue = [
            "metadata": [
                "name": .string(name), "namespace": "shop", "uid": .string("uid-\(name)"), "labels": ["app": "web"],
            ],
            "spec": ["nodeName": "n1", "containers": []],
            "status": [
                "phase": "Running", "podIPs": .array(addresses.map { ["ip": .string($0)] }),
                "conditions": [["type": "Ready", "status": isReady ? "True" : "False"]],
            ],
        ]
        json.mergePatch(more)
        return EndpointPod(Pod(unchecked: json))
    }

    private func plan(
        _ service: Service?,
        _ pods: [EndpointPod],
        _ existing: [EndpointSlice] = [],
        zones: [String: String] = [:]
    ) -> EndpointSlicePlan {
        EndpointSlicePlan(service: service, pods: pods, zones: zones, existing: existing, now: now)
    }

    /// The slices after a plan was carried out.
    private func applied(_ plan: EndpointSlicePlan, to existing: [EndpointSlice]) -> [EndpointSlice] {
        var slices = existing.filter { !plan.deleted.contains($0.key) }
        for updated in plan.updated {
            if let index = slices.firstIndex(where: { $0.key == updated.key }) { slices[index] = updated }
        }
        for (index, created) in plan.created.enumerated() {
            var slice = created
            slice.metadata.name = "web-\(existing.count + index)-\(created.addressType?.rawValue.lowercased() ?? "")"
            slices.append(slice)
        }
        return slices
    }

    @Test func firstPodMakesASliceOfTheServicesOwn() throws {
        let plan = plan(service(labels: ["team": "a"]), [pod("a", ["10.244.0.5"])], zones: ["n1": "z1"])
        let slice = try #require(plan.created.first)
        #expect(plan.created.count == 1)
        #expect(plan.updated.isEmpty && plan.deleted.isEmpty)
        #expect(slice.json[path: "metadata", "generateName"] == "web-")
        #expect(
            slice.labels.dictionary == [
                "team": "a", EndpointSlice.serviceNameLabel: "web",
                EndpointSlice.managedByLabel: "endpointslice-controller.weft.dev",
            ]
        )
        #expect(slice.metadata.controller?.uid == "service-uid")
        #expect(slice.addressType == .ipv4)
        #expect(slice.ports == [EndpointPort(name: "http", transport: .tcp, port: 8080)])
        let endpoint = try #require(slice.endpoints.first)
        #expect(endpoint.addresses == ["10.244.0.5"])
        #expect(endpoint.isReady && endpoint.isServing && !endpoint.isTerminating)
        #expect(endpoint.nodeName == "n1")
        #expect(endpoint.zone == "z1")
        #expect(endpoint.target?.uid == "uid-a")
    }

    @Test func carriedOutPlanLeavesNothingToDo() {
        let pods = (0..<250).map { pod("p\($0)", ["10.244.\($0 / 200).\($0 % 200 + 1)", "fd00::\($0 + 1)"]) }
        let dual = service(["ipFamilies": ["IPv4", "IPv6"]])
        let slices = applied(plan(dual, pods), to: [])
        #expect(slices.map(\.endpointCount).sorted() == [50, 50, 100, 100, 100, 100])
        #expect(plan(dual, pods.shuffled(), slices.shuffled()).isEmpty)
    }

    @Test func oneChangeTouchesOneSlice() {
        var pods = (0..<250).map { pod("p\($0)", ["10.244.\($0 / 200).\($0 % 200 + 1)"]) }
        let slices = applied(plan(service(), pods), to: [])
        pods[120] = pod("p120", ["10.244.0.121"], isReady: false)
        let change = plan(service(), pods, slices)
        #expect(change.updated.count == 1)
        #expect(change.created.isEmpty && change.deleted.isEmpty)
        pods.append(pod("new", ["10.244.9.9"]))
        // The slice that changes anyhow is full; the one with room takes the new pod.
        let both = plan(service(), pods, slices)
        #expect(both.updated.count == 2)
        #expect(both.created.isEmpty)
    }

    @Test func freedPlaceIsFilledBeforeANewSliceIsMade() {
        var pods = (0..<200).map { pod("p\($0)", ["10.244.0.\($0 + 1)"]) }
        let slices = applied(plan(service(), pods), to: [])
        pods.remove(at: 3)
        pods.append(pod("new", ["10.244.9.9"]))
        let change = plan(service(), pods, slices)
        #expect(change.updated.count == 1)
        #expect(change.created.isEmpty)
    }

    @Test func serviceWithoutPodsHasOneEmptySliceForEachFamily() {
        let plan = plan(service(["ipFamilies": ["IPv6", "IPv4"]]), [])
        #expect(plan.created.map(\.endpointCount) == [0, 0])
        #expect(Set(plan.created.compactMap(\.addressType)) == [.ipv4, .ipv6])
    }

    @Test func lastPodGoneLeavesAnEmptySlice() {
        let slices = applied(plan(service(), [pod("a", ["10.244.0.5"])]), to: [])
        let after = applied(plan(service(), [], slices), to: slices)
        #expect(after.map(\.endpointCount) == [0])
        #expect(plan(service(), [], after).isEmpty)
    }

    @Test(arguments: [
        (true, false, false, true, true, false), (false, false, false, false, false, false),
        (true, true, false, false, true, true), (false, true, false, false, false, true),
        (false, false, true, true, false, false), (false, true, true, true, false, true),
    ])
    func conditionsFollowThePod(
        isReady: Bool,
        isEnding: Bool,
        publishesAll: Bool,
        ready: Bool,
        serving: Bool,
        terminating: Bool
    ) throws {
        let mark: JSONValue = isEnding ? ["metadata": ["deletionTimestamp": "2026-01-01T00:00:00Z"]] : [:]
        let service = service(["publishNotReadyAddresses": .bool(publishesAll)])
        let plan = plan(service, [pod("a", ["10.244.0.5"], isReady: isReady, mark)])
        let endpoint = try #require(plan.created.first?.endpoints.first)
        #expect(endpoint.isReady == ready)
        #expect(endpoint.isServing == serving)
        #expect(endpoint.isTerminating == terminating)
    }

    @Test func podsThatAreNoEndpointsAreLeftOut() {
        let pods = [
            pod("done", ["10.244.0.1"], ["status": ["phase": "Succeeded"]]),
            pod("failed", ["10.244.0.2"], ["status": ["phase": "Failed"]]), pod("young", []),
            pod("other", ["10.244.0.3"], ["metadata": ["labels": ["app": "db"]]]), pod("six", ["fd00::1"]),
        ]
        #expect(plan(service(), pods).created.map(\.endpointCount) == [0])
    }

    @Test func namedPortsAreResolvedForEachPod() {
        let service = service([
            "ports": [
                ["name": "http", "port": 80, "protocol": "TCP", "targetPort": "web"],
                ["name": "admin", "port": 81, "protocol": "TCP", "targetPort": 9000],
            ]
        ])
        func container(_ number: Int) -> JSONValue {
            ["spec": ["containers": [["name": "c", "ports": [["name": "web", "containerPort": JSONValue(number)]]]]]]
        }
        let plan = plan(
            service,
            [
                pod("a", ["10.244.0.1"], container(8080)), pod("b", ["10.244.0.2"], container(8081)),
                pod("c", ["10.244.0.3"], container(8080)), pod("d", ["10.244.0.4"]),
            ]
        )
        let ports = plan.created.map { $0.ports.map { $0.port ?? 0 } }
        #expect(Set(ports) == [[8080, 9000], [8081, 9000], [9000]])
        #expect(plan.created.map(\.endpointCount).sorted() == [1, 1, 2])
    }

    @Test func headlessServiceMarksItsSlicesAndHostNames() throws {
        let named: JSONValue = ["spec": ["hostname": "db-0", "subdomain": "web"]]
        let plan = plan(
            service(["clusterIP": "None"]),
            [pod("a", ["10.244.0.1"], named), pod("b", ["10.244.0.2"])]
        )
        let slice = try #require(plan.created.first)
        #expect(slice.labels.contains(key: EndpointSlice.headlessLabel))
        #expect(slice.endpoints.map(\.hostname) == ["db-0", nil])
    }

    @Test(arguments: [nil, ["type": "ExternalName"], ["selector": .null]] as [JSONValue?])
    func slicesGoWithTheServiceItsSelectorOrItsType(change: JSONValue?) {
        let slices = applied(plan(service(), [pod("a", ["10.244.0.5"])]), to: [])
        let plan = plan(change.map { service($0) }, [pod("a", ["10.244.0.5"])], slices)
        #expect(plan.deleted == slices.map(\.key))
        #expect(plan.created.isEmpty && plan.updated.isEmpty)
    }

    @Test func changedLabelsAreWrittenOnce() {
        let slices = applied(plan(service(), [pod("a", ["10.244.0.5"])]), to: [])
        let change = plan(service(labels: ["team": "b"]), [pod("a", ["10.244.0.5"])], slices)
        #expect(change.updated.map { $0.labels["team"] } == ["b"])
    }
}
