import ClusterModel
import JSONTree
import NetworkTypes
import Testing

@testable import ControlStore

struct NodeCIDRAllocatorTests {
    private func allocator(_ ranges: (String, Int)...) throws -> NodeCIDRAllocator {
        NodeCIDRAllocator(
            ranges: try ranges.map { text, length in
                let prefix = try #require(IPPrefix(text))
                return try #require(NodeCIDRAllocator.Range(prefix: prefix, nodeLength: length))
            }
        )
    }

    private func podCIDRs(_ node: JSONValue) -> JSONValue? { node[path: "spec", "podCIDRs"] }

    @Test func partsAreGivenInOrderForEachFamily() throws {
        var allocator = try allocator(("10.244.0.0/16", 24), ("fd00:244::/48", 64))
        var nodes: [JSONValue] = [[:], [:]]
        for index in nodes.indices { try allocator.allocate(&nodes[index], replacing: nil) }
        #expect(podCIDRs(nodes[0]) == ["10.244.0.0/24", "fd00:244::/64"])
        #expect(podCIDRs(nodes[1]) == ["10.244.1.0/24", "fd00:244:0:1::/64"])
        #expect(nodes[1][path: "spec", "podCIDR"] == "10.244.1.0/24")
    }

    @Test func exhaustionSaysSoAndReleaseHelps() throws {
        var allocator = try allocator(("10.244.0.0/23", 24))
        var first: JSONValue = [:]
        var second: JSONValue = [:]
        var third: JSONValue = [:]
        try allocator.allocate(&first, replacing: nil)
        try allocator.allocate(&second, replacing: nil)
        let full = #expect(throws: AllocationError.self) { try allocator.allocate(&third, replacing: nil) }
        #expect(full?.errors.first?.message.contains("all 2 parts of 10.244.0.0/23 are given out") == true)
        allocator.release(first)
        try allocator.allocate(&third, replacing: nil)
        #expect(podCIDRs(third) == ["10.244.0.0/24"])
    }

    @Test func broughtPartIsTakenAndNotGivenTwice() throws {
        var allocator = try allocator(("10.244.0.0/16", 24))
        var brought: JSONValue = ["spec": ["podCIDRs": ["10.244.0.0/24"]]]
        try allocator.allocate(&brought, replacing: nil)
        var other: JSONValue = [:]
        try allocator.allocate(&other, replacing: nil)
        #expect(podCIDRs(other) == ["10.244.1.0/24"])
        var again: JSONValue = ["spec": ["podCIDR": "10.244.0.0/25"]]
        #expect(throws: AllocationError.self) { try allocator.allocate(&again, replacing: nil) }
    }

    @Test func largerPartTakesAllThatItCovers() throws {
        var allocator = try allocator(("10.244.0.0/16", 24))
        var large: JSONValue = ["spec": ["podCIDR": "10.244.0.0/22"]]
        try allocator.allocate(&large, replacing: nil)
        var next: JSONValue = [:]
        try allocator.allocate(&next, replacing: nil)
        #expect(podCIDRs(next) == ["10.244.4.0/24"])
    }

    @Test func foreignAddressesAreLeftAlone() throws {
        var allocator = try allocator(("10.244.0.0/16", 24))
        var foreign: JSONValue = ["spec": ["podCIDR": "192.168.0.0/24"]]
        try allocator.allocate(&foreign, replacing: nil)
        #expect(foreign == ["spec": ["podCIDR": "192.168.0.0/24"]])
    }

    @Test func nodeKeepsWhatItHas() throws {
        var allocator = try allocator(("10.244.0.0/16", 24))
        var node: JSONValue = [:]
        try allocator.allocate(&node, replacing: nil)
        var changed = node
        changed["labels"] = "x"
        try allocator.allocate(&changed, replacing: node)
        #expect(podCIDRs(changed) == podCIDRs(node))
    }
}

struct ClusterRangesTests {
    @Test(arguments: [
        ("10.96.0.0/8", "10.244.0.0/16", "bits set beyond"), ("10.0.0.0/8", "", "prefix length must be 12...30"),
        ("nonsense", "", "is no CIDR"), ("10.96.0.0/16", "10.96.128.0/17", "overlap"),
        ("10.96.0.0/16", "fd00::/48", "same families"), ("10.96.0.0/16,10.97.0.0/16", "", "family twice"),
        ("fd00::/64", "", "prefix length must be 108...126"), ("10.96.0.0/16", "10.244.0.0/25", "does not fit"),
    ])
    func faultIsNamed(services: String, pods: String, text: String) {
        let error = #expect(throws: RangeError.self) { try ClusterRanges(services: services, pods: pods) }
        #expect(error?.description.contains(text) == true)
    }

    @Test func bothFamiliesAreRead() throws {
        let ranges = try ClusterRanges(services: "fd00:96::/112,10.96.0.0/16", pods: "fd00:244::/48,10.244.0.0/16")
        #expect(ranges.families == [.ipv6, .ipv4])
        #expect(ranges.pods.map(\.nodeLength) == [64, 24])
    }
}
