import LinuxSystem
import LinuxSystemTesting
import NFTables
import NetworkTypes
import Testing

/// Matches and targets of iptables in our rules: iptables-nft reads them as its own.
@Suite(.enabled(if: KernelFeature.nft.isAvailable && Witness.has("iptables-nft-save"), "needs nf_tables, iptables"))
struct NFTablesCompatTests {
    /// `struct xt_comment_info`: 256 bytes of text.
    private static func comment(_ text: String) -> ExtensionCompat {
        let bytes = Array(text.utf8)
        return ExtensionCompat("comment", revision: 0, info: bytes + [UInt8](repeating: 0, count: 256 - bytes.count))
    }

    /// `struct xt_mark_tginfo2`: mark and mask.
    private static func mark(_ mark: UInt32) -> ExtensionCompat {
        let value = Field.host32(mark).bytes
        return ExtensionCompat("MARK", revision: 2, info: value + value)
    }

    @Test(arguments: IPFamily.allCases)
    func iptablesReadsItsOwn(family: IPFamily) throws {
        try withTestNamespace { namespace in
            let table = Table(TableFamily(family), "mangle")
            let chain = Chain(table.id, "PREROUTING", base: BaseChain(.filter, .prerouting, priority: -150))
            var rule = Rule(
                chain,
                [.transport(.tcp), .match(Self.comment("default/web:http")), .counter(), .target(Self.mark(0x4000))]
            )
            rule.compatibility = Rule.Compatibility(transport: 6)
            var transaction = Transaction()
            transaction.add(table)
            transaction.add(chain)
            transaction.add(rule)
            var connection = try NFTablesConnection()
            try connection.commit(transaction)
            let saved = try namespace.witness(family == .ipv4 ? "iptables-nft-save" : "ip6tables-nft-save")
            let line =
                "-A PREROUTING -p tcp -m comment --comment \"default/web:http\" -j MARK --set-xmark 0x4000/0x4000"
            #expect(saved.contains(line), "\(saved)")
        }
    }
}
