import LinuxSystemTesting
import NetworkTypes
import ServicePlan
import ServiceProxy
import ServiceProxyTesting
import Testing

/// What `weft explain` tells of the kernel: read through libnftnl and compared with the plan, by Service port.
@Suite(.enabled(if: KernelFeature.nft.isAvailable))
struct ServiceProxyComparisonTests {
    private static func compare(_ objects: ServiceProxyObjects) throws -> KernelComparison {
        let backend = try NFTablesBackend(objects.family)
        return try backend.comparison(with: objects.planner.specs(objects.family), node: objects.planner.node)
    }

    @Test(arguments: IPFamily.allCases)
    func aTableAsPlannedHasNoDifferences(family: IPFamily) throws {
        try withTestNamespace { _ in
            let objects = try ServiceProxyObjects.everything(family)
            #expect(try Self.compare(objects).state == .absent)
            _ = try objects.start()
            let comparison = try Self.compare(objects)
            #expect(comparison.state == .present)
            #expect(comparison.differences.isEmpty)
            #expect(comparison.otherDifferences == 0)
        }
    }

    @Test func whatIsWrongIsToldByServicePort() throws {
        try withTestNamespace { namespace in
            let objects = try ServiceProxyObjects.everything(.ipv4)
            _ = try objects.start()
            try namespace.witness("nft", "delete element ip weft services { 10.96.0.1 . tcp . 80 }")
            try namespace.witness(
                "nft",
                "add element ip weft no-endpoints { 10.96.0.3 . udp . 53 comment \"default/sticky:udp ClusterIP\" }"
            )
            try namespace.witness("nft", "add element ip weft cluster-ips { 192.0.2.1 }")
            let comparison = try Self.compare(objects)
            let told = comparison.differences.map { identity, differences in
                "\(identity) "
                    + differences.map { "\($0.isMissing ? "lacks" : "has") \($0.set)" }.joined(separator: ", ")
            }
            #expect(told.sorted() == ["default/sticky:udp has no-endpoints", "default/web:tcp lacks services"])
            #expect(comparison.otherDifferences == 1)
            let missing = comparison.differences.values.flatMap(\.self).first(where: \.isMissing)
            #expect(missing?.element.hasPrefix("10.96.0.1 . tcp . 80 comment \"default/web:tcp ClusterIP\" : ") == true)
            // Nothing was written.
            #expect(try Self.compare(objects) == comparison)
        }
    }

    @Test func otherRulesAreNotCompared() throws {
        try withTestNamespace { namespace in
            let objects = try ServiceProxyObjects.everything(.ipv4)
            _ = try objects.start()
            try namespace.witness("nft", "insert rule ip weft prerouting counter")
            #expect(try Self.compare(objects).state == .foreign(comment: "weft services, layout 1"))
        }
    }
}

/// The same of mode iptables, and of what is in mode ipvs beside its table.
@Suite(.enabled(if: KernelFeature.nft.isAvailable && Witness.has("iptables-nft")))
struct ServiceProxyChainComparisonTests {
    private static func compare(_ objects: ServiceProxyObjects) throws -> KernelComparison {
        let (specs, node) = (objects.planner.specs(objects.family), objects.planner.node)
        return switch objects.mode {
        case .nftables: try NFTablesBackend(objects.family).comparison(with: specs, node: node)
        case .iptables: try IPTablesBackend(objects.family).comparison(with: specs, node: node)
        case .ipvs: try IPVSBackend(objects.family).comparison(with: specs, node: node)
        }
    }

    @Test(arguments: ServiceProxyMode.allCases, IPFamily.allCases)
    func whatIsAsPlannedHasNoDifferences(mode: ServiceProxyMode, family: IPFamily) throws {
        try withTestNamespace { _ in
            let objects = try ServiceProxyObjects.everything(family, mode)
            #expect(try Self.compare(objects).state == .absent)
            _ = try objects.start()
            let comparison = try Self.compare(objects)
            #expect(comparison.mode == mode.rawValue)
            #expect(comparison.state == .present)
            #expect(comparison.differences.isEmpty, "\(comparison)")
            #expect(comparison.otherDifferences == 0)
        }
    }

    @Test func rulesThatAreWrongAreToldByServicePort() throws {
        try withTestNamespace { namespace in
            let objects = try ServiceProxyObjects.everything(.ipv4, .iptables)
            _ = try objects.start()
            func iptables(_ line: String) throws {
                try Witness.run("iptables-nft", line.split(separator: " ").map(String.init), in: namespace.namespace)
            }
            let rules = try namespace.witness("iptables-nft", "-t", "nat", "-S").split(separator: "\n")
            let web = try #require(rules.firstIndex { $0.hasPrefix("-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp") })
            let number = rules[...web].count { $0.hasPrefix("-A KUBE-SERVICES") }
            try iptables("-t nat -D KUBE-SERVICES \(number)")
            // The chain's name is kube-proxy's hash of default/sticky:tcp and tcp.
            let sticky = try #require(rules.first { $0.contains("default/sticky:tcp cluster IP") })
            let chain = try #require(sticky.split(separator: " ").last)
            try iptables("-t nat -A \(chain) -s 192.0.2.1 -j RETURN")
            try iptables("-t nat -N KUBE-SVC-AAAAAAAAAAAAAAAA")
            let comparison = try Self.compare(objects)
            let told = comparison.differences.map { identity, differences in
                "\(identity) "
                    + differences.map { "\($0.isMissing ? "lacks" : "has") \($0.set)" }.joined(separator: ", ")
            }
            #expect(
                told.sorted() == ["default/sticky:tcp has nat \(chain)", "default/web:tcp lacks nat KUBE-SERVICES"]
            )
            #expect(comparison.otherDifferences == 1)
            let missing = comparison.differences.values.flatMap(\.self).first(where: \.isMissing)
            #expect(missing?.element.hasPrefix("-d 10.96.0.1/32 -p tcp") == true, "\(String(describing: missing))")
            #expect(try Self.compare(objects) == comparison)
        }
    }

    @Test func chainsOfKubeProxyAreNotCompared() throws {
        try withTestNamespace { namespace in
            let objects = try ServiceProxyObjects.everything(.ipv4, .iptables)
            try namespace.witness("iptables-nft", "-t", "nat", "-N", "KUBE-SERVICES")
            #expect(try Self.compare(objects).state == .foreign(comment: nil))
        }
    }
}
