import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import PodNetworkMigration
import Testing

/// `weft cni migrate` against what real tools, and the real reference plugins, made.
@Suite(.enabled(if: KernelFeature.nft.isAvailable && KernelFeature.veth.isAvailable))
struct CNIMigrationTests {
    private static let hash = "CNI-0123456789abcdef01234567"
    private static let gone = "CNI-76543210fedcba9876543210"

    /// A host with a running container (10.231.0.2) in another namespace, and a folder for the files of both.
    private func withHost(
        _ label: String = #function,
        _ body: (TestNamespace, Migration, _ directory: String) throws -> Void
    ) throws {
        let directory = try File.createTemporaryDirectory(prefix: "weft-migrate")
        defer { try? File.removeTree(directory) }
        try withTestNamespaces(2, "migrate-\(label)") { namespaces in
            let (host, pod) = (namespaces[0], namespaces[1])
            try host.addVeth("veth0", to: pod)
            try pod.witness("ip", "address", "add", "10.231.0.2/24", "dev", "eth0")
            var migration = Migration()
            (migration.dataDirectory, migration.stateDirectory) = ("\(directory)/networks", directory)
            migration.grace = 0
            try File.createDirectories("\(directory)/networks/net")
            try File.write("live\r\neth0".utf8, to: "\(directory)/networks/net/10.231.0.2")
            try File.write("gone\r\neth0".utf8, to: "\(directory)/networks/net/10.231.0.3")
            try body(host, migration, directory)
        }
    }

    private func iptables(_ host: TestNamespace, _ lines: String) throws {
        for line in lines.split(separator: "\n") {
            // Quoted words keep their blanks.
            var words: [String] = []
            for (index, part) in line.split(separator: "'", omittingEmptySubsequences: false).enumerated() {
                words += index.isMultiple(of: 2) ? part.split(separator: " ").map(String.init) : [String(part)]
            }
            try Witness.run("iptables", words, in: host.namespace)
        }
    }

    private func save(_ host: TestNamespace) throws -> [String] {
        try host.witness("iptables-save").split(separator: "\n").map(String.init).filter {
            !$0.hasPrefix("#") && !$0.hasPrefix(":")
        }
    }

