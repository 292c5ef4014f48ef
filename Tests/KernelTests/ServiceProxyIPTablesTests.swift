import ClusterModel
import LinuxSystemTesting
import NFTables
import NFTablesInspect
import NetworkTypes
import ServicePlan
import ServiceProxyTesting
import Synchronization
import Testing

@testable import ServiceProxy

/// What the kernel and the real iptables make of mode iptables.
@Suite(.enabled(if: KernelFeature.nft.isAvailable && Witness.has("iptables-nft-save")))
struct ServiceProxyIPTablesTests {
    private func tool(_ family: IPFamily, _ suffix: String = "") -> String {
        (family == .ipv4 ? "iptables-nft" : "ip6tables-nft") + suffix
    }

    /// The rules and chains as the real tool prints them, without times and counters.
    private func saved(_ family: IPFamily, _ namespace: TestNamespace) throws -> [String] {
        try namespace.witness(tool(family, "-save")).split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            line.hasPrefix(":") ? line.split(separator: "[").dropLast().joined(separator: "[") : String(line)
        }
    }

    private func content(_ objects: ServiceProxyObjects) -> IPTablesContent {
        let options = IPTablesOptions(
            family: objects.family,
            localDetector: objects.planner.node.localDetector,
            masqueradeMark: 0x4000,
            nodePortAddresses: nil,
            dropsInvalid: true
        )
        return IPTablesContent.building(options, objects.planner.specs(objects.family)).content
    }

    /// The chains with digests of their rules: the rule's bytes, the extensions' structs included.
    private func digests(_ family: IPFamily) throws -> [String: [RuleDigest]] {
        let reader = try RulesetReader()
        var found: [String: [RuleDigest]] = [:]
        for table in ["filter", "nat"] {
            for chain in try reader.summary(of: TableID(TableFamily(family), table)).chains {
                found["\(table) \(chain.name) \(chain.hook.map { "\($0)" } ?? "")"] = chain.rules.map(\.digest)
            }
        }
        return found
    }

    @Test(arguments: IPFamily.allCases)
    func theRealToolReadsBackWhatWeSay(family: IPFamily) throws {
        try withTestNamespace { namespace in
            let objects = try ServiceProxyObjects.everything(family, .iptables)
            #expect(try objects.start().outcome == .rebuilt)
            let expected = content(objects).savedText.split(separator: "\n").map(String.init)
            let found = try saved(family, namespace)
            for table in ["*filter", "*nat"] {
                let part = found.drop { $0 != table }.prefix { $0 != "COMMIT" }
                let wanted = expected.drop { $0 != table }.prefix { $0 != "COMMIT" }
                #expect(part.filter { $0.hasPrefix("-A") }.count > 10)
                #expect(
                    part.filter { $0.hasPrefix("-A KUBE") || $0.hasPrefix("-A WEFT") }
                        == wanted.filter { $0.hasPrefix("-A KUBE") || $0.hasPrefix("-A WEFT") }
                )
                #expect(Set(part.filter { $0.hasPrefix("-A") }) == Set(wanted.filter { $0.hasPrefix("-A") }))
            }
        }
    }

    @Test(arguments: IPFamily.allCases)
    func ourBytesAreThoseOfTheRealTool(family: IPFamily) throws {
        try withTestNamespaces(2) { namespaces in
            let objects = try namespaces[0].run { try ServiceProxyObjects.everything(family, .iptables) }
            let ours = try namespaces[0].run {
                _ = try objects.start()
                return try digests(family)
            }
            // As kube-proxy says it: with the mask spelled out, as the listing has it, IPv4's has other bytes.
            let mask = family == .ipv4 ? "255.255.255.255" : "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
            let text = content(objects).savedText.replacing(" --mask \(mask) --rsource", with: "")
            try Witness.run(
                tool(family, "-restore"),
                ["--noflush"],
                in: namespaces[1].namespace,
                input: text
            )
            let theirs = try namespaces[1].run { try digests(family) }
            #expect(ours.count > 30)
            #expect(ours.filter { theirs[$0.key] != $0.value }.keys.sorted() == [])
        }
    }

    @Test(arguments: IPFamily.allCases)
    func aRestartWritesNothing(family: IPFamily) throws {
        try withTestNamespace { namespace in
            var objects = try ServiceProxyObjects.everything(family, .iptables)
            _ = try objects.start()
            for pods in [[3, 1], [2, 5, 7, 3], [7], [], [1, 2, 3, 4, 5, 6]] {
                for name in ["web", "sticky", "outside"] { objects.setEndpoints(name, pods) }
                _ = try objects.sync()
            }
            let before = try saved(family, namespace)
            let report = try ServiceProxyObjects(family, .iptables, planner: objects.planner).start()
            #expect(report == ProxyReport(outcome: .unchanged, ruleCounts: report.ruleCounts, phases: report.phases))
            #expect(try saved(family, namespace) == before)
            for name in ["web", "sticky", "outside", "large", "largesticky", "inside", "empty"] {
                objects.planner.removeService(ObjectKey(namespace: "default", name: name))
            }
            _ = try objects.sync()
            let left = try saved(family, namespace)
            #expect(!left.contains { $0.contains("KUBE-SVC-") || $0.contains("KUBE-SEP-") || $0.contains("default/") })
        }
    }

    @Test(arguments: IPFamily.allCases)
    func oneEndpointTouchesItsPortsChainsOnly(family: IPFamily) throws {
        try withTestNamespace { namespace in
            var objects = try ServiceProxyObjects.everything(family, .iptables)
            _ = try objects.start()
            let before = try saved(family, namespace)
            objects.setEndpoints("web", [1, 2, 9])
            let report = try objects.sync()
            // For two ports: two endpoints' chains come or go, and the one that picks among them is written anew.
            #expect(report.operationCount < 30)
            let after = try saved(family, namespace)
            let changed = Set(before).symmetricDifference(after)
            #expect(changed.allSatisfy { $0.contains("default/web") || $0.hasPrefix(":KUBE-SEP-") })
            #expect(changed.count > 4)
        }
    }

    @Test(arguments: IPFamily.allCases)
    func whatOthersHaveStaysAndDamageIsMended(family: IPFamily) throws {
        try withTestNamespace { namespace in
            let iptables = tool(family)
            func run(_ line: String) throws {
                try Witness.run(iptables, line.split(separator: " ").map(String.init), in: namespace.namespace)
            }
            let foreign = [
                "-P FORWARD DROP", "-N DOCKER-USER", "-A FORWARD -j DOCKER-USER", "-A DOCKER-USER -j RETURN",
                "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT", "-t nat -N CNI-HOSTPORT-DNAT",
                "-t nat -A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT",
                "-t nat -A POSTROUTING -o eth9 -j MASQUERADE", "-N KUBE-FIREWALL", "-A INPUT -j KUBE-FIREWALL",
            ]
            for line in foreign { try run(line) }
            let before = try saved(family, namespace)
            var objects = try ServiceProxyObjects.everything(family, .iptables)
            _ = try objects.start()
            let whole = try saved(family, namespace)
            func isOthers(_ line: String) -> Bool {
                !line.contains("kubernetes ") && !line.contains("KUBE-S") && !line.contains("WEFT-")
                    && TopChain.allCases.allSatisfy {
                        !line.hasPrefix(":\($0.name) ") && !line.hasPrefix("-A \($0.name) ")
                    }
                    && !line.contains("KUBE-EXT-") && !line.contains("KUBE-FW-")
            }
            #expect(whole.filter(isOthers) == before)
            // Ours come first.
            #expect(whole.first { $0.hasPrefix("-A INPUT") }?.contains("KUBE-PROXY-FIREWALL") == true)
            try run("-t nat -F KUBE-SERVICES")
            try run("-D FORWARD 2")
            #expect(
                try !saved(family, namespace).contains { $0.hasPrefix("-A FORWARD") && $0.contains("KUBE-FORWARD") }
            )
            objects.setEndpoints("web", [5])
            _ = try objects.sync()
            let report = try ServiceProxyObjects(family, .iptables, planner: objects.planner).start()
            #expect(report.outcome == .changed)
            objects.setEndpoints("web", [1, 2, 3])
            _ = try ServiceProxyObjects(family, .iptables, planner: objects.planner).start()
            #expect(Set(try saved(family, namespace)) == Set(whole))
        }
    }
}
