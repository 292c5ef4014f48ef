import Glibc
import LinuxSystemTesting
import NFTablesInspect
import NetworkTypes
import ServiceProxy
import ServiceProxyTesting
import Testing
import TrafficTesting

/// What others do to our rules is noticed and mended, with packets before and after.
@Suite(.serialized, .enabled(if: KernelFeature.nft.isAvailable && KernelFeature.veth.isAvailable))
struct ServiceProxyDriftTests {
    /// What somebody else does, as a script of nft, with the table and a ClusterIP put in.
    static let damages: [(name: String, script: String)] = [
        ("flush ruleset", "flush ruleset"),
        ("table deleted", "delete table TABLE"),
        ("table emptied", "flush table TABLE"),
        ("chain emptied", "flush chain TABLE services"),
        ("rule added", "insert rule TABLE prerouting drop"),
        ("element deleted", "delete element TABLE services { CLUSTERIP . tcp . 80 }"),
        ("elements flushed", "flush map TABLE slot0"),
        ("element added", "add element TABLE no-endpoints { CLUSTERIP . tcp . 80 }"),
        (
            "another table first",
            """
            add table ip aaa
            add chain ip aaa c
            add rule ip aaa c counter
            delete element TABLE services { CLUSTERIP . tcp . 80 }
            """
        ),
    ]

