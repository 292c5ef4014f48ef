public import Netlink

/// A transaction as netlink messages, and which message stands for what.
public struct EncodedTransaction: Sendable {
    /// What a message stands for.
    struct Origin: Hashable {
        /// The operation's index.
        var operation: Int
        /// Of elements: the first one's index, and where it begins in the message.
        var firstElement = 0
        var elementsOffset = 0
    }

    /// The messages, numbered in sequence, from the batch's begin to its end.
    public internal(set) var builder: MessageBuilder
    /// By the message's place behind the batch's begin.
    var origins: [Origin] = []

    /// All messages' bytes.
    ///
    /// - Throws: ``NFTablesError`` with the code `.invalid` if one attribute does not fit.
    public func bytes() throws(NFTablesError) -> [UInt8] {
        do throws(NetlinkError) {
            return try builder.finish()
        } catch {
            throw NFTablesError(.invalid, operation: "encode", text: "\(error)")
        }
    }

    /// The number of messages, with the batch's begin and end.
    public var messageCount: Int { builder.messageCount }
}

extension Transaction {
    /// The transaction as one batch of netlink messages, which the kernel takes as a whole or not at all.
    ///
    /// Only the last operation's message asks for an acknowledgement; errors are always answered.
    ///
    /// - Parameters:
    ///   - generation: the generation that the rules must still have (`NFNL_BATCH_GENID`), or the kernel refuses.
    ///   - firstSequence: the first message's number.
    /// - Returns: the messages, and which stands for what.
    /// - Throws: ``NFTablesError`` with the code `.invalid` and the operation at fault, for what can't be encoded.
    public func encoded(
        generation: UInt32? = nil,
        firstSequence: UInt32 = 1
    ) throws(NFTablesError) -> EncodedTransaction {
        var encoder = TransactionEncoder(firstSequence: firstSequence, capacity: expectedByteCount)
        encoder.begin(generation: generation)
        for (index, operation) in operations.enumerated() {
            try encoder.encode(operation, at: index, isLast: index == operations.count - 1)
        }
        encoder.end()
        return encoder.encoded
    }

    /// About as many bytes as the messages take; memory that is not used costs time too.
    private var expectedByteCount: Int {
        operations.reduce(4096) { count, operation in
            guard case .elements(let elements, let set) = operation.object, let first = elements.first
            else { return count + 256 }
            let encoder = ElementEncoder(set, setID: nil, isKeyOnly: false)
            return count + 256 + elements.count * encoder.size(of: first) * 9 / 8
        }
    }
}

/// Writes a batch's messages, and numbers the sets in it.
struct TransactionEncoder {
    var encoded: EncodedTransaction
    private var setIDs: [SetName: UInt32] = [:]
    private var lastSetID: UInt32 = 0

    private struct SetName: Hashable {
        var table: TableID
        var name: String
    }

    init(firstSequence: UInt32, capacity: Int) {
        encoded = EncodedTransaction(builder: MessageBuilder(firstSequence: firstSequence, capacity: capacity))
    }

    mutating func begin(generation: UInt32?) {
        encoded.builder.message(MessageKind.batchBegin, flags: []) { writer in
            // NFNL_SUBSYS_NFTABLES, and NFNL_BATCH_GENID.
            writer.netfilterHeader(family: 0, resource: 10)
            if let generation { writer.attribute(1, network: generation) }
        }
    }

    mutating func end() {
        encoded.builder.message(MessageKind.batchEnd, flags: []) { $0.netfilterHeader(family: 0, resource: 10) }
    }

    mutating func encode(_ operation: Operation, at index: Int, isLast: Bool) throws(NFTablesError) {
        try operation.validate(at: index)
        let origin = EncodedTransaction.Origin(operation: index)
        let acknowledge: MessageFlags = isLast ? .acknowledge : []
        switch (operation.verb, operation.object) {
        case (.destroy, .table), (.destroy, .chain), (.destroy, .set):
            // Making it first is what every kernel can do; NFT_MSG_DESTROY* are of Linux 6.3.
            encodeDeclaration(Operation(.add, operation.object), origin, [])
            encodeDeclaration(Operation(.delete, operation.object), origin, acknowledge)
        case (_, .rule(let rule)): encode(operation.verb, rule, origin, acknowledge)
        case (_, .elements(let elements, let set)): encode(operation.verb, elements, set, origin, acknowledge)
        default: encodeDeclaration(operation, origin, acknowledge)
        }
    }

    private mutating func message(
        _ kind: UInt16,
        _ flags: MessageFlags,
        _ family: TableFamily,
        _ origin: EncodedTransaction.Origin,
        _ body: (inout AttributeWriter) -> Void
    ) {
        encoded.builder.message(kind, flags: flags) { writer in
            writer.netfilterHeader(family: family.rawValue)
            body(&writer)
        }
        encoded.origins.append(origin)
    }

