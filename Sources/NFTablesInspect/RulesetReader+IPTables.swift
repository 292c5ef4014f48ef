import CMnl
import CNftnl
import Glibc
import LinuxSystem
public import NFTables
import NetworkTypes

extension RulesetReader {
    /// The rules of a table that iptables shares, each as the line that `iptables-save` 1.8.9 has behind "-A CHAIN".
    ///
    /// What iptables writes in several forms, by version, is one line here; what is not known is shown with its bytes.
    /// - Parameter table: the table, of IPv4 or IPv6; one that is not there is not an error.
    /// - Returns: the lines of each chain; chains may be of different generations, so compare
    ///   ``NFTablesConnection/generation()`` before and after.
    /// - Throws: ``InspectError``.
    public func iptablesLines(of table: TableID) throws(InspectError) -> [String: [String]] {
        guard try hasTable(table) else { return [:] }
        let family: IPFamily = table.family == .ip6 ? .ipv6 : .ipv4
        let asked = InspectedTable(family: table.family, name: table.name, comment: nil)
        guard let filter = unsafe nftnl_rule_alloc() else { throw InspectError("list rules", .outOfMemory) }
        defer { unsafe nftnl_rule_free(filter) }
        unsafe nftnl_rule_set_str(filter, UInt16(NFTNL_RULE_TABLE.rawValue), table.name)
        var found: [String: [String]] = [:]
        for chain in try chainHeads(of: asked) {
            unsafe nftnl_rule_set_str(filter, UInt16(NFTNL_RULE_CHAIN.rawValue), chain.name)
            found[chain.name] = try unsafe socket.dump(
                "list rules of \(table)",
                NFT_MSG_GETRULE,
                family: table.family.rawValue,
                addPayload: { header in unsafe nftnl_rule_nlmsg_build_payload(header, filter) }
            ) { message in unsafe iptablesLine(message, family) }
        }
        return found
    }
}

/// One message of a rule dump.
@unsafe private func iptablesLine(_ message: UnsafePointer<nlmsghdr>, _ family: IPFamily) -> String? {
    guard let rule = unsafe nftnl_rule_alloc() else { return nil }
    defer { unsafe nftnl_rule_free(rule) }
    guard unsafe nftnl_rule_nlmsg_parse(message, rule) == 0,
        let iterator = unsafe nftnl_expr_iter_create(rule)
    else { return nil }
    defer { unsafe nftnl_expr_iter_destroy(iterator) }
    var line = IPTablesLine(family)
    while let expression = unsafe nftnl_expr_iter_next(iterator) { line.take(unsafe RuleStep(expression)) }
    return line.text
}

extension RuleStep {
    /// An expression that libnftnl read.
    @unsafe fileprivate init(_ expression: OpaquePointer) {
        func has(_ attribute: Int) -> Bool { unsafe nftnl_expr_is_set(expression, UInt16(attribute)) }
        func number(_ attribute: Int) -> UInt32 { unsafe nftnl_expr_get_u32(expression, UInt16(attribute)) }
        func string(_ attribute: Int) -> String? { unsafe text(nftnl_expr_get_str(expression, UInt16(attribute))) }
        func bytes(_ attribute: Int) -> [UInt8] {
            var length: UInt32 = 0
            guard let start = unsafe nftnl_expr_get(expression, UInt16(attribute), &length) else { return [] }
            return unsafe Array(UnsafeRawBufferPointer(start: start, count: Int(length)))
        }
        let name = string(Int(NFTNL_EXPR_NAME)) ?? ""
        switch name {
        case "payload" where has(NFTNL_EXPR_PAYLOAD_DREG):
            self = .payload(
                base: number(NFTNL_EXPR_PAYLOAD_BASE),
                offset: number(NFTNL_EXPR_PAYLOAD_OFFSET),
                length: number(NFTNL_EXPR_PAYLOAD_LEN)
            )
        case "meta" where has(NFTNL_EXPR_META_DREG): self = .meta(number(NFTNL_EXPR_META_KEY))
        case "bitwise" where number(NFTNL_EXPR_BITWISE_OP) == 0 && bytes(NFTNL_EXPR_BITWISE_XOR).allSatisfy { $0 == 0 }:
            self = .mask(bytes(NFTNL_EXPR_BITWISE_MASK))
        case "cmp": self = .compare(operation: number(NFTNL_EXPR_CMP_OP), bytes(NFTNL_EXPR_CMP_DATA))
        case "immediate" where has(NFTNL_EXPR_IMM_VERDICT):
            self = .verdict(
                Int32(bitPattern: number(NFTNL_EXPR_IMM_VERDICT)),
                chain: string(Int(NFTNL_EXPR_IMM_CHAIN))
            )
        case "match":
            self = .match(
                string(Int(NFTNL_EXPR_MT_NAME)) ?? "",
                revision: number(NFTNL_EXPR_MT_REV),
                bytes(NFTNL_EXPR_MT_INFO)
            )
        case "target":
            self = .target(
                string(Int(NFTNL_EXPR_TG_NAME)) ?? "",
                revision: number(NFTNL_EXPR_TG_REV),
                bytes(NFTNL_EXPR_TG_INFO)
            )
        case "counter": self = .counter
        default: self = .other(unsafe notation(of: expression, name))
        }
    }
}