    @Test(arguments: damages.map(\.name), IPFamily.allCases)
    func whatOthersDoIsMended(name: String, family: IPFamily) throws {
        let clusterIP = ServiceProxyObjects.clusterIP(1, family)
        let script = try #require(Self.damages.first { $0.name == name }).script
            .replacing("TABLE", with: family == .ipv4 ? "ip weft" : "ip6 weft").replacing("CLUSTERIP", with: clusterIP)
        let target = IPEndpoint(address: try #require(IPAddress(clusterIP)), port: 80)
        try ServiceProxyNetwork.with { network in
            try RunningProxy.with(family, .nftables, in: network.node) { proxy in
                #expect(try network.ask(from: network.client, target, times: 2).count == 2)
                let before = try network.node.run { try RulesetReader.canonicalDump() }
                try Witness.run("nft", ["-f", "-"], in: network.node.namespace, input: script + "\n")
                try RunningProxy.wait { !proxy.reports.isEmpty }
                #expect(try network.ask(from: network.client, target, times: 4).count == 4)
                let after = try network.node.run { try RulesetReader.canonicalDump() }
                let foreign = after.split(separator: "\n\n").filter { !$0.contains("ip aaa") }.joined(separator: "\n\n")
                #expect(name == "another table first" || after == before, "\(foreign)")
                let report = try #require(proxy.reports.first)
                #expect(report.cause.contains("nft"))
                #expect(proxy.reports.count == 1)
                #expect(report.isRebuilt || report.elementCount > 0)
            }
        }
    }

    /// Again and again: what the last comparison took doesn't keep the next one away for long.
    @Test func eachRestartOfNftablesIsMended() throws {
        let family = IPFamily.ipv4
        let address = try #require(IPAddress(ServiceProxyObjects.clusterIP(1, family)))
        let target = IPEndpoint(address: address, port: 80)
        try ServiceProxyNetwork.with { network in
            try RunningProxy.with(family, .nftables, in: network.node) { proxy in
                for round in 1...5 {
                    try network.node.witness("nft", "flush", "ruleset")
                    try RunningProxy.wait { proxy.reports.count == round }
                    #expect(try network.ask(from: network.client, target).count == 1)
                }
                let rebuilt = proxy.reports.filter(\.isRebuilt).count
                #expect(rebuilt == 5)
            }
        }
    }

    @Test(arguments: ServiceProxyMode.allCases)
    func ourOwnWritesAndOthersTablesAreNoDrift(mode: ServiceProxyMode) throws {
        try ServiceProxyNetwork.with { network in
            try RunningProxy.with(.ipv4, mode, in: network.node) { proxy in
                for pods in [[1], [2], [1, 2], [], [2]] {
                    let writes = proxy.writeCount
                    let slice = ServiceProxyObjects.endpoints(of: "web", pods, .ipv4)
                    proxy.tell { await $0.upsert(slice) }
                    try RunningProxy.wait { proxy.writeCount > writes }
                }
                let foreign = """
                    add table ip aaa
                    add set ip aaa s { type ipv4_addr; }
                    add element ip aaa s { \((1...200).map { "10.0.0.\($0)" }.joined(separator: ", ")) }
                    add table ip6 weft
                    """
                try Witness.run("nft", ["-f", "-"], in: network.node.namespace, input: foreign + "\n")
                usleep(300_000)
                #expect(proxy.comparisonCount == 1)
                #expect(proxy.reports.isEmpty)
            }
        }
    }

    @Test func aChainOfKubeProxysTakenAwayComesBack() throws {
        let target = IPEndpoint(address: try #require(IPAddress(ServiceProxyObjects.clusterIP(1, .ipv4))), port: 80)
        try ServiceProxyNetwork.with { network in
            try RunningProxy.with(.ipv4, .iptables, in: network.node) { proxy in
                #expect(try network.ask(from: network.client, target).count == 1)
                try network.node.witness("iptables-nft", "-t", "nat", "-F", "KUBE-SERVICES")
                try RunningProxy.wait { !proxy.reports.isEmpty }
                #expect(try network.ask(from: network.client, target).count == 1)
                // What others do beside our chains is compared, and is none of our business.
                let compared = proxy.comparisonCount
                try network.node.witness("iptables-nft", "-t", "nat", "-N", "SOMEBODYS")
                try RunningProxy.wait { proxy.comparisonCount > compared }
                #expect(proxy.reports.count == 1)
            }
        }
    }

    /// Nobody tells of changes of virtual servers and of routes: they are looked at, again and again.
    @Test(.enabled(if: KernelFeature.ipvs.isAvailable), arguments: IPFamily.allCases)
    func whatOthersDoToVirtualServersIsMended(family: IPFamily) throws {
        let target = IPEndpoint(address: try #require(IPAddress(ServiceProxyObjects.clusterIP(1, family))), port: 80)
        let pod = IPEndpoint(address: try #require(IPAddress(ServiceProxyNetwork.podAddress(1, family))), port: 8080)
        let table = family == .ipv4 ? "ip weft-ipvs" : "ip6 weft-ipvs"
        let all = [
            "ipvsadm -D -t \(target)",
            "ip \(family == .ipv4 ? "-4" : "-6") route delete local \(target.address) table local",
            "ipvsadm -d -t \(target) -r \(pod)", "ipvsadm -C", "nft flush table \(table)",
        ]
        // An emulated machine takes seconds for each.
        let damages = family == .ipv4 ? all : Array(all.prefix(2))
        try ServiceProxyNetwork.with { network in
            try RunningProxy.with(family, .ipvs, in: network.node) { proxy in
                func content() throws -> [String] {
                    let servers = try network.node.witness("ipvsadm", "-S", "-n").split(separator: "\n")
                    let dump = try network.node.run { try RulesetReader.canonicalDump() }
                    let routes = try network.node.witness("ip", "route", "show", "table", "local", "proto", "88")
                    return servers.map(String.init).sorted() + [dump, routes]
                }
                let before = try content()
                for damage in damages {
                    let count = proxy.reports.count
                    let words = damage.split(separator: " ").map(String.init)
                    try Witness.run(words[0], Array(words.dropFirst()), in: network.node.namespace)
                    try RunningProxy.wait { proxy.reports.count > count }
                    try RunningProxy.wait { try content() == before }
                    #expect(try network.ask(from: network.client, target, times: 2).count == 2, "\(damage)")
                }
                // What is as it should be is not compared as a whole, however often it is looked at.
                #expect(proxy.reports.count == damages.count, "\(proxy.reports.map(\.cause))")
                let compared = proxy.comparisonCount
                usleep(5_000_000)
                #expect(proxy.comparisonCount == compared)
            }
        }
    }
}
