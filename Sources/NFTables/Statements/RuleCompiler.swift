import NetworkTypes

/// Turns a rule's statements into instructions, and keeps what the rule already requires of the packet.
struct RuleCompiler {
    let family: TableFamily
    var rule = CompiledRule(expressions: [], anonymousSets: [])
    private var met: Set<PayloadField.Requirement> = []

    init(family: TableFamily) { self.family = family }

    mutating func emit(_ expressions: Expression...) { rule.expressions += expressions }

    /// Matches what the selectors need to be there, once in a rule, as nft does by itself.
    mutating func require(_ selectors: [Selector]) {
        for requirement in selectors.flatMap(\.requirements) where !met.contains(requirement) {
            met.insert(requirement)
            switch requirement {
            case .network(let network): requireNetwork(network)
            case .transport(let transport):
                emit(
                    .metaLoad(MetaLoad(.transportProtocol, to: .first)),
                    .compare(Compare(.first, .equal, ElementValue(.transport(transport))))
                )
            }
        }
    }

    private mutating func requireNetwork(_ network: IPFamily) {
        switch family {
        case .ip, .ip6, .arp: break
        case .inet:
            emit(
                .metaLoad(MetaLoad(.nfProtocol, to: .first)),
                .compare(Compare(.first, .equal, ElementValue(.byte(network.rawValue))))
            )
        case .bridge, .netdev:
            emit(
                .metaLoad(MetaLoad(.protocol, to: .first)),
                .compare(Compare(.first, .equal, ElementValue(.network16(network == .ipv4 ? 0x800 : 0x86dd))))
            )
        }
    }

    /// Loads a key for a set from the first register on.
    mutating func loadKey(_ selectors: [Selector], isInterval: Bool) {
        guard isInterval && selectors.count > 1 else {
            rule.expressions += Selector.load(selectors, to: .first)
            return
        }
        // Fields of an interval are compared as numbers, so those in host order are turned; nft does so for every
        // number whose selector is in host order, even of one byte.
        var next = Register.first
        for selector in selectors {
            rule.expressions += selector.load(to: next)
            let length = selector.type.length
            if selector.byteOrder == .host && length <= 8 {
                let size = length % 8 == 0 ? 8 : length % 4 == 0 ? 4 : 2
                emit(.swapBytes(SwapBytes(next, to: next, .toNetwork, length: length, size: size)))
            }
            next = next.advanced(by: length)
        }
    }

    /// Makes a set of the rule's own.
    mutating func anonymousSet(
        _ selectors: [Selector],
        _ content: NamedSet.Content,
        _ elements: [SetElement]
    ) -> SetReference {
        let key = ValueType(selectors.map(\.type))
        rule.anonymousSets.append(
            CompiledRule.AnonymousSet(
                key: key,
                keyByteOrder: selectors.count == 1 ? selectors[0].byteOrder : .none,
                content: content,
                elements: elements
            )
        )
        return .anonymous(rule.anonymousSets.count - 1, isMap: content != .nothing)
    }

    /// Loads a value to a register.
    mutating func load(_ operand: Operand, to register: Register) {
        switch operand {
        case .constant(let value, _): emit(.immediate(Immediate(value, to: register)))
        case .selector(let selector): rule.expressions += selector.load(to: register)
        case .masked(let selector, let mask, let xor):
            rule.expressions += selector.load(to: register)
            emit(
                .bitwise(
                    Bitwise(register, to: register, mask: ElementValue(.host32(mask)), xor: ElementValue(.host32(xor)))
                )
            )
        case .lookup(let selectors, let set):
            loadKey(selectors, isInterval: set.flags.contains(.interval))
            emit(.lookup(Lookup(.first, in: .named(set.name), .data(register))))
        case .anonymousMap(let selectors, let type, let elements):
            loadKey(selectors, isInterval: false)
            let map = anonymousSet(selectors, .value(type), elements)
            emit(.lookup(Lookup(.first, in: map, .data(register))))
        }
    }

    /// Looks the selectors up in a set.
    mutating func look(
        _ selectors: [Selector],
        in collection: Statement.Collection,
        _ content: NamedSet.Content,
        _ result: Lookup.Result
    ) {
        require(selectors)
        switch collection {
        case .named(let set):
            loadKey(selectors, isInterval: set.flags.contains(.interval))
            emit(.lookup(Lookup(.first, in: .named(set.name), result)))
        case .anonymous(let elements):
            loadKey(selectors, isInterval: false)
            emit(.lookup(Lookup(.first, in: anonymousSet(selectors, content, elements), result)))
        }
    }
}
