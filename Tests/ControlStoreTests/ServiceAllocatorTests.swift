import ClusterModel
import JSONTree
import NetworkTypes
import Testing

@testable import ControlStore

struct ServiceAllocatorTests {
    private func allocator(_ ranges: String...) -> ServiceAllocator {
        ServiceAllocator(ranges: ranges.compactMap { IPPrefix($0) })
    }

    private func service(
        _ type: String = "ClusterIP",
        families: [String] = ["IPv4"],
        ports: [JSONValue] = [["port": 80, "protocol": "TCP"]],
        _ more: JSONValue = [:]
    ) -> JSONValue {
        var spec: JSONValue = ["type": .string(type), "ipFamilies": JSONValue(families), "ports": .array(ports)]
        for (key, value) in more.objectValue ?? [:] { spec[key] = value }
        return ["spec": spec]
    }

    private func messages(_ body: () throws -> Void) -> [String] {
        do {
            try body()
            return []
        } catch let error as AllocationError {
            return error.errors.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }

    @Test(arguments: ["10.0.0.0/28", "fd00::/124"])
    func everyUsableAddressIsGivenOnceAndThenTheRangeIsFull(range: String) throws {
        let prefix = try #require(IPPrefix(range))
        var allocator = allocator(range)
        let families = [prefix.family.kubernetesName]
        var seen: Set<String> = []
        let usable = prefix.family == .ipv4 ? 14 : 15
        for _ in 0..<usable {
            var json = service(families: families)
            try allocator.allocate(&json, replacing: nil)
            seen.insert(json[path: "spec", "clusterIP"]?.stringValue ?? "")
            #expect(json[path: "spec", "clusterIPs"] == [json[path: "spec", "clusterIP"] ?? .null])
        }
        #expect(seen.count == usable)
        #expect(!seen.contains(prefix.first.description))
        #expect(prefix.family == .ipv6 || !seen.contains(prefix.last.description))
        let errors = messages {
            var json = service(families: families)
            try allocator.allocate(&json, replacing: nil)
        }
        #expect(errors == ["spec.clusterIPs: Invalid value: []: failed to allocate IP: range \(range) is full"])
    }

    @Test func chosenAddressIsKeptFromOthersAndGivenBack() throws {
        var allocator = allocator("10.96.0.0/16")
        var first = service("ClusterIP", ["clusterIP": "10.96.3.4"])
        try allocator.allocate(&first, replacing: nil)
        #expect(first[path: "spec", "clusterIPs"] == ["10.96.3.4"])
        var second = service("ClusterIP", ["clusterIP": "10.96.3.4"])
        let taken = messages { try allocator.allocate(&second, replacing: nil) }
        #expect(taken.count == 1)
        #expect(taken.first?.hasSuffix("failed to allocate IP 10.96.3.4: provided IP is already allocated") == true)
        allocator.release(first)
        try allocator.allocate(&second, replacing: nil)
    }

    @Test(arguments: ["1.2.3.4", "10.96.0.0", "10.96.255.255"])
    func addressOutsideTheRangeIsRefused(address: String) {
        var allocator = allocator("10.96.0.0/16")
        var json = service("ClusterIP", ["clusterIP": .string(address)])
        let errors = messages { try allocator.allocate(&json, replacing: nil) }
        #expect(errors.first?.contains("does not match the current range") == true)
    }

    @Test func dynamicAddressesLeaveTheLowerBandFree() throws {
        var allocator = allocator("10.96.0.0/16")
        for _ in 0..<200 {
            var json = service()
            try allocator.allocate(&json, replacing: nil)
            let address = try #require(json[path: "spec", "clusterIP"]?.stringValue)
            #expect(!address.hasPrefix("10.96.0."))
        }
    }

    @Test func bothFamiliesAreFilledInTheOrderOfTheService() throws {
        var allocator = allocator("10.96.0.0/16", "fd00:96::/112")
        var json = service(families: ["IPv6", "IPv4"])
        try allocator.allocate(&json, replacing: nil)
        let addresses = (json[path: "spec", "clusterIPs"]?.arrayValue ?? []).compactMap {
            IPAddress($0.stringValue ?? "")
        }
        #expect(addresses.map(\.family) == [.ipv6, .ipv4])
    }

    @Test func headlessAndExternalNameGetNothing() throws {
        var allocator = allocator("10.96.0.0/16")
        var headless = service("ClusterIP", ["clusterIP": "None", "clusterIPs": ["None"]])
        var named = service("ExternalName", families: [])
        let before = (headless, named)
        try allocator.allocate(&headless, replacing: nil)
        try allocator.allocate(&named, replacing: nil)
        #expect(headless == before.0)
        #expect(named == before.1)
    }

    @Test func nodePortsAreSharedByProtocolsOfOnePort() throws {
        var allocator = allocator("10.96.0.0/16")
        var json = service(
            "NodePort",
            ports: [
                ["port": 53, "protocol": "UDP"], ["port": 53, "protocol": "TCP"], ["port": 80, "protocol": "TCP"],
            ]
        )
        try allocator.allocate(&json, replacing: nil)
        let ports = (json[path: "spec", "ports"]?.arrayValue ?? []).compactMap { $0["nodePort"]?.intValue }
        #expect(ports.count == 3)
        #expect(ports[0] == ports[1])
        #expect(ports[0] != ports[2])
        #expect(ports.allSatisfy(ServiceAllocator.nodePorts.contains))
    }

    @Test func nodePortIsRefusedOutsideTheRangeAndWhenTaken() throws {
        var allocator = allocator("10.96.0.0/16")
        var outside = service("NodePort", ports: [["port": 80, "protocol": "TCP", "nodePort": 80]])
        #expect(
            messages { try allocator.allocate(&outside, replacing: nil) } == [
                "spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. "
                    + "The range of valid ports is 30000-32767"
            ]
        )
        var first = service("NodePort", ports: [["port": 80, "protocol": "TCP", "nodePort": 30080]])
        var second = first
        try allocator.allocate(&first, replacing: nil)
        #expect(
            messages { try allocator.allocate(&second, replacing: nil) } == [
                "spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated"
            ]
        )
    }

    @Test func changeOfTypeGivesNodePortsBack() throws {
        var allocator = allocator("10.96.0.0/16")
        var old = service("NodePort", ports: [["port": 80, "protocol": "TCP", "nodePort": 30080]])
        try allocator.allocate(&old, replacing: nil)
        var plain = service("ClusterIP", ["clusterIPs": old[path: "spec", "clusterIPs"] ?? []])
        try allocator.allocate(&plain, replacing: old)
        #expect(plain[path: "spec", "clusterIPs"] == old[path: "spec", "clusterIPs"])
        var other = service("NodePort", ports: [["port": 80, "protocol": "TCP", "nodePort": 30080]])
        #expect(messages { try allocator.allocate(&other, replacing: nil) }.isEmpty)
    }

    @Test func healthCheckPortOnlyForLocalLoadBalancers() throws {
        var allocator = allocator("10.96.0.0/16")
        var local = service("LoadBalancer", ["externalTrafficPolicy": "Local"])
        var cluster = service("LoadBalancer", ["externalTrafficPolicy": "Cluster"])
        try allocator.allocate(&local, replacing: nil)
        try allocator.allocate(&cluster, replacing: nil)
        #expect(local[path: "spec", "healthCheckNodePort"]?.intValue ?? 0 >= 30000)
        #expect(cluster[path: "spec", "healthCheckNodePort"] == nil)
    }

    @Test func adoptedServicesAreNotGivenAgain() throws {
        var allocator = allocator("10.0.0.0/29")
        for last in 1...5 { allocator.adopt(service("ClusterIP", ["clusterIPs": [.string("10.0.0.\(last)")]])) }
        var json = service()
        try allocator.allocate(&json, replacing: nil)
        #expect(json[path: "spec", "clusterIP"] == "10.0.0.6")
    }
}

extension ServiceAllocatorTests {
    private func service(_ type: String, _ more: JSONValue) -> JSONValue {
        service(type, families: ["IPv4"], ports: [["port": 80, "protocol": "TCP"]], more)
    }
}
