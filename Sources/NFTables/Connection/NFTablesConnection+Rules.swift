import LinuxSystem
import Netlink

/// `enum nft_table_attributes`, `enum nft_chain_attributes` and `enum nft_rule_attributes`, as far as they are read.
private enum Attribute {
    static let table: UInt16 = 1
    static let chainName: UInt16 = 3
    static let ruleChain: UInt16 = 2
    static let ruleHandle: UInt16 = 3
    static let ruleExpressions: UInt16 = 4
    static let ruleUserData: UInt16 = 7
    /// `NFTA_EXPR_NAME` and `NFTA_EXPR_DATA`.
    static let expressionName: UInt16 = 1
    static let expressionData: UInt16 = 2
}

extension NFTablesConnection {
    /// Whether there is a table.
    ///
    /// - Throws: ``NFTablesError`` when the kernel could not be asked.
    public mutating func has(_ table: Table) throws(NFTablesError) -> Bool {
        try isAnswered(
            NetlinkRequest(MessageKind.getTable, operation: "look for table", object: table.description) { writer in
                writer.netfilterHeader(family: table.id.family.rawValue)
                writer.attribute(Attribute.table, string: table.id.name)
            }
        )
    }

    /// Whether there is a chain.
    ///
    /// - Throws: ``NFTablesError`` when the kernel could not be asked.
    public mutating func has(_ chain: Chain) throws(NFTablesError) -> Bool {
        try isAnswered(
            NetlinkRequest(MessageKind.getChain, operation: "look for chain", object: chain.description) { writer in
                writer.netfilterHeader(family: chain.table.family.rawValue)
                writer.attribute(Attribute.table, string: chain.table.name)
                writer.attribute(Attribute.chainName, string: chain.name)
            }
        )
    }

    /// What the rules of a chain counted, in order; nil for a rule without a counter.
    ///
    /// - Returns: none when there is no such chain.
    /// - Throws: ``NFTablesError``.
    public mutating func counters(of chain: Chain) throws(NFTablesError) -> [Counter?] {
        try readRules(of: chain) { message throws(NetlinkError) in try Self.counter(message, of: chain) }
    }

    /// The rules of a chain in order: their handles and comments, without what they do.
    ///
    /// - Returns: none when there is no such chain.
    /// - Throws: ``NFTablesError``.
    public mutating func rules(of chain: Chain) throws(NFTablesError) -> [Rule] {
        try readRules(of: chain) { message throws(NetlinkError) in try Self.rule(message, of: chain) }
    }

    private mutating func readRules<Part>(
        of chain: Chain,
        _ read: (NetlinkMessage) throws(NetlinkError) -> Part?
    ) throws(NFTablesError) -> [Part] {
        let request = NetlinkRequest(MessageKind.getRule, operation: "list rules of", object: chain.description) {
            writer in
            writer.netfilterHeader(family: chain.table.family.rawValue)
            writer.attribute(Attribute.table, string: chain.table.name)
            writer.attribute(Attribute.ruleChain, string: chain.name)
        }
        do throws(NetlinkError) {
            var parts: [Part] = []
            for message in try dump(request) where message.type == MessageKind.newRule {
                if let part = try read(message) { parts.append(part) }
            }
            return parts
        } catch {
            if error.errno == .noSuchFileOrDirectory { return [] }
            throw NFTablesError(sending: error)
        }
    }

    /// Nil: a rule of another chain; `.some(nil)`: one without a counter.
    private static func counter(_ message: NetlinkMessage, of chain: Chain) throws(NetlinkError) -> Counter?? {
        var name: String?
        var found: Counter?
        var attributes = try message.attributes(after: 4)
        while attributes.next() {
            switch attributes.type {
            case Attribute.ruleChain: name = attributes.string()
            case Attribute.ruleExpressions:
                attributes.nested { list in
                    while list.next() { list.nested { if let counter = counter(in: &$0) { found = found ?? counter } } }
                }
            default: continue
            }
        }
        try attributes.finish()
        return name == chain.name ? .some(found) : nil
    }

    private static func counter(in expression: inout AttributeReader) -> Counter? {
        var (isCounter, counter) = (false, Counter())
        while expression.next() {
            switch expression.type {
            case Attribute.expressionName: isCounter = expression.string() == Counter.name
            case Attribute.expressionData where isCounter: expression.nested { counter.read(&$0) }
            default: continue
            }
        }
        return isCounter ? counter : nil
    }

    private static func rule(_ message: NetlinkMessage, of chain: Chain) throws(NetlinkError) -> Rule? {
        var (name, handle, comment): (String?, UInt64?, String?) = (nil, nil, nil)
        var attributes = try message.attributes(after: 4)
        while attributes.next() {
            switch attributes.type {
            case Attribute.ruleChain: name = attributes.string()
            case Attribute.ruleHandle: handle = attributes.payload.reduce(0) { $0 << 8 | UInt64($1) }
            case Attribute.ruleUserData: comment = Self.comment(in: Array(attributes.payload))
            default: continue
            }
        }
        try attributes.finish()
        guard name == chain.name, let handle else { return nil }
        var rule = Rule(chain.table, chain.name, handle: handle)
        rule.comment = comment
        return rule
    }
}
