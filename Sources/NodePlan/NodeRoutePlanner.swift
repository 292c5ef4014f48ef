public import ClusterModel
import NetworkTypes

/// Plans host-gw routes: the pods of every other node are reached through that node's own address.
public struct NodeRoutePlanner: Sendable {
    /// The name of the node that the routes are for.
    public let nodeName: String

    /// A planner for the node of that name.
    public init(nodeName: String) {
        self.nodeName = nodeName
    }

    /// The routes that follow from the Nodes there are, in any order; the own Node may be missing.
    ///
    /// A Node without pod range is no problem: it gets one later. Of overlapping ranges the own one wins, then that of
    /// the older Node, then the one whose name comes first.
    public func plan(_ nodes: some Sequence<Node>) -> NodeRouteSpec {
        var spec = NodeRouteSpec()
        var candidates: [Candidate] = []
        var ownAddresses: Set<IPAddress> = []
        for node in nodes.sorted(by: { $0.name < $1.name }) {
            let prefixes = Self.prefixes(of: node, &spec.problems)
            if node.name == nodeName {
                ownAddresses = Set(node.internalAddresses)
                spec.ownPrefixes = prefixes
                candidates += prefixes.map { Candidate(prefix: $0, node: node.name, age: "", gateway: nil) }
                continue
            }
            for prefix in prefixes {
                let gateway = Self.gateway(of: node, for: prefix, &spec.problems)
                // A range that can't be routed to is taken all the same.
                candidates.append(Candidate(prefix: prefix, node: node.name, age: Self.age(of: node), gateway: gateway))
            }
        }
        for candidate in Self.withoutOverlaps(candidates, &spec.problems) where candidate.node != nodeName {
            guard let gateway = candidate.gateway else { continue }
            guard !ownAddresses.contains(gateway) else {
                spec.problems.append(
                    .init(
                        .invalidAddress,
                        candidate.node,
                        "its InternalIP \(gateway) is also that of this node, \(nodeName)"
                    )
                )
                continue
            }
            spec.routes.append(NodeRoute(destination: candidate.prefix, gateway: gateway, node: candidate.node))
        }
        spec.problems.sort { ($0.node, $0.text) < ($1.node, $1.text) }
        return spec
    }

    /// A pod range and whose it is.
    private struct Candidate {
        let prefix: IPPrefix
        let node: String
        /// RFC 3339 in UTC, which sorts as text; empty for the own Node, which always wins.
        let age: String
        let gateway: IPAddress?

        func wins(over other: Candidate) -> Bool { (age, node, prefix) < (other.age, other.node, other.prefix) }
    }

    private static func age(of node: Node) -> String {
        // "~" sorts behind every date: a Node without one is the youngest.
        node.metadata.creationTimestamp?.description ?? "~"
    }

    private static func prefixes(of node: Node, _ problems: inout [NodeRouteProblem]) -> [IPPrefix] {
        node.podCIDRs.compactMap { text in
            guard let prefix = IPPrefix(text) ?? IPPrefix(sloppy: text) else {
                problems.append(
                    .init(.invalidPodCIDR, node.name, "its pod CIDR \"\(text)\" is no prefix like 10.244.1.0/24")
                )
                return nil
            }
            guard prefix.length > 0 else {
                problems.append(.init(.invalidPodCIDR, node.name, "its pod CIDR \(text) covers every address"))
                return nil
            }
            return prefix.masked
        }
    }

    private static func gateway(
        of node: Node,
        for prefix: IPPrefix,
        _ problems: inout [NodeRouteProblem]
    ) -> IPAddress? {
        guard let address = node.internalAddress(prefix.family) else {
            problems.append(
                .init(
                    .missingAddress,
                    node.name,
                    "it has pod CIDR \(prefix) but no \(prefix.family) InternalIP in its status to reach it by"
                )
            )
            return nil
        }
        guard !address.isUnspecified, !address.isLoopback, !address.isMulticast else {
            problems.append(.init(.invalidAddress, node.name, "its InternalIP \(address) can't be a gateway"))
            return nil
        }
        guard !prefix.contains(address) else {
            problems.append(
                .init(.invalidAddress, node.name, "its InternalIP \(address) lies within its own pod CIDR \(prefix)")
            )
            return nil
        }
        return address
    }

    /// The candidates that keep their range, by range.
    ///
    /// Sorted by first address, prefixes that overlap follow each other; only such runs are compared one by one.
    private static func withoutOverlaps(
        _ candidates: [Candidate],
        _ problems: inout [NodeRouteProblem]
    ) -> [Candidate] {
        let sorted = candidates.sorted { ($0.prefix, $0.node) < ($1.prefix, $1.node) }
        var kept: [Candidate] = []
        var start = 0
        while start < sorted.count {
            var end = start + 1
            var last = sorted[start].prefix.last
            while end < sorted.count, sorted[end].prefix.family == last.family, sorted[end].prefix.first <= last {
                last = max(last, sorted[end].prefix.last)
                end += 1
            }
            kept += winners(of: sorted[start..<end], &problems)
            start = end
        }
        return kept
    }

    private static func winners(
        of run: ArraySlice<Candidate>,
        _ problems: inout [NodeRouteProblem]
    ) -> [Candidate] {
        guard run.count > 1 else { return Array(run) }
        var kept: [Candidate] = []
        for candidate in run.sorted(by: { $0.wins(over: $1) }) {
            guard let taken = kept.first(where: { $0.prefix.overlaps(candidate.prefix) }) else {
                kept.append(candidate)
                continue
            }
            problems.append(
                .init(
                    .overlap,
                    candidate.node,
                    "its pod CIDR \(candidate.prefix) overlaps \(taken.prefix) of node \(taken.node), which keeps it"
                )
            )
        }
        return kept.sorted { $0.prefix < $1.prefix }
    }
}