    @Test func iptablesLeftoversGoAndEverythingElseStays() throws {
        try withHost { host, migration, directory in
            try iptables(
                host,
                """
                -t nat -N \(Self.hash)
                -t nat -A \(Self.hash) -d 10.231.0.2/24 -j ACCEPT
                -t nat -A \(Self.hash) ! -d 224.0.0.0/4 -j MASQUERADE
                -t nat -A POSTROUTING -s 10.231.0.2 -m comment --comment 'name: "net" id: "live"' -j \(Self.hash)
                -t nat -N \(Self.gone)
                -t nat -A \(Self.gone) ! -d 224.0.0.0/4 -j MASQUERADE
                -t nat -A POSTROUTING -s 10.231.0.3 -m comment --comment 'name: "net" id: "gone"' -j \(Self.gone)
                -t nat -A POSTROUTING -s 10.231.0.3 -j MASQUERADE
                -N CNI-FORWARD
                -N CNI-ADMIN
                -I FORWARD -m comment --comment 'CNI firewall plugin rules' -j CNI-FORWARD
                -A CNI-FORWARD -m comment --comment 'CNI firewall plugin admin overrides' -j CNI-ADMIN
                -A CNI-FORWARD -d 10.231.0.2 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
                -A CNI-FORWARD -s 10.231.0.3 -j ACCEPT
                -t nat -N FLANNEL-POSTRTG
                -t nat -A POSTROUTING -m comment --comment 'flanneld masq' -j FLANNEL-POSTRTG
                """
            )
            let before = try save(host)
            var dry = migration
            dry.isDryRun = true
            let seen = try host.run { try dry.run() }
            #expect(try save(host) == before)
            #expect(seen.findings.contains { $0.name == "ip nat \(Self.gone)" && $0.state == .leftover })
            #expect(try File.entries(ofDirectory: "\(directory)/networks/net") == ["10.231.0.2", "10.231.0.3"])
            let report = try host.run { try migration.run() }
            #expect(!report.hasFailures, "\(report.table)")
            #expect(report.findings.map(\.name) == seen.findings.map(\.name))
            let after = try save(host)
            let taken = before.filter { !after.contains($0) }
            #expect(after.allSatisfy { before.contains($0) })
            #expect(
                taken.allSatisfy { line in
                    [Self.gone, "FLANNEL-POSTRTG", "-A CNI-FORWARD -s 10.231.0.3"].contains { line.contains($0) }
                },
                "\(taken)"
            )
            #expect(taken.count == 4)
            #expect(after.contains("-A POSTROUTING -s 10.231.0.3/32 -j MASQUERADE"))
            #expect(try File.entries(ofDirectory: "\(directory)/networks/net") == ["10.231.0.2", "lock"])
            // Nothing is left to do.
            #expect(try host.run { try migration.run() }.findings.allSatisfy { $0.state == .kept })
        }
    }

    @Test func nftablesLeftoversGo() throws {
        try withHost { host, migration, _ in
            let hashes = "0123456789abcdef-0123456789abcdef"
            let script = """
                table ip cni_hostport {
                  chain hostports {
                    tcp dport 8080 dnat to 10.231.0.2:80 comment "live"
                    tcp dport 8081 dnat to 10.231.0.3:80 comment "gone"
                  }
                  chain prerouting { type nat hook prerouting priority dstnat; jump hostports; }
                }
                table inet cni_plugins_masquerade {
                  chain masq_checks {
                    ip saddr 10.231.0.3 ip daddr != 10.231.0.0/24 masquerade comment "\(hashes), net: net, if: eth0, id: gone"
                  }
                  chain postrouting { type nat hook postrouting priority srcnat; goto masq_checks; }
                }
                table ip mine {
                  chain CNI-FORWARD { accept comment "gone"; }
                }
                """
            _ = try Witness.run("nft", ["-f", "-"], in: host.namespace, input: script)
            let report = try host.run { try migration.run() }
            #expect(!report.hasFailures, "\(report.table)")
            #expect(
                try host.witness("nft", "list", "tables").split(separator: "\n").sorted()
                    == ["table ip cni_hostport", "table ip mine"]
            )
            let ports = try host.witness("nft", "list", "table", "ip", "cni_hostport")
            #expect(ports.contains("8080") && !ports.contains("8081"))
            #expect(try host.witness("nft", "list", "table", "ip", "mine").contains("accept"))
        }
    }

    /// A limiter goes when nothing is sent through it any more, as the container's end of the pair went.
    @Test(.enabled(if: KernelFeature.ifb.isAvailable))
    func limitersOfContainersThatAreGoneGo() throws {
        try withHost { host, migration, _ in
            let (used, unused) = ("bwp0123456789ab", "bwpba9876543210")
            let others = ["bwp0123456789ax", "bwp0123", "mine"]
            for name in [used, unused] + others { try host.witness("ip", "link", "add", name, "type", "ifb") }
            try host.witness("ip", "link", "add", "bwp111111111111", "type", "bridge")
            try host.witness("ip", "link", "add", "bwp222222222222", "type", "ifb")
            try host.witness("ip", "link", "set", "bwp222222222222", "alias", "someone's")
            try host.witness("tc", "qdisc", "add", "dev", "veth0", "ingress")
            for filter in [
                "protocol ip prio 1 u32 match ip dst 192.0.2.1 flowid 1:1",
                "protocol all prio 5 u32 match u32 0 0 action mirred egress redirect dev \(used)",
            ] {
                let words = filter.split(separator: " ").map(String.init)
                try Witness.run("tc", ["filter", "add", "dev", "veth0", "parent", "ffff:"] + words, in: host.namespace)
            }
            var dry = migration
            dry.isDryRun = true
            let seen = try host.run { try dry.run() }.findings.filter { $0.kind == .link }
            #expect(Set(seen.map { "\($0.name) \($0.state)" }) == ["\(used) kept", "\(unused) leftover"])
            #expect(try host.linkNames().contains(unused))
            let report = try host.run { try migration.run() }
            #expect(!report.hasFailures, "\(report.table)")
            let names = try host.linkNames()
            #expect(!names.contains(unused))
            for name in others + [used, "bwp111111111111", "bwp222222222222"] { #expect(names.contains(name)) }
            // The container goes, and with it the redirection.
            try host.witness("ip", "link", "delete", "veth0")
            _ = try host.run { try migration.run() }
            #expect(try !host.linkNames().contains(used))
        }
    }

    /// The leak of plugins #810: a DEL without a namespace leaves the chain and the rules.
    @Test(.enabled(if: File.exists("/usr/lib/cni/bridge")))
    func whatTheReferencePluginsLeakIsFound() throws {
        try withRuntime(pods: 2) { runtime, pods in
            let network: JSONObject = [
                "cniVersion": "1.0.0", "name": "refnet", "type": "bridge", "bridge": "br0", "isGateway": true,
                "ipMasq": true,
                "ipam": [
                    "type": "host-local", "dataDir": .string(runtime.directory),
                    "ranges": [[["subnet": "10.232.0.0/24"]]],
                ],
            ]
            func call(_ command: String, _ container: String, _ namespace: String) throws {
                let environment = [
                    "CNI_COMMAND": command, "CNI_CONTAINERID": container, "CNI_NETNS": namespace,
                    "CNI_IFNAME": "eth0", "CNI_PATH": "/usr/lib/cni", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
                ]
                let command = ProcessCommand(
                    "/usr/lib/cni/bridge",
                    environment: environment,
                    networkNamespace: runtime.host.namespace,
                    standardInput: .bytes(JSONValue.object(network).bytes())
                )
                _ = try ChildProcess.runSuccessfully(command, until: .after(.seconds(60)))
            }
            try call("ADD", "ref1", pods[0].path)
            try call("ADD", "ref2", pods[1].path)
            try call("DEL", "ref1", "")
            try pods[0].witness("ip", "link", "delete", "eth0")
            // The chain's two rules, and the one that leads there.
            #expect(try save(runtime.host).filter { $0.contains("id: \\\"ref1\\\"") }.count == 3)
            var migration = Migration()
            (migration.dataDirectory, migration.stateDirectory) = (runtime.directory, runtime.directory)
            migration.grace = 0
            let report = try runtime.host.run { try migration.run() }
            #expect(!report.hasFailures, "\(report.table)")
            #expect(report.findings.contains { $0.owner == "ref1" && $0.kind == .chain && $0.state == .removed })
            #expect(report.findings.contains { $0.owner == "ref2" && $0.kind == .chain && $0.state == .kept })
            let rules = try save(runtime.host)
            #expect(!rules.contains { $0.contains("ref1") })
            #expect(rules.filter { $0.contains("id: \\\"ref2\\\"") }.count == 3)
            #expect(try runtime.reserved("refnet") == ["10.232.0.3"])
            try call("DEL", "ref2", pods[1].path)
        }
    }
}
