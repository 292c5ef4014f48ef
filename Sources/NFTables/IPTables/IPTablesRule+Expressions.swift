public import NetworkTypes

extension IPTablesRule {
    /// The rule for a chain of nf_tables.
    public func rule(_ table: TableID, _ chain: String) -> Rule {
        var rule = Rule(table, chain, [.iptables(self)])
        rule.compatibility = Rule.Compatibility(transport: UInt32(transport?.rawValue ?? 0))
        return rule
    }

    /// The instructions; hundreds of thousands of rules are written at once, so nobody has to keep them.
    public func expressions(_ family: IPFamily) -> [Expression] {
        var made: [Expression] = []
        forEachExpression(family) { made.append($0) }
        return made
    }

    /// Calls for each instruction, in the order in which iptables-nft 1.8.9 writes them: interface, protocol, source,
    /// destination, matches, a counter, the target.
    public func forEachExpression(_ family: IPFamily, _ body: (Expression) -> Void) {
        if let input { Self.emit(input, body) }
        if let transport {
            body(.metaLoad(MetaLoad(.transportProtocol, to: .first)))
            body(.compare(Compare(.first, .equal, ElementValue(.transport(transport)))))
        }
        if let source { Self.emit(source, at: family == .ipv4 ? 12 : 8, body) }
        if let destination { Self.emit(destination, at: family == .ipv4 ? 16 : 24, body) }
        for match in matches { emit(match, body) }
        body(.counter(Counter()))
        if let target = targetExpression(family) { body(target) }
    }

    /// A whole name is compared with its closing zero byte, the beginning of one without.
    private static func emit(_ input: InterfaceMatch, _ body: (Expression) -> Void) {
        let name = Array(input.name.utf8.prefix(15))
        body(.metaLoad(MetaLoad(.inputInterfaceName, to: .first)))
        body(
            .compare(
                Compare(
                    .first,
                    input.isInverted ? .notEqual : .equal,
                    ElementValue(bytes: input.isPrefix ? name : name + [0])
                )
            )
        )
    }

    /// A prefix of whole bytes is a shorter field; another one is masked.
    private static func emit(_ match: AddressMatch, at offset: UInt32, _ body: (Expression) -> Void) {
        let length = match.prefix.length
        guard length > 0 else { return }
        let isWhole = length % 8 == 0
        let count = isWhole ? length / 8 : match.prefix.family.addressLength
        body(
            .payloadLoad(
                PayloadLoad(PayloadLocation(.network, offset: offset, length: UInt32(count)), to: .first)
            )
        )
        if !isWhole {
            let mask = ElementValue(.address(match.prefix.mask))
            let nothing = ElementValue(.address(.any(match.prefix.family)))
            body(.bitwise(Bitwise(.first, to: .first, mask: mask, xor: nothing)))
        }
        let value =
            isWhole && count < match.prefix.family.addressLength
            ? ElementValue(bytes: match.prefix.address.bytes.prefix(count))
            : ElementValue(.address(match.prefix.address))
        body(.compare(Compare(.first, match.isInverted ? .notEqual : .equal, value)))
    }

    private func emit(_ match: Match, _ body: (Expression) -> Void) {
        switch match {
        case .destinationPort(let port) where transport != .sctp:
            body(.payloadLoad(PayloadLoad(PayloadLocation(.transport, offset: 2, length: 2), to: .first)))
            body(.compare(Compare(.first, .equal, ElementValue(.port(port)))))
        case .mark(let bits, let isInverted):
            let (mask, nothing) = (ElementValue(.host32(bits)), ElementValue(.host32(0)))
            body(.metaLoad(MetaLoad(.mark, to: .first)))
            body(.bitwise(Bitwise(.first, to: .first, mask: mask, xor: nothing)))
            body(.compare(Compare(.first, isInverted ? .notEqual : .equal, mask)))
        default: body(.match(ExtensionMatch(extensionMatch(match))))
        }
    }

    private func extensionMatch(_ match: Match) -> ExtensionCompat {
        switch match {
        case .comment(let text): .comment(text)
        case .destinationPort(let port): .sctpPort(port)
        case .anyPort: .anyPort(transport ?? .tcp)
        case .statistic(let probability): .statistic(probability: probability)
        case .sourceIsLocal: .localAddress(source: true)
        case .destinationIsLocal: .localAddress(destination: true)
        case .connectionState(let states, let isInverted): .connectionState(states, isInverted: isInverted)
        case .recent(let list, let action): .recent(list, action)
        case .mark(let bits, _): .mark(bits, mask: bits)
        }
    }

    private func targetExpression(_ family: IPFamily) -> Expression? {
        switch target {
        case .nothing: nil
        case .jump(let chain): .verdict(ImmediateVerdict(.jump(chain)))
        case .accept: .verdict(ImmediateVerdict(.accept))
        case .drop: .verdict(ImmediateVerdict(.drop))
        case .return: .verdict(ImmediateVerdict(.return))
        case .reject: .target(ExtensionTarget(.rejectPortUnreachable(family)))
        case .orMark(let bits): .target(ExtensionTarget(.mark(bits, mask: bits)))
        case .xorMark(let bits): .target(ExtensionTarget(.mark(bits, mask: 0)))
        case .masquerade: .target(ExtensionTarget(.masqueradeFullyRandom(family)))
        case .destinationNAT(let endpoint): .target(ExtensionTarget(.destinationNAT(endpoint)))
        }
    }
}
