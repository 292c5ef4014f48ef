import BenchRunner
import BenchScenarios
import Glibc
import LinuxSystem
import PeerTesting
import Testing

/// The bench's comparison of whole node proxies, with weftd behind a script in the place of a real kube-proxy: the
/// script takes kube-proxy's `--config` and reads what it needs from the file.
@Suite(.serialized)
struct PeerBenchTests {
    private func run(
        _ programs: [PeerProgram],
        _ modes: [BenchMode] = [.nftables],
        rounds: Int = 1,
        patience: Duration = .seconds(60)
    ) async throws -> BenchCase {
        let scenario = PeerScenario(programs, modes: modes, services: 30, endpoints: 2, patience: patience)
        let progress = BenchProgress(isTerminal: false, now: { 0 }, write: { _ in })
        let run = BenchRun(BenchSettings(.rounds(rounds)), progress: progress) { 0 }
        return try #require(await run.run([scenario]).first)
    }

    /// A program in the place of kube-proxy, while a test lasts.
    private func withPeer(_ script: String, _ body: (PeerProgram) async throws -> Void) async throws {
        let directory = try File.createTemporaryDirectory(prefix: "weft-peer-")
        let path = "\(directory)/kube-proxy"
        try File.write("#!/bin/sh\n\(script)\n".utf8, to: path, permissions: 0o755)
        defer { try? File.removeTree(directory) }
        try await body(try PeerProgram(option: "kube-proxy=\(path)"))
    }

    private func standIn() throws -> String {
        """
        [ "$1" = --config ] || exit 64
        field() { sed -n "s/^ *$1: *//p" "$2" | head -n 1; }
        exec \(try PeerProgram.weftd().path) --node-name "$(field hostnameOverride "$2")" \
        --kubeconfig "$(field kubeconfig "$2")" --mode "$(field mode "$2")" --network none \
        --cluster-cidr "$(field clusterCIDR "$2")" --metrics-bind-address "$(field metricsBindAddress "$2")" \
        --healthz-bind-address "$(field healthzBindAddress "$2")"
        """
    }

    @Test(arguments: [BenchMode.nftables, .iptables])
    func aPeerIsMeasuredBesideWeftdOnTheSameObjects(mode: BenchMode) async throws {
        try await withPeer(standIn()) { peer in
            let result = try await run([try .weftd(), peer], [mode], rounds: 2)
            #expect(result.failures.map(\.description) == [])
            #expect(result.baseline == "kube-proxy \(mode.rawValue)")
            #expect(result.metrics == ["start to all in the kernel", "one endpoint moved"])
            for variant in ["weftd \(mode.rawValue)", "kube-proxy \(mode.rawValue)"] {
                let first = try #require(result.row("start to all in the kernel", variant))
                #expect(first.summary.count == 2 && first.summary.minimum > 1e6)
                #expect(first.processorTime ?? 0 > 0)
                #expect(try #require(result.row("one endpoint moved", variant)).summary.count == 20)
            }
        }
    }

    @Test func aPeerThatEndsEarlyIsToldWithItsLastWordsAndWeftdGoesOn() async throws {
        try await withPeer("echo starting; echo 'can not do that' >&2; exit 3") { peer in
            let result = try await run([try .weftd(), peer])
            #expect(
                result.failures.map(\.description) == [
                    "peer, 30 services x 2 endpoints: kube-proxy nftables: kube-proxy nftables ended early with "
                        + "exit code 3; its last words: can not do that"
                ]
            )
            #expect(result.row("one endpoint moved", "weftd nftables") != nil)
        }
    }

    @Test func aPeerThatProgramsNothingIsGivenUp() async throws {
        try await withPeer("echo thinking; exec sleep 60") { peer in
            let result = try await run([peer], patience: .seconds(1))
            let text = try #require(result.failures.first?.description)
            #expect(text.contains("no 30 Services in the kernel within 1.0 seconds; its last words: thinking"))
        }
    }

    @Test(arguments: [
        ("kube-proxy=/nowhere/kube-proxy", "no program at /nowhere/kube-proxy"),
        ("cilium=/bin/true", "kube-proxy=PATH"),
        ("kube-proxy", "kube-proxy=PATH"),
    ])
    func aPeerThatIsNotThereIsOneLine(option: String, words: String) {
        let error = #expect(throws: BenchError.self) { try PeerProgram(option: option) }
        #expect(error?.description.contains(words) == true)
        #expect(error?.description.contains("\n") == false)
    }
}
