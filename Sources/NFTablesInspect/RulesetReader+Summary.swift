import CMnl
import CNftnl
import Glibc
import LinuxSystem
public import NFTables

extension RulesetReader {
    /// The chains of a table, with digests of their rules: a fraction of the time and memory that all of it takes.
    ///
    /// - Parameter table: the table; one that is not there is not an error.
    /// - Returns: what is there; chains and rules may be of different generations, so compare
    ///   ``NFTablesConnection/generation()`` before and after.
    /// - Throws: ``InspectError``.
    public func summary(of table: TableID) throws(InspectError) -> TableSummary {
        guard try tables().contains(where: { $0.family == table.family && $0.name == table.name }) else {
            return TableSummary(isPresent: false)
        }
        let asked = InspectedTable(family: table.family, name: table.name, comment: nil)
        let chains = try chainHeads(of: asked)
        var summary = TableSummary(isPresent: true, chains: chains.map { ChainSummary(name: $0.name, hook: $0.hook) })
        var places: [String: Int] = [:]
        for (place, chain) in chains.enumerated() { places[chain.name] = place }
        let collector = SummaryCollector(table: table.name, places: places)
        guard let filter = unsafe nftnl_rule_alloc() else { throw InspectError("list rules", .outOfMemory) }
        defer { unsafe nftnl_rule_free(filter) }
        unsafe nftnl_rule_set_str(filter, UInt16(NFTNL_RULE_TABLE.rawValue), table.name)
        for place in summary.chains.indices {
            // One dump of everything would walk all rules from the first one on for each part of its answer.
            unsafe nftnl_rule_set_str(filter, UInt16(NFTNL_RULE_CHAIN.rawValue), summary.chains[place].name)
            summary.chains[place].rules = try unsafe socket.dump(
                "list rules of \(table)",
                NFT_MSG_GETRULE,
                family: table.family.rawValue,
                addPayload: { header in unsafe nftnl_rule_nlmsg_build_payload(header, filter) }
            ) { message in unsafe collector.rule(message) }
        }
        return summary
    }
}

/// Turns the messages of a rule dump into digests.
private final class SummaryCollector {
    private let table: String
    private let places: [String: Int]
    private var content = RuleContent()

    init(table: String, places: [String: Int]) {
        self.table = table
        self.places = places
    }

    @unsafe func rule(_ message: UnsafePointer<nlmsghdr>) -> RuleSummary? {
        guard let rule = unsafe nftnl_rule_alloc() else { return nil }
        defer { unsafe nftnl_rule_free(rule) }
        guard unsafe nftnl_rule_nlmsg_parse(message, rule) == 0,
            unsafe text(nftnl_rule_get_str(rule, UInt16(NFTNL_RULE_TABLE.rawValue))) == table
        else { return nil }
        let (digest, target) = unsafe digest(of: rule)
        let handle = unsafe nftnl_rule_get_u64(rule, UInt16(NFTNL_RULE_HANDLE.rawValue))
        return RuleSummary(handle: handle, digest: digest, target: target)
    }

    @unsafe private func digest(of rule: OpaquePointer) -> (RuleDigest, target: Int?) {
        content.clear()
        var target: Int?
        guard let iterator = unsafe nftnl_expr_iter_create(rule) else { return (RuleDigest(content), nil) }
        defer { unsafe nftnl_expr_iter_destroy(iterator) }
        while let expression = unsafe nftnl_expr_iter_next(iterator) {
            if let chain = unsafe content.append(expression) { target = places[chain] }
        }
        return (RuleDigest(content), target)
    }
}

extension RuleContent {
    /// Appends an expression that libnftnl read; returns the chain that it jumps or goes to.
    @unsafe fileprivate mutating func append(_ expression: OpaquePointer) -> String? {
        let name = unsafe text(nftnl_expr_get_str(expression, UInt16(NFTNL_EXPR_NAME))) ?? ""
        switch name {
        case "payload" where unsafe has(expression, NFTNL_EXPR_PAYLOAD_DREG):
            begin(.payload)
            unsafe numbers(
                expression,
                [NFTNL_EXPR_PAYLOAD_BASE, NFTNL_EXPR_PAYLOAD_OFFSET, NFTNL_EXPR_PAYLOAD_LEN, NFTNL_EXPR_PAYLOAD_DREG]
            )
        case "cmp":
            begin(.compare)
            unsafe numbers(expression, [NFTNL_EXPR_CMP_SREG, NFTNL_EXPR_CMP_OP])
            unsafe data(expression, NFTNL_EXPR_CMP_DATA)
        case "meta" where unsafe has(expression, NFTNL_EXPR_META_DREG):
            begin(.metaLoad)
            unsafe numbers(expression, [NFTNL_EXPR_META_KEY, NFTNL_EXPR_META_DREG])
        case "bitwise" where unsafe number(expression, NFTNL_EXPR_BITWISE_OP) == 0:
            begin(.bitwise)
            unsafe numbers(expression, [NFTNL_EXPR_BITWISE_SREG, NFTNL_EXPR_BITWISE_DREG])
            unsafe data(expression, NFTNL_EXPR_BITWISE_MASK)
            unsafe data(expression, NFTNL_EXPR_BITWISE_XOR)
        case "immediate" where unsafe has(expression, NFTNL_EXPR_IMM_VERDICT):
            begin(.verdict)
            unsafe numbers(expression, [NFTNL_EXPR_IMM_VERDICT])
            let chain = unsafe text(nftnl_expr_get_str(expression, UInt16(NFTNL_EXPR_IMM_CHAIN)))
            data(chain?.utf8.map(\.self) ?? [])
            return chain
        case "match":
            begin(.match)
            unsafe string(expression, NFTNL_EXPR_MT_NAME)
            unsafe numbers(expression, [NFTNL_EXPR_MT_REV])
            unsafe data(expression, NFTNL_EXPR_MT_INFO)
        case "target":
            begin(.target)
            unsafe string(expression, NFTNL_EXPR_TG_NAME)
            unsafe numbers(expression, [NFTNL_EXPR_TG_REV])
            unsafe data(expression, NFTNL_EXPR_TG_INFO)
        case "counter": begin(.counter)
        default:
            begin(.other)
            data(Array(unsafe notation(of: expression, name).utf8))
        }
        return nil
    }

    @unsafe private func has(_ expression: OpaquePointer, _ attribute: Int) -> Bool {
        unsafe nftnl_expr_is_set(expression, UInt16(attribute))
    }

    @unsafe private func number(_ expression: OpaquePointer, _ attribute: Int) -> UInt32 {
        unsafe nftnl_expr_get_u32(expression, UInt16(attribute))
    }

    @unsafe private mutating func numbers(_ expression: OpaquePointer, _ attributes: [Int]) {
        for attribute in attributes { number(unsafe number(expression, attribute)) }
    }

    @unsafe private mutating func data(_ expression: OpaquePointer, _ attribute: Int) {
        var length: UInt32 = 0
        guard let start = unsafe nftnl_expr_get(expression, UInt16(attribute), &length) else { return data([]) }
        unsafe data(UnsafeRawBufferPointer(start: start, count: Int(length)))
    }

    @unsafe private mutating func string(_ expression: OpaquePointer, _ attribute: Int) {
        data(Array((unsafe text(nftnl_expr_get_str(expression, UInt16(attribute))) ?? "").utf8))
    }
}
