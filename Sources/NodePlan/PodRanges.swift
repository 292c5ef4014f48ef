import ClusterModel
import NetworkTypes

/// The pod ranges of all Nodes, with the quarrels between them settled; what every kind of node network starts from.
///
/// A Node without pod range is no problem: it gets one later. Of overlapping ranges the own one wins, then that of the
/// older Node, then the one whose name comes first.
struct PodRanges {
    /// A pod range and whose it is.
    struct Claim {
        let prefix: IPPrefix
        let node: Node
        /// RFC 3339 in UTC, which sorts as text; empty for the own Node, which always wins.
        let age: String

        func wins(over other: Claim) -> Bool {
            (age, node.name, prefix) < (other.age, other.node.name, other.prefix)
        }
    }

    /// The own Node; nil while there is none.
    private(set) var ownNode: Node?
    /// The own Node's ranges, without host bits.
    private(set) var own: [IPPrefix] = []
    /// The other Nodes' ranges, by prefix; no two overlap, with the own ones included.
    private(set) var peers: [Claim] = []
    /// What is wrong with ranges.
    private(set) var problems: [NodeRouteProblem] = []

    init(_ nodes: some Sequence<Node>, ownName: String) {
        var claims: [Claim] = []
        for node in nodes.sorted(by: { $0.name < $1.name }) {
            let prefixes = prefixes(of: node)
            let isOwn = node.name == ownName
            if isOwn {
                ownNode = node
                own = prefixes
            }
            let age = isOwn ? "" : Self.age(of: node)
            claims += prefixes.map { Claim(prefix: $0, node: node, age: age) }
        }
        peers = withoutOverlaps(claims).filter { $0.node.name != ownName }
    }

    /// When a Node was made, as text that sorts.
    static func age(of node: Node) -> String {
        // "~" sorts behind every date: a Node without one is the youngest.
        node.metadata.creationTimestamp?.description ?? "~"
    }

    private mutating func prefixes(of node: Node) -> [IPPrefix] {
        var prefixes: [IPPrefix] = []
        for text in node.podCIDRs {
            guard let prefix = IPPrefix(text) ?? IPPrefix(sloppy: text) else {
                problems.append(
                    .init(.invalidPodCIDR, node.name, "its pod CIDR \"\(text)\" is no prefix like 10.244.1.0/24")
                )
                continue
            }
            guard prefix.length > 0 else {
                problems.append(.init(.invalidPodCIDR, node.name, "its pod CIDR \(text) covers every address"))
                continue
            }
            prefixes.append(prefix.masked)
        }
        return prefixes
    }

    /// The claims that keep their range, by range.
    ///
    /// Sorted by first address, prefixes that overlap follow each other; only such runs are compared one by one.
    private mutating func withoutOverlaps(_ claims: [Claim]) -> [Claim] {
        let sorted = claims.sorted { ($0.prefix, $0.node.name) < ($1.prefix, $1.node.name) }
        var kept: [Claim] = []
        var start = 0
        while start < sorted.count {
            var end = start + 1
            var last = sorted[start].prefix.last
            while end < sorted.count, sorted[end].prefix.family == last.family, sorted[end].prefix.first <= last {
                last = max(last, sorted[end].prefix.last)
                end += 1
            }
            kept += winners(of: sorted[start..<end])
            start = end
        }
        return kept
    }

    private mutating func winners(of run: ArraySlice<Claim>) -> [Claim] {
        guard run.count > 1 else { return Array(run) }
        var kept: [Claim] = []
        for claim in run.sorted(by: { $0.wins(over: $1) }) {
            guard let taken = kept.first(where: { $0.prefix.overlaps(claim.prefix) }) else {
                kept.append(claim)
                continue
            }
            problems.append(
                .init(
                    .overlap,
                    claim.node.name,
                    "its pod CIDR \(claim.prefix) overlaps \(taken.prefix) of node \(taken.node.name), which keeps it"
                )
            )
        }
        return kept.sorted { $0.prefix < $1.prefix }
    }
}

extension IPAddress {
    /// Why packets to a node's pods, `range`, can't be sent by way of this address; nil when they can.
    ///
    /// `own` are the addresses of the node that sends, `ownName` is its name.
    func fault(asWayTo range: IPPrefix, own: Set<IPAddress>, ownName: String) -> String? {
        if isUnspecified || isLoopback || isMulticast { return "can't be another host's" }
        if range.contains(self) { return "lies within its own pod CIDR \(range)" }
        if own.contains(self) { return "is also that of this node, \(ownName)" }
        return nil
    }
}
