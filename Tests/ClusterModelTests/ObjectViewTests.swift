import ClusterModel
import JSONTree
import NetworkTypes
import Testing

struct ObjectViewTests {
    @Test func serviceReads() throws {
        let json = try Samples.create(.service, Samples.service)
        let service = try Service(json: json)
        #expect(service.key == ObjectKey(namespace: "shop", name: "web"))
        #expect(service.labels["app"] == "web")
        #expect(service.spec.type == .clusterIP && !service.spec.isHeadless)
        #expect(service.spec.selector == ["app": "web"])
        let port = try #require(service.spec.ports.first)
        #expect(port.name == "http" && port.port == 80 && port.transport == .tcp)
        #expect(port.targetPort == .name("web") && port.nodePort == nil)
        #expect(service.spec.affinityTimeoutSeconds == nil)
        #expect(service.spec.ipFamilies == [.ipv4])
    }

    @Test func writtenObjectsArePassedByTheRules() throws {
        var service = Service(namespace: "shop", name: "web")
        service.spec.selector = ["app": "web"]
        service.spec.type = .nodePort
        service.spec.ports = [
            ServicePort(name: "http", port: 80, target: .number(8080), nodePort: 30080),
            ServicePort(name: "dns", port: 53, transport: .udp),
        ]
        service.metadata.labels["team"] = "a"
        let created = try Service(json: Samples.create(.service, service.json))
        #expect(created.spec.ports.map(\.nodePort) == [30080, nil])
        #expect(created.spec.ports[1].transport == .udp)
        var slice = EndpointSlice(namespace: "shop", name: "web-1")
        slice.addressType = .ipv6
        slice.metadata.ownerReferences = [OwnerReference(to: created, isController: true)]
        slice.ports = [EndpointPort(name: "http", transport: .tcp, port: 8080)]
        var endpoint = Endpoint(addresses: ["fd00::5"])
        endpoint.isReady = false
        endpoint.isTerminating = true
        endpoint.nodeName = "node-1"
        endpoint.target = Endpoint.Target(key: ObjectKey(namespace: "shop", name: "web-5"), uid: "u")
        endpoint.zoneHints = ["a"]
        slice.endpoints = [endpoint]
        let stored = try EndpointSlice(json: Samples.create(.endpointSlice, slice.json))
        #expect(stored.endpoints == [endpoint])
        #expect(stored.metadata.controller?.uid == Samples.stamp.uid)
        #expect(stored.metadata.controller?.kind == "Service")
    }

    @Test func sliceReads() throws {
        let slice = try EndpointSlice(json: Samples.endpointSlice)
        #expect(slice.addressType == .ipv4 && slice.endpointCount == 2)
        #expect(slice.serviceKey == ObjectKey(namespace: "shop", name: "web"))
        let first = slice.endpoints[0]
        #expect(first.address == IPAddress("10.244.1.5") && first.isReady && first.isServing && !first.isTerminating)
        #expect(first.nodeName == "node-1" && first.zone == "a" && first.zoneHints == ["a"])
        #expect(first.target?.key.name == "web-5" && first.target?.uid == "u5")
        #expect(first.json["newField"] == 1)
    }

