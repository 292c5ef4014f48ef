import ClusterModel
import JSONTree
public import NetworkTypes

/// Gives each Node its part of the cluster's pod addresses, one per address family.
///
/// Rebuilt from the Nodes at the start. The real Kubernetes does this in a controller after the Node's creation; here
/// the Node has its parts from its first revision on.
public struct NodeCIDRAllocator: Sendable {
    /// The pod addresses of one family, and how they are cut.
    public struct Range: Hashable, Sendable {
        /// All pod addresses.
        public let prefix: IPPrefix
        /// The prefix length of a Node's part.
        public let nodeLength: Int

        /// Makes a range; nil when the parts are larger than the whole, or are more than 65,536.
        public init?(prefix: IPPrefix, nodeLength: Int) {
            guard nodeLength >= prefix.length, nodeLength <= prefix.family.bitWidth, nodeLength - prefix.length <= 16
            else { return nil }
            self.prefix = prefix.masked
            self.nodeLength = nodeLength
        }

        var count: Int { 1 << (nodeLength - prefix.length) }
    }

    private let ranges: [Range]
    private var used: [Bitmap]

    /// Makes an allocator in which nothing is given out.
    /// - Parameter ranges: one per address family, the cluster's first family first; none to give out nothing.
    public init(ranges: [Range]) {
        self.ranges = ranges
        used = ranges.map { Bitmap(count: $0.count) }
    }

    /// Takes the parts that a stored Node has.
    mutating func adopt(_ node: JSONValue) {
        for prefix in Self.podCIDRs(node) {
            for place in places(of: prefix) { used[place.range].insert(place.part) }
        }
    }

    /// Gives back the parts that a Node had.
    mutating func release(_ node: JSONValue) {
        for prefix in Self.podCIDRs(node) {
            for place in places(of: prefix) { used[place.range].remove(place.part) }
        }
    }

    /// Gives a new Node its parts, or checks the ones that it brings; a Node that has some keeps them.
    /// - Throws: the fields that can't be satisfied.
    mutating func allocate(_ node: inout JSONValue, replacing old: JSONValue?) throws(AllocationError) {
        let held = old.map(Self.podCIDRs) ?? []
        let wanted = Self.podCIDRs(node)
        guard wanted.isEmpty else {
            for prefix in wanted where !held.contains(prefix) { try claim(prefix) }
            return
        }
        guard held.isEmpty, !ranges.isEmpty else { return }
        var texts: [String] = []
        for (index, range) in ranges.enumerated() {
            guard let part = used[index].firstClear(in: 0..<range.count, from: 0),
                let prefix = range.prefix.subnet(at: part, length: range.nodeLength)
            else {
                let detail = "no pod addresses are left: all \(range.count) parts of \(range.prefix) are given out"
                throw AllocationError(errors: [.invalid("spec.podCIDRs", [], detail)])
            }
            used[index].insert(part)
            texts.append(prefix.description)
        }
        node[path: "spec", "podCIDR"] = .string(texts[0])
        node[path: "spec", "podCIDRs"] = JSONValue(texts)
    }

    private mutating func claim(_ prefix: IPPrefix) throws(AllocationError) {
        // Addresses outside the cluster's range are somebody else's to give out.
        for place in places(of: prefix) where !used[place.range].insert(place.part) {
            let detail = "these pod addresses are given out to another node"
            throw AllocationError(errors: [.invalid("spec.podCIDRs", .string(prefix.description), detail)])
        }
    }

    /// The parts that a prefix covers.
    private func places(of prefix: IPPrefix) -> [(range: Int, part: Int)] {
        for (index, range) in ranges.enumerated() where range.prefix.family == prefix.family {
            guard range.prefix.overlaps(prefix) else { continue }
            guard prefix.length > range.prefix.length else { return (0..<range.count).map { (index, $0) } }
            let size = max(0, range.nodeLength - prefix.length)
            let first = Self.part(of: prefix, in: range)
            return (first..<min(first + (1 << size), range.count)).map { (index, $0) }
        }
        return []
    }

    private static func part(of prefix: IPPrefix, in range: Range) -> Int {
        let offset = prefix.first.rawValue - range.prefix.first.rawValue
        return Int(offset >> UInt128(prefix.family.bitWidth - range.nodeLength))
    }

    static func podCIDRs(_ node: JSONValue) -> [IPPrefix] {
        let list = (node[path: "spec", "podCIDRs"]?.arrayValue ?? []).compactMap {
            $0.stringValue.flatMap { IPPrefix($0) }
        }
        if !list.isEmpty { return list }
        return node[path: "spec", "podCIDR"]?.stringValue.flatMap { IPPrefix($0) }.map { [$0] } ?? []
    }
}
