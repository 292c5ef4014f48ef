import NetworkTypes

extension RuleCompiler {
    /// Appends a statement's instructions.
    mutating func compile(_ statement: Statement) {
        switch statement {
        case .compare(let selector, let comparison, let field):
            require([selector])
            rule.expressions += selector.load(to: .first)
            emit(.compare(Compare(.first, comparison, ElementValue(field))))
        case .compareBits(let selector, let mask, let comparison, let value):
            compareBits(selector, mask, comparison, value)
        case .prefix(let selector, let prefix, let isInverted): match(selector, prefix, isInverted)
        case .range(let selector, let from, let to, let isInverted): match(selector, from, to, isInverted)
        case .connectionState(let state): compareBits(.connection(.state), state.rawValue, .notEqual, 0)
        case .connectionStatus(let status): compareBits(.connection(.status), status.rawValue, .notEqual, 0)
        case .member(let selectors, let collection, let isInverted):
            look(selectors, in: collection, .nothing, .membership(isInverted: isInverted))
        case .verdictMap(let selectors, let collection): look(selectors, in: collection, .verdict, .verdict)
        case .verdict(let verdict): emit(.verdict(ImmediateVerdict(verdict)))
        case .set(let target, let operand): set(target, operand)
        case .update(let operation, let set, let key, let timeout, let data):
            update(operation, set, key, timeout, data)
        default: compileAction(statement)
        }
    }

    private mutating func compileAction(_ statement: Statement) {
        switch statement {
        case .translate(let kind, let family, let translation, let flags):
            translate(kind, family, translation, flags)
        case .masquerade(let flags): emit(.masquerade(Masquerade(flags: flags)))
        case .redirect(let port, let flags): redirect(port, flags)
        case .reject(let answer): emit(.reject(Reject(answer)))
        case .limit(let limit): emit(.limit(limit))
        case .log(let log): emit(.log(log))
        case .counter(let counter): emit(.counter(counter))
        case .noTrack: emit(.noTrack(NoTrack()))
        case .match(let body): emit(.match(ExtensionMatch(body)))
        case .target(let body): emit(.target(ExtensionTarget(body)))
        case .iptables(let own): own.forEachExpression(family.ipFamily ?? .ipv4) { rule.expressions.append($0) }
        case .expressions(let expressions, _): rule.expressions += expressions
        default: break
        }
    }

    private mutating func compareBits(
        _ selector: Selector,
        _ mask: UInt32,
        _ comparison: Comparison,
        _ value: UInt32
    ) {
        require([selector])
        load(.masked(selector, mask: mask, xor: 0), to: .first)
        emit(.compare(Compare(.first, comparison, ElementValue(.host32(value)))))
    }

    /// A prefix of whole bytes is a shorter field, as nft has it; another one is masked.
    private mutating func match(_ selector: Selector, _ prefix: IPPrefix, _ isInverted: Bool) {
        require([selector])
        let comparison: Comparison = isInverted ? .notEqual : .equal
        let address = prefix.masked.address.bytes
        if prefix.length % 8 == 0, prefix.length > 0, case .payload(var field) = selector {
            field.location.length = UInt32(truncatingIfNeeded: prefix.length / 8)
            emit(
                .payloadLoad(PayloadLoad(field.location, to: .first)),
                .compare(Compare(.first, comparison, ElementValue(bytes: address.prefix(prefix.length / 8))))
            )
            return
        }
        rule.expressions += selector.load(to: .first)
        let zeros = [UInt8](repeating: 0, count: address.count)
        emit(
            .bitwise(
                Bitwise(
                    .first,
                    to: .first,
                    mask: ElementValue(bytes: prefix.mask.bytes),
                    xor: ElementValue(bytes: zeros)
                )
            ),
            .compare(Compare(.first, comparison, ElementValue(bytes: address)))
        )
    }

    /// Inside is two comparisons, outside one expression of its own, as nft has it.
    private mutating func match(_ selector: Selector, _ from: Field, _ to: Field, _ isInverted: Bool) {
        require([selector])
        rule.expressions += selector.load(to: .first)
        var (from, to) = (from, to)
        if selector.byteOrder == .host && selector.type.length == 4 {
            emit(.swapBytes(SwapBytes(.first, to: .first, .toNetwork, length: 4, size: 4)))
            (from, to) = (from.reversed, to.reversed)
        }
        if isInverted {
            emit(.range(RangeCompare(.first, from: ElementValue(from), to: ElementValue(to), isInverted: true)))
        } else {
            emit(
                .compare(Compare(.first, .greaterOrEqual, ElementValue(from))),
                .compare(Compare(.first, .lessOrEqual, ElementValue(to)))
            )
        }
    }

    private mutating func set(_ target: Statement.Target, _ operand: Operand) {
        require(operand.selectors)
        load(operand, to: .first)
        switch target {
        case .meta(let key): emit(.metaStore(MetaStore(key, from: .first)))
        case .connection(let key): emit(.connectionStore(ConnectionStore(key, from: .first)))
        }
    }

    private mutating func update(
        _ operation: DynamicSetUpdate.Operation,
        _ set: NamedSet,
        _ key: [Selector],
        _ timeout: UInt64?,
        _ data: Operand?
    ) {
        require(key + (data?.selectors ?? []))
        rule.expressions += Selector.load(key, to: .first)
        let register = data.map { _ in Register.first.following(ValueType(key.map(\.type)).length) }
        if let data, let register { load(data, to: register) }
        emit(
            .dynamicSet(
                DynamicSetUpdate(operation, set.name, key: .first, data: register, timeout: timeout)
            )
        )
    }

    private mutating func translate(
        _ kind: NetworkTranslation.Kind,
        _ family: IPFamily,
        _ translation: Statement.Translation,
        _ flags: TranslationFlags
    ) {
        switch translation {
        case .operand(let operand):
            require(operand.selectors)
            load(operand, to: .first)
            let port = operand.type.isConcatenation ? Register.first.advanced(by: family.addressLength) : nil
            emit(
                .translation(NetworkTranslation(kind, family: family, address: .first, port: port, flags: flags))
            )
        case .constant(let address, let port):
            var next = Register.first
            if let address {
                emit(.immediate(Immediate(ElementValue(.address(address)), to: next)))
                next = next.following(family.addressLength)
            }
            if let port { emit(.immediate(Immediate(ElementValue(.port(port)), to: next))) }
            emit(
                .translation(
                    NetworkTranslation(
                        kind,
                        family: family,
                        address: address.map { _ in .first },
                        port: port.map { _ in next },
                        flags: port == nil ? flags : flags.union(.portSpecified)
                    )
                )
            )
        }
    }

    private mutating func redirect(_ port: Port?, _ flags: TranslationFlags) {
        guard let port else {
            emit(.redirect(Redirect(flags: flags)))
            return
        }
        emit(
            .immediate(Immediate(ElementValue(.port(port)), to: .first)),
            .redirect(Redirect(port: .first, flags: flags.union(.portSpecified)))
        )
    }
}

extension Rule {
    /// The rule as the kernel gets it.
    public func compiled() -> CompiledRule {
        var compiler = RuleCompiler(family: table.family)
        for statement in statements { compiler.compile(statement) }
        return compiler.rule
    }

    /// The rule's statements as nft writes them, with the comment.
    public var text: String {
        let comment = comment.map { ["comment \"\(commentText($0))\""] } ?? []
        return (statements.map { $0.text(in: table.family) } + comment).joined(separator: " ")
    }
}