    static let conditions: [(String, Bool, Bool, Bool)] = [
        ("{}", true, true, false), (#"{"conditions":{}}"#, true, true, false),
        (#"{"conditions":{"ready":false}}"#, false, true, false),
        (#"{"conditions":{"ready":false,"serving":false}}"#, false, false, false),
        (#"{"conditions":{"ready":false,"serving":true,"terminating":true}}"#, false, true, true),
        (#"{"conditions":{"ready":null,"serving":null,"terminating":null}}"#, true, true, false),
        (#"{"conditions":{"ready":"no"}}"#, true, true, false), (#"{"conditions":[]}"#, true, true, false),
    ]

    @Test(arguments: conditions) func missingConditionsHaveTheirMeaning(
        text: String,
        ready: Bool,
        serving: Bool,
        terminating: Bool
    ) throws {
        let endpoint = Endpoint(json: try JSONValue(parsing: text))
        #expect(endpoint.isReady == ready && endpoint.isServing == serving && endpoint.isTerminating == terminating)
    }

    @Test func nodeAndPodRead() throws {
        let node = try Node(json: Samples.node)
        #expect(node.zone == "a" && node.isReady)
        #expect(node.podPrefixes == [IPPrefix("10.244.1.0/24")].compactMap(\.self))
        #expect(node.internalAddress(.ipv4) == IPAddress("192.0.2.1") && node.internalAddress(.ipv6) == nil)
        var pod = try Pod(json: Samples.pod)
        #expect(pod.spec.nodeName == "node-1" && pod.phase == .pending && !pod.isReady)
        #expect(pod.spec.containerPort(named: "web", transport: .tcp) == 8080)
        #expect(pod.spec.containerPort(named: "web", transport: .udp) == nil)
        pod.phase = .running
        pod.podIPs = ["10.244.1.5", "fd00::5"]
        pod.conditions = [Condition(type: "Ready", status: .true)]
        #expect(pod.isReady && pod.addresses.count == 2)
        #expect(pod.json[path: "status", "podIP"] == "10.244.1.5")
    }

    @Test func leaseExpires() throws {
        var lease = try Lease(json: Samples.lease)
        let renewed = try #require(lease.renewTime)
        #expect(renewed.nanoseconds == 123_456_000)
        #expect(!lease.isExpired(at: renewed.advanced(by: .seconds(40))))
        #expect(lease.isExpired(at: renewed.advanced(by: .seconds(41))))
        lease.renewTime = Timestamp(seconds: 0, nanoseconds: 1000)
        #expect(lease.json[path: "spec", "renewTime"] == "1970-01-01T00:00:00.000001Z")
        #expect(Lease(name: "x").isExpired(at: renewed))
    }

    @Test func policyReads() throws {
        let policy = try NetworkPolicy(json: Samples.networkPolicy)
        #expect(try policy.podSelector().matches(["app": "db"]))
        #expect(policy.directions == [.ingress])
        let rule = try #require(policy.rules(.ingress).first)
        #expect(rule.ports.map(\.port) == [.number(5432), .name("db")] && rule.ports[0].endPort == 5440)
        #expect(try rule.peers[0].podSelector()?.matches(["app": "web"]) == true)
        #expect(try rule.peers[0].namespaceSelector() == .everything)
        #expect(rule.peers[1].ipBlock?.except == ["10.1.0.0/16"])
        #expect(policy.rules(.egress).isEmpty)
    }

    @Test func eventsHaveTwoForms() throws {
        let service = try Service(json: Samples.service)
        let event = Event(
            about: service,
            name: "web.1",
            isWarning: true,
            reason: "BadPort",
            message: "port 0",
            component: "weftd",
            instance: "node-1",
            time: Timestamp(seconds: 0)
        )
        let created = try Samples.create(.event, event.json)
        let alias = try #require(ResourceKind.event.aliases.first)
        let newer = ResourceKind.event.servedForm(of: created, as: alias)
        #expect(newer["apiVersion"] == "events.k8s.io/v1" && newer["note"] == "port 0")
        #expect(newer[path: "regarding", "name"] == "web" && newer["involvedObject"] == nil)
        #expect(newer["reportingController"] == "weftd")
        #expect(ResourceKind.event.storedForm(of: newer) == created)
        #expect(try Event(json: newer).message == "port 0")
        #expect(try Samples.rules(.event).prepareForUpdate(old: created, new: newer) == created)
    }

    @Test(
        arguments: [
            (JSONValue.string("x"), ModelError.Code.notAnObject), (["kind": "Pod"], .wrongKind),
            (["kind": "Service", "apiVersion": "apps/v1"], .wrongKind), ([], .notAnObject),
        ] as [(JSONValue, ModelError.Code)]
    )
    func otherObjectsAreNoServices(json: JSONValue, code: ModelError.Code) {
        let error = #expect(throws: ModelError.self) { try Service(json: json) }
        #expect(error?.code == code)
    }
}
