import ClusterTesting
import IPVS
import NFTablesInspect
import RouteNetlink

/// What weftd wrote into a node's kernel, as lines that are equal for equal content, whatever the mode.
enum NodeState {
    /// The rules without counters and the routes that are not the kernel's own; in mode ipvs the virtual servers too.
    static func lines(of node: ClusterNode, in cluster: ThrowawayCluster) throws -> Set<String> {
        try cluster.run(on: node) {
            let rules = try RulesetReader.canonicalDump().split(separator: "\n").map { withoutCounters(String($0)) }
            let servers = cluster.settings.mode == DemoOptions.Mode.ipvs.rawValue ? try virtualServers() : []
            return Set(rules + (try routes()) + servers)
        }
    }

    private static func routes() throws -> [String] {
        var connection = try RouteConnection.open()
        // Those of the kernel come and go with addresses.
        return try connection.routes(RouteFilter(table: nil)).filter { $0.spec.protocol != .kernel }
            .map { "route \($0.spec)" }
    }

    private static func virtualServers() throws -> [String] {
        var connection = try IPVSConnection.open()
        var lines: [String] = []
        for server in try connection.virtualServers().map(\.server) {
            let name = "virtual server \(server.id) \(server.scheduler)"
            lines.append("\(name) flags \(server.flags.rawValue) persistence \(server.persistence?.timeout ?? 0)")
            lines += try connection.realServers(of: server.id).map(\.server)
                .map { "\(name) -> \($0.endpoint) weight \($0.weight)" }
        }
        return lines
    }

    /// Traffic moves the counters that iptables wants in every rule.
    static func withoutCounters(_ line: String) -> String {
        line.split(separator: "[", omittingEmptySubsequences: false)
            .map { part in
                guard part.hasPrefix(" counter "), let end = part.firstIndex(of: "]") else { return String(part) }
                return " counter " + part[end...]
            }
            .joined(separator: "[")
    }

    /// What one of them has that the other has not; nil when they are the same.
    static func firstDifference(_ before: Set<String>, _ after: Set<String>) -> String? {
        if let gone = before.subtracting(after).sorted().first { return "without: \(gone)" }
        if let more = after.subtracting(before).sorted().first { return "with: \(more)" }
        return nil
    }
}
