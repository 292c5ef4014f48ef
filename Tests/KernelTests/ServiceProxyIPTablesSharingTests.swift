import LinuxSystemTesting
import NFTables
import NFTablesInspect
import NetworkTypes
import ServicePlan
import ServiceProxyTesting
import Synchronization
import Testing

@testable import ServiceProxy

/// The tables that mode iptables shares: others write at the same time, and stay when it goes.
@Suite(.enabled(if: KernelFeature.nft.isAvailable && Witness.has("iptables-nft-save")))
struct ServiceProxyIPTablesSharingTests {
    /// The kernel's tables, into which somebody else writes just before the first commits.
    private final class Meddled: IPTablesAccess {
        private let kernel: KernelIPTablesAccess
        private let left: Mutex<Int>
        private let meddle: @Sendable (Int) throws -> Void
        let commits = Mutex(0)

        init(times: Int, _ meddle: @escaping @Sendable (Int) throws -> Void) throws {
            kernel = try KernelIPTablesAccess()
            left = Mutex(times)
            self.meddle = meddle
        }

        func read(_ family: IPFamily) throws -> PresentIPTables { try kernel.read(family) }

        func commit(_ transaction: Transaction, ifGeneration generation: UInt32?) throws -> CommitTimes {
            let turn = left.withLock { left in
                left -= 1
                return left
            }
            if turn >= 0 { try meddle(turn) }
            commits.withLock { $0 += 1 }
            return try kernel.commit(transaction, ifGeneration: generation)
        }

        func isConntrackLiberal() -> Bool { kernel.isConntrackLiberal() }
        func generation() throws -> Generation { try kernel.generation() }
    }

    private func addForeignRule(_ family: IPFamily, _ number: Int) throws {
        var connection = try NFTablesConnection()
        let table = Table(TableFamily(family), "filter")
        let chain = Chain(table.id, "INPUT", base: BaseChain(.filter, .input, priority: 0))
        var transaction = Transaction()
        transaction.add(table)
        transaction.add(chain)
        transaction.add(Rule(chain, [.compare(.mark, .equal, .host32(UInt32(number + 1))), .drop]))
        try connection.commit(transaction)
    }

    @Test(arguments: IPFamily.allCases)
    func whoeverWasFasterIsRespected(family: IPFamily) throws {
        try withTestNamespace { namespace in
            let objects = try ServiceProxyObjects.everything(family, .iptables)
            let access = try Meddled(times: 3) { turn in try addForeignRule(family, turn) }
            let backend = IPTablesBackend(family, ProxyConfiguration(), access: access)
            let report = try backend.replaceAll(with: objects.planner.specs(family), node: objects.planner.node)
            #expect(access.commits.withLock(\.self) == 4)
            #expect(report.outcome == .rebuilt)
            let rules = try RulesetReader().read().table(TableFamily(family), "filter")?.chain("INPUT")?.rules
            // Ours first, then what came in between.
            #expect(rules?.count == 6)
            #expect(try objects.start().outcome == .unchanged)
            _ = namespace
        }
    }

    @Test func somebodyWhoNeverEndsIsAnErrorInTheEnd() throws {
        try withTestNamespace { _ in
            let objects = try ServiceProxyObjects.everything(.ipv4, .iptables)
            let access = try Meddled(times: 1000) { turn in try addForeignRule(.ipv4, turn) }
            let backend = IPTablesBackend(.ipv4, ProxyConfiguration(), access: access)
            #expect {
                _ = try backend.replaceAll(with: objects.planner.specs(.ipv4), node: objects.planner.node)
            } throws: { ($0 as? NFTablesError)?.code == .generationChanged }
            #expect(access.commits.withLock(\.self) == IPTablesBackend.tries)
        }
    }

    @Test(arguments: IPFamily.allCases)
    func cleanupTakesWhatIsOursAndTheEmptyShell(family: IPFamily) throws {
        try withTestNamespace { namespace in
            for each in IPFamily.allCases { _ = try ServiceProxyObjects.everything(each, .iptables).start() }
            let removed = try IPTablesBackend.cleanup()
            #expect(removed.filter { $0.hasPrefix("table ") }.count == 4)
            #expect(removed.contains { $0.contains("KUBE-SERVICES") })
            #expect(try namespace.witness("nft", "list", "ruleset").isEmpty)
            #expect(try IPTablesBackend.cleanup().isEmpty)
        }
    }

    @Test(arguments: IPFamily.allCases)
    func cleanupLeavesWhatIsNotOurs(family: IPFamily) throws {
        try withTestNamespace { namespace in
            let tool = family == .ipv4 ? "iptables-nft" : "ip6tables-nft"
            func run(_ line: String) throws {
                try Witness.run(tool, line.split(separator: " ").map(String.init), in: namespace.namespace)
            }
            func saved() throws -> [String] {
                try namespace.witness("\(tool)-save").split(separator: "\n").map(String.init)
                    .filter { $0.hasPrefix("-A") || $0.hasPrefix("-P") }
            }
            let foreign = [
                "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT", "-N KUBE-FIREWALL", "-A INPUT -j KUBE-FIREWALL",
                "-t nat -N CNI-DN-1", "-t nat -A PREROUTING -j CNI-DN-1",
            ]
            for line in foreign { try run(line) }
            let before = try saved()
            _ = try ServiceProxyObjects.everything(family, .iptables).start()
            // The plugin portmap does so when it is told to use the chain that marks.
            try run("-t nat -A CNI-DN-1 -s 10.0.0.1 -j KUBE-MARK-MASQ".replacing(family))
            let removed = try IPTablesBackend.cleanup()
            #expect(removed.contains { $0.contains("KUBE-MARK-MASQ: left empty, as chain CNI-DN-1 jumps to it") })
            #expect(!removed.contains { $0.contains("KUBE-FIREWALL") || $0.hasPrefix("table") })
            let after = try saved()
            #expect(after.filter { !$0.contains("KUBE-MARK-MASQ") } == before)
            #expect(after.filter { $0.contains("KUBE-MARK-MASQ") }.count == 1)
            // And it can be had again.
            #expect(try ServiceProxyObjects.everything(family, .iptables).start().outcome != .unchanged)
        }
    }
}

extension String {
    fileprivate func replacing(_ family: IPFamily) -> String {
        family == .ipv4
            ? self : split(separator: " ").map { $0 == "10.0.0.1" ? "fd00::1" : String($0) }.joined(separator: " ")
    }
}
