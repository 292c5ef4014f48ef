import ClusterTesting
import NFTablesInspect
import RouteNetlink

/// What weftd wrote into a node's kernel, as lines that are equal for equal content, whatever the mode.
enum NodeState {
    /// The rules without counters and the routes that are not the kernel's own; in mode ipvs the virtual servers too.
    static func lines(of node: ClusterNode, in cluster: ThrowawayCluster) throws -> Set<String> {
        try cluster.run(on: node) {
            let rules = try RulesetReader.canonicalDump().split(separator: "\n").map { withoutCounters(String($0)) }
            return Set(rules + (try routes()))
        }
    }

    private static func routes() throws -> [String] {
        var connection = try RouteConnection.open()
        // Those of the kernel come and go with addresses.
        return try connection.routes(RouteFilter(table: nil)).filter { $0.spec.protocol != .kernel }
            .map { "route \($0.spec)" }
    }

    /// Traffic moves the counters that iptables wants in every rule.
    static func withoutCounters(_ line: String) -> String {
        line.split(separator: "[", omittingEmptySubsequences: false)
            .map { $0.hasPrefix(" counter ") ? " counter ] " : String($0) }
            .joined(separator: "[")
    }

    /// What one of them has that the other has not; nil when they are the same.
    static func firstDifference(_ before: Set<String>, _ after: Set<String>) -> String? {
        if let gone = before.subtracting(after).sorted().first { return "without: \(gone)" }
        if let more = after.subtracting(before).sorted().first { return "with: \(more)" }
        return nil
    }
}