    private mutating func encodeDeclaration(
        _ operation: Operation,
        _ origin: EncodedTransaction.Origin,
        _ acknowledge: MessageFlags
    ) {
        let making = acknowledge.union(operation.verb == .create ? [.create, .exclusive] : .create)
        switch (operation.verb, operation.object) {
        case (.delete, .table(let table)):
            message(MessageKind.deleteTable, acknowledge, table.id.family, origin) { table.encodeName(into: &$0) }
        case (.flush, .table(let table)):
            message(MessageKind.deleteRule, acknowledge, table.id.family, origin) {
                Rule.encodeFlush(table.id, chain: nil, into: &$0)
            }
        case (_, .table(let table)):
            message(MessageKind.newTable, making, table.id.family, origin) { table.encode(into: &$0) }
        case (.delete, .chain(let chain)):
            message(MessageKind.deleteChain, acknowledge, chain.table.family, origin) { chain.encodeName(into: &$0) }
        case (.flush, .chain(let chain)):
            message(MessageKind.deleteRule, acknowledge, chain.table.family, origin) {
                Rule.encodeFlush(chain.table, chain: chain.name, into: &$0)
            }
        case (_, .chain(let chain)):
            message(MessageKind.newChain, making, chain.table.family, origin) { chain.encode(into: &$0) }
        case (.delete, .set(let set)):
            message(MessageKind.deleteSet, acknowledge, set.table.family, origin) { set.encodeName(into: &$0) }
            setIDs[SetName(table: set.table, name: set.name)] = nil
        case (.flush, .set(let set)):
            // Removing without saying which is removing all. The two lists' first attributes have the same numbers.
            message(MessageKind.deleteElements, acknowledge, set.table.family, origin) { set.encodeName(into: &$0) }
        case (_, .set(let set)):
            let id = newSetID()
            setIDs[SetName(table: set.table, name: set.name)] = id
            message(MessageKind.newSet, making, set.table.family, origin) {
                SetDeclaration(set).encode(id: id, into: &$0)
            }
        case (_, .rule), (_, .elements): break
        }
    }

    private mutating func newSetID() -> UInt32 {
        lastSetID += 1
        return lastSetID
    }

    private mutating func encode(
        _ verb: Operation.Verb,
        _ rule: Rule,
        _ origin: EncodedTransaction.Origin,
        _ acknowledge: MessageFlags
    ) {
        if verb == .delete || verb == .destroy {
            let kind = verb == .delete ? MessageKind.deleteRule : MessageKind.destroyRule
            message(kind, acknowledge, rule.table.family, origin) { rule.encodeName(into: &$0) }
            return
        }
        let place: MessageFlags = verb == .replace ? .replace : verb == .insert ? .create : [.create, .append]
        if let own = rule.iptables {
            message(MessageKind.newRule, acknowledge.union(place), rule.table.family, origin) {
                rule.encode(own, into: &$0)
            }
            return
        }
        let compiled = rule.compiled()
        let firstSetID = lastSetID + 1
        for set in compiled.anonymousSets { encode(set, of: rule, origin) }
        message(MessageKind.newRule, acknowledge.union(place), rule.table.family, origin) {
            rule.encode(compiled, firstSetID: firstSetID, into: &$0)
        }
    }

    private mutating func encode(
        _ set: CompiledRule.AnonymousSet,
        of rule: Rule,
        _ origin: EncodedTransaction.Origin
    ) {
        let id = newSetID()
        let declaration = SetDeclaration(set, table: rule.table.name)
        message(MessageKind.newSet, .create, rule.table.family, origin) { declaration.encode(id: id, into: &$0) }
        let encoder = ElementEncoder(table: rule.table.name, anonymous: declaration.name, setID: id)
        encode(set.elements, encoder, MessageKind.newElements, .create, rule.table.family, origin, [])
    }

    private mutating func encode(
        _ verb: Operation.Verb,
        _ elements: [SetElement],
        _ set: NamedSet,
        _ origin: EncodedTransaction.Origin,
        _ acknowledge: MessageFlags
    ) {
        let isAdding = verb == .add || verb == .create
        let encoder = ElementEncoder(
            set,
            setID: setIDs[SetName(table: set.table, name: set.name)],
            isKeyOnly: !isAdding
        )
        let kind =
            isAdding
            ? MessageKind.newElements : verb == .destroy ? MessageKind.destroyElements : MessageKind.deleteElements
        let flags: MessageFlags = verb == .create ? [.create, .exclusive] : isAdding ? .create : []
        encode(elements, encoder, kind, flags, set.table.family, origin, acknowledge)
    }

    private mutating func encode(
        _ elements: [SetElement],
        _ encoder: ElementEncoder,
        _ kind: UInt16,
        _ flags: MessageFlags,
        _ family: TableFamily,
        _ origin: EncodedTransaction.Origin,
        _ acknowledge: MessageFlags
    ) {
        // A span lends each element, where a loop over the array would copy and count it.
        let span = elements.span
        var start = 0
        while start < elements.count {
            let end = encoder.chunk(of: span, from: start)
            let flags = end == elements.count ? flags.union(acknowledge) : flags
            var origin = origin
            origin.firstElement = start
            encoded.builder.message(kind, flags: flags) { writer in
                writer.netfilterHeader(family: family.rawValue)
                origin.elementsOffset = encoder.encode(span, start..<end, into: &writer)
            }
            encoded.origins.append(origin)
            start = end
        }
    }
}
