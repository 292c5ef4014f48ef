import BenchRunner
import BenchScenarios
import LinuxSystem
import PeerTesting
import Testing

/// How the bench tells the rules of two programs apart.
@Suite(.serialized)
struct PeerDiffTests {
    private func listing(_ owner: String, _ sections: [String: [String]]) -> RuleListing {
        RuleListing(owner: owner, sections: sections)
    }

    @Test func onlyWhatDiffersIsTold() {
        let before = listing(
            "kube-proxy",
            [
                "nat KUBE-SVC-A": ["one", "two", "three", "four", "five", "six", "seven"], "nat KUBE-SVC-B": ["x"],
                "nat KUBE-SERVICES": ["b", "a", "last"], "filter OLD": ["gone"], "nat KUBE-SVC-C": ["p", "q"],
                "filter KUBE-NODEPORTS": ["n1", "n2"],
            ]
        )
        let after = listing(
            "weftd",
            [
                "nat KUBE-SVC-A": ["one", "two", "three", "four", "FIVE", "six", "seven"], "nat KUBE-SVC-B": ["x"],
                "nat KUBE-SERVICES": ["a", "b", "last"], "filter NEW": ["come", "more"], "nat KUBE-SVC-C": ["q", "p"],
                "filter KUBE-NODEPORTS": ["n0", "n2"],
            ]
        )
        let difference = ListingDifference(from: before, to: after)
        #expect(
            difference.text == """
                --- kube-proxy  (16 lines in 6 chains)
                +++ weftd  (17 lines in 6 chains)
                @@ filter KUBE-NODEPORTS @@
                +n0
                -n1
                @@ filter NEW: only after @@
                +come
                +more
                @@ filter OLD: only before @@
                -gone
                @@ nat KUBE-SVC-A @@
                ...
                 three
                 four
                -five
                +FIVE
                 six
                 seven
                @@ nat KUBE-SVC-C: the same lines in another order @@
                2 chains are alike, 5 differ
                """
        )
        #expect(difference.alikeCount == 2)
        let json = "\(difference.json)"
        #expect(json.contains("\"chain\":\"nat KUBE-SVC-A\"") && json.contains("\"kind\":\"reordered\""))
        #expect(!json.contains("seven"))
    }

    @Test func manyLinesAreCutForPeople() {
        let difference = ListingDifference(
            from: listing("kube-proxy", [:]),
            to: listing("weftd", ["nat A": (0..<100).map { "line \($0)" }])
        )
        #expect(difference.text.contains("+line 59\n... and 40 more lines\n"))
        #expect(!difference.text.contains("line 60"))
        #expect("\(difference.json)".contains("line 99"))
    }

    /// weftd behind a script in the place of kube-proxy, with a line of the configuration changed if that is asked.
    private func difference(_ mode: BenchMode, changing change: String = "") async throws -> ListingDifference {
        let directory = try File.createTemporaryDirectory(prefix: "weft-peer-")
        defer { try? File.removeTree(directory) }
        let path = "\(directory)/kube-proxy"
        let script = """
            #!/bin/sh
            [ "$1" = --config ] || exit 64
            sed '\(change)' "$2" > "$2.other"
            exec \(try PeerProgram.weftd().path) --config "$2.other" --network none

            """
        try File.write(script.utf8, to: path, permissions: 0o755)
        let comparison = PeerComparison(
            from: try PeerProgram(option: "kube-proxy=\(path)"),
            to: try .weftd(),
            mode: mode,
            services: 12,
            endpoints: 2,
            patience: .seconds(60)
        )
        #expect(comparison.title == "\(mode.rawValue), 12 services x 2 endpoints")
        return try await comparison.difference()
    }

    @Test(arguments: [BenchMode.iptables, .nftables])
    func theSameProgramHasTheSameRules(mode: BenchMode) async throws {
        let difference = try await difference(mode)
        #expect(difference.text.hasSuffix(" chains are alike, none differs"))
        #expect(difference.first.lineCount > 150 && difference.alikeCount > 40)
        // Every kind of Service is among them, with its status.
        let text = difference.first.sections.values.joined().joined(separator: "\n")
        for name in ["shop/web", "shop/gateway", "shop/signal", "shop/loyal"] where mode == .iptables {
            #expect(text.contains(name))
        }
        if mode == .iptables { #expect(text.contains("shop/gateway:http traffic not accepted by KUBE-FW-")) }
    }

    @Test func anotherRangeOfPodsShowsInTheirChains() async throws {
        let difference = try await difference(.iptables, changing: "s|^clusterCIDR: .*|clusterCIDR: 10.0.0.0/8|")
        let text = difference.text
        let chains = ["KUBE-SVC-", "KUBE-SVL-", "KUBE-EXT-"].map { "iptables nat \($0)" }
        for section in difference.sections {
            #expect(section.kind == .changed && chains.contains { section.heading.hasPrefix($0) })
        }
        // Of the Services of all kinds the pods' own way from outside, too.
        let pods = "-s 10.0.0.0/8 -m comment --comment \"pod traffic for shop/"
        #expect(text.split(separator: "\n").count { $0.hasPrefix("-" + pods) } == 5)
        #expect(text.split(separator: "\n").count { $0.hasPrefix("-! -s 10.0.0.0/8 -d 10.96.1.") } == 12)
        #expect(text.split(separator: "\n").count { $0.hasPrefix("+! -s 10.128.0.0/9 -d 10.96.1.") } == 12)
        // The rule that picks an endpoint stays, and is told beside it.
        #expect(text.contains("\n -m comment --comment \"bench/service-000000"))
    }
}
