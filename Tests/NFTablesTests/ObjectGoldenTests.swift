import CMnl
import CNftnl
import NFTables
import Netlink
import NetworkTypes
import Testing

/// Tables, chains, sets, elements and rules beside the same ones of libnftnl, message by message.
struct ObjectGoldenTests {
    static let families: [TableFamily] = [.ip, .ip6, .inet, .bridge]

    /// The messages of a transaction without the batch's begin and end.
    private func messages(_ build: (inout Transaction) -> Void) throws -> [NetlinkMessage] {
        var transaction = Transaction()
        build(&transaction)
        return try NetlinkMessage.parse(try transaction.encoded().bytes()).dropFirst().dropLast().map { $0 }
    }

    private func expectSame(
        _ ours: NetlinkMessage?,
        _ type: Int,
        _ family: TableFamily,
        _ build: (UnsafeMutablePointer<nlmsghdr>) -> Void
    ) {
        guard let ours else {
            Issue.record("there is no message")
            return
        }
        let theirs = unsafe LibnftnlReference.message(
            type,
            family: family.rawValue,
            flags: ours.flags.rawValue,
            sequence: ours.sequence,
            build
        )
        #expect(ours.bytes == theirs?.bytes)
    }

    @Test
    func aBatchIsFramedAsLibnftnlDoes() throws {
        var transaction = Transaction()
        transaction.add(Table(.ip, "t"))
        let bytes = try transaction.encoded(firstSequence: 7).bytes()
        let messages = try NetlinkMessage.parse(bytes)
        let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: 64)
        defer { unsafe buffer.deallocate() }
        for (index, message) in [messages.first, messages.last].enumerated() {
            unsafe buffer.initialize(repeating: 0, count: 64)
            let sequence = message?.sequence ?? 0
            _ = unsafe index == 0 ? nftnl_batch_begin(buffer, sequence) : nftnl_batch_end(buffer, sequence)
            #expect(message?.bytes == (0..<20).map { unsafe UInt8(bitPattern: buffer[$0]) })
        }
        #expect(messages.map(\.sequence) == [7, 8, 9])
        #expect(messages[1].flags == [.request, .create, .acknowledge])
    }

    @Test(arguments: families)
    func tables(family: TableFamily) throws {
        let messages = try messages {
            $0.add(Table(family, "weft", comment: "services of weft", isDormant: true))
            $0.delete(Table(family, "weft"))
        }
        guard let table = unsafe nftnl_table_alloc(), let named = unsafe nftnl_table_alloc() else { return }
        defer { unsafe nftnl_table_free(table) }
        defer { unsafe nftnl_table_free(named) }
        unsafe nftnl_table_set_str(table, UInt16(NFTNL_TABLE_NAME.rawValue), "weft")
        unsafe nftnl_table_set_u32(table, UInt16(NFTNL_TABLE_FLAGS.rawValue), 1)
        let userData: [UInt8] = [0, 17] + Array("services of weft".utf8) + [0]
        unsafe nftnl_table_set_data(table, UInt16(NFTNL_TABLE_USERDATA.rawValue), userData, UInt32(userData.count))
        unsafe nftnl_table_set_str(named, UInt16(NFTNL_TABLE_NAME.rawValue), "weft")
        unsafe expectSame(messages.first, Int(NFT_MSG_NEWTABLE.rawValue), family) { header in
            unsafe nftnl_table_nlmsg_build_payload(header, table)
        }
        unsafe expectSame(messages.last, Int(NFT_MSG_DELTABLE.rawValue), family) { header in
            unsafe nftnl_table_nlmsg_build_payload(header, named)
        }
    }

    @Test(arguments: families)
    func chains(family: TableFamily) throws {
        let table = TableID(family, "weft")
        let messages = try messages {
            $0.add(Chain(table, "services", comment: "what for"))
            $0.add(Chain(table, "pre", base: BaseChain(.nat, .prerouting, priority: .destinationNAT, policy: .drop)))
            $0.delete(Chain(table, "services"))
        }
        #expect(messages.count == 3)
        let userData: [UInt8] = [0, 9] + Array("what for".utf8) + [0]
        for (index, message) in messages.enumerated() {
            guard let chain = unsafe nftnl_chain_alloc() else { return }
            defer { unsafe nftnl_chain_free(chain) }
            unsafe nftnl_chain_set_str(chain, UInt16(NFTNL_CHAIN_TABLE.rawValue), "weft")
            unsafe nftnl_chain_set_str(chain, UInt16(NFTNL_CHAIN_NAME.rawValue), index == 1 ? "pre" : "services")
            if index == 0 {
                let attribute = UInt16(NFTNL_CHAIN_USERDATA.rawValue)
                _ = unsafe nftnl_chain_set_data(chain, attribute, userData, UInt32(userData.count))
            }
            if index == 1 {
                unsafe nftnl_chain_set_u32(chain, UInt16(NFTNL_CHAIN_HOOKNUM.rawValue), 0)
                unsafe nftnl_chain_set_s32(chain, UInt16(NFTNL_CHAIN_PRIO.rawValue), -100)
                unsafe nftnl_chain_set_u32(chain, UInt16(NFTNL_CHAIN_POLICY.rawValue), 0)
                unsafe nftnl_chain_set_str(chain, UInt16(NFTNL_CHAIN_TYPE.rawValue), "nat")
            }
            let type = index == 2 ? NFT_MSG_DELCHAIN : NFT_MSG_NEWCHAIN
            unsafe expectSame(message, Int(type.rawValue), family) { header in
                unsafe nftnl_chain_nlmsg_build_payload(header, chain)
            }
        }
    }

    @Test(arguments: families)
    func rules(family: TableFamily) throws {
        var rule = Rule(TableID(family, "weft"), "services", [.drop], comment: "the end")
        rule.handle = 5
        rule.compatibility = Rule.Compatibility(transport: 6, isInverted: true)
        var added = rule
        added.handle = nil
        added.position = 9
        let messages = try messages {
            $0.replace(rule)
            $0.add(added)
            $0.insert(Rule(rule.table, rule.chain, [.drop], comment: "the end"))
            $0.delete(Rule(rule.table, rule.chain, handle: 5))
        }
        #expect(messages.map { $0.flags.rawValue } == [0x101, 0xc01, 0x401, 0x5])
        let userData: [UInt8] = [0, 8] + Array("the end".utf8) + [0]
        for (index, message) in messages.enumerated() {
            guard let rule = unsafe nftnl_rule_alloc() else { return }
            defer { unsafe nftnl_rule_free(rule) }
            unsafe nftnl_rule_set_str(rule, UInt16(NFTNL_RULE_TABLE.rawValue), "weft")
            unsafe nftnl_rule_set_str(rule, UInt16(NFTNL_RULE_CHAIN.rawValue), "services")
            if index == 0 || index == 3 { unsafe nftnl_rule_set_u64(rule, UInt16(NFTNL_RULE_HANDLE.rawValue), 5) }
            if index == 1 { unsafe nftnl_rule_set_u64(rule, UInt16(NFTNL_RULE_POSITION.rawValue), 9) }
            if index < 2 {
                unsafe nftnl_rule_set_u32(rule, UInt16(NFTNL_RULE_COMPAT_PROTO.rawValue), 6)
                unsafe nftnl_rule_set_u32(rule, UInt16(NFTNL_RULE_COMPAT_FLAGS.rawValue), 2)
            }
            if index < 3 {
                let attribute = UInt16(NFTNL_RULE_USERDATA.rawValue)
                _ = unsafe nftnl_rule_set_data(rule, attribute, userData, UInt32(userData.count))
                unsafe nftnl_rule_add_expr(
                    rule,
                    LibnftnlReference.expression(
                        "immediate",
                        [(NFTNL_EXPR_IMM_DREG, .u32(0)), (NFTNL_EXPR_IMM_VERDICT, .u32(0))]
                    )
                )
            }
            let type = index == 3 ? NFT_MSG_DELRULE : NFT_MSG_NEWRULE
            unsafe expectSame(message, Int(type.rawValue), family) { header in
                unsafe nftnl_rule_nlmsg_build_payload(header, rule)
            }
        }
    }
}
