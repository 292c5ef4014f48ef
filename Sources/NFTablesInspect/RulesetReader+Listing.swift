import CMnl
import CNftnl
import Glibc
import NFTables
import NetworkTypes

extension RulesetReader {
    /// All tables, each with its chains and rules, without sets.
    ///
    /// - Returns: what is there; the parts may be of different generations, so compare
    ///   ``NFTablesConnection/generation()`` before and after.
    /// - Throws: ``InspectError``.
    public func listings() throws(InspectError) -> [TableListing] {
        var listings: [TableListing] = []
        for table in try tables() {
            let heads = try chainHeads(of: table).map {
                TableListing.ChainHead(name: $0.name, isBase: $0.hook != nil)
            }
            let rules = try unsafe socket.dump(
                "list rules",
                NFT_MSG_GETRULE,
                family: table.family.rawValue
            ) { message in unsafe listedRule(message, in: table.name) }
            listings.append(TableListing(TableID(table.family, table.name), chains: heads, rules: rules))
        }
        return listings
    }
}

/// One message of a rule dump.
@unsafe private func listedRule(_ message: UnsafePointer<nlmsghdr>, in table: String) -> ListedRule? {
    guard let rule = unsafe nftnl_rule_alloc() else { return nil }
    defer { unsafe nftnl_rule_free(rule) }
    guard unsafe nftnl_rule_nlmsg_parse(message, rule) == 0,
        unsafe text(nftnl_rule_get_str(rule, UInt16(NFTNL_RULE_TABLE.rawValue))) == table,
        let chain = unsafe text(nftnl_rule_get_str(rule, UInt16(NFTNL_RULE_CHAIN.rawValue)))
    else { return nil }
    var listed = unsafe ListedRule(
        chain: chain,
        handle: nftnl_rule_get_u64(rule, UInt16(NFTNL_RULE_HANDLE.rawValue))
    )
    var length: UInt32 = 0
    let data = unsafe nftnl_rule_get_data(rule, UInt16(NFTNL_RULE_USERDATA.rawValue), &length)
    listed.comment = unsafe UserData.comment(data, length, type: UInt8(NFTNL_UDATA_RULE_COMMENT.rawValue))
    guard let iterator = unsafe nftnl_expr_iter_create(rule) else { return listed }
    defer { unsafe nftnl_expr_iter_destroy(iterator) }
    var loaded = LoadedField()
    while let expression = unsafe nftnl_expr_iter_next(iterator) { unsafe listed.take(expression, &loaded) }
    return listed
}

/// What of the network header a register holds.
private struct LoadedField {
    var register: UInt32 = 0
    var offset: UInt32 = 0
    var length: UInt32 = 0
}

extension ListedRule {
    @unsafe fileprivate mutating func take(_ expression: OpaquePointer, _ loaded: inout LoadedField) {
        switch unsafe text(nftnl_expr_get_str(expression, UInt16(NFTNL_EXPR_NAME))) {
        case "immediate":
            target = unsafe text(nftnl_expr_get_str(expression, UInt16(NFTNL_EXPR_IMM_CHAIN))) ?? target
        case "match" where unsafe text(nftnl_expr_get_str(expression, UInt16(NFTNL_EXPR_MT_NAME))) == "comment":
            // struct xt_comment_info: 256 bytes of text.
            let bytes = unsafe bytes(expression, NFTNL_EXPR_MT_INFO)
            comment = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        case "payload":
            // NFT_PAYLOAD_NETWORK_HEADER; others, and what is masked afterwards, are no addresses.
            let isNetwork = unsafe nftnl_expr_get_u32(expression, UInt16(NFTNL_EXPR_PAYLOAD_BASE)) == 1
            loaded = unsafe LoadedField(
                register: isNetwork ? nftnl_expr_get_u32(expression, UInt16(NFTNL_EXPR_PAYLOAD_DREG)) : 0,
                offset: nftnl_expr_get_u32(expression, UInt16(NFTNL_EXPR_PAYLOAD_OFFSET)),
                length: nftnl_expr_get_u32(expression, UInt16(NFTNL_EXPR_PAYLOAD_LEN))
            )
        case "bitwise": loaded = LoadedField()
        case "cmp":
            // NFT_CMP_EQ is 0.
            guard loaded.register != 0,
                unsafe nftnl_expr_get_u32(expression, UInt16(NFTNL_EXPR_CMP_SREG)) == loaded.register,
                unsafe nftnl_expr_get_u32(expression, UInt16(NFTNL_EXPR_CMP_OP)) == 0
            else { return }
            note(unsafe bytes(expression, NFTNL_EXPR_CMP_DATA), of: loaded)
        default: break
        }
    }

    private mutating func note(_ bytes: [UInt8], of field: LoadedField) {
        // Where the headers have them (RFC 791, RFC 8200).
        switch (field.offset, field.length) {
        case (12, 4), (8, 16): source = IPAddress(bytes: bytes)
        case (16, 4), (24, 16): destination = IPAddress(bytes: bytes)
        default: break
        }
    }
}

@unsafe private func bytes(_ expression: OpaquePointer, _ attribute: some BinaryInteger) -> [UInt8] {
    var length: UInt32 = 0
    guard let data = unsafe nftnl_expr_get(expression, UInt16(attribute), &length) else { return [] }
    return unsafe Array(UnsafeRawBufferPointer(start: data, count: Int(length)))
}
