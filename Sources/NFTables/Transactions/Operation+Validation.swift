/// Words that nft 1.0.6 does not take for the name of a chain, set or table; tried one by one.
private let keywords = Set(
    """
    accept add ah all arp auto-merge bridge cgroup chain comment comp constant continue counter create
    ct day dccp delete describe device devices dnat drop dst dup dynamic ecn element elements esp ether
    expires export exthdr fib flags flow flowtable flush frag fwd get goto handle hbh hook hour ibriport
    icmp icmpv6 igmp import include inet insert interval ip ip6 ipsec jhash jump limit list log map mark
    masquerade meta meter mh monitor netdev notrack numgen obriport osf policy position priority queue
    quota random redirect redefine reject rename replace reset return rt rule ruleset sctp secmark set
    size skgid skuid snat socket symhash synproxy table tcp th time timeout tproxy type typeof udp
    udplite undefine update vlan vmap
    """.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init)
)

extension Operation {
    /// Finds what the kernel, or nft when it reads a listing, would not take; the kernel's answer would say less.
    ///
    /// - Throws: ``NFTablesError`` with the code `.invalid`.
    func validate(at index: Int) throws(NFTablesError) {
        guard let text = fault else { return }
        throw NFTablesError(
            .invalid,
            operation: "\(verb) \(objectWord)",
            object: objectName,
            text: text,
            operationIndex: index
        )
    }

    private var isMaking: Bool { verb == .add || verb == .create || verb == .insert || verb == .replace }

    private var fault: String? {
        switch object {
        case .table(let table): return isMaking ? Self.nameFault(table.id.name) : nil
        case .chain(let chain): return isMaking ? Self.nameFault(chain.name) : nil
        case .set(let set): return isMaking ? Self.nameFault(set.name) ?? Self.typeFault(set) : nil
        case .rule(let rule):
            if !isMaking || verb == .replace, rule.handle == nil { return "a rule is named by its handle" }
            return nil
        case .elements(let elements, let set):
            let lengths = Lengths(set)
            let span = elements.span
            for index in span.indices {
                if let fault = Self.fault(of: span[index], in: set, lengths, isMaking: isMaking) { return fault }
            }
            return nil
        }
    }

    private static func nameFault(_ name: String) -> String? {
        // NFT_NAME_MAXLEN is 256 with the closing zero byte.
        if name.isEmpty || name.utf8.count > 255 { return "a name has 1 to 255 bytes" }
        let isWord = name.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "/"):
                true
            default: false
            }
        }
        if !isWord || !(name.first?.isLetter ?? false) && !name.hasPrefix("_") {
            return "nft reads back only names of letters, digits and -_./ that begin with a letter"
        }
        return keywords.contains(name) ? "the name is a keyword of nft, whose listing could not be loaded" : nil
    }

    private static func typeFault(_ set: NamedSet) -> String? {
        var types = [set.key]
        if case .value(let type) = set.content { types.append(type) }
        for type in types {
            if type.components.isEmpty || type.components.count > 5 { return "a type has 1 to 5 components" }
            if type.length > ElementValue.maximumLength { return "a key or value has at most 64 bytes" }
        }
        return nil
    }

    /// The bytes of a set's keys and data, reckoned once for all elements.
    private struct Lengths {
        let key: Int
        let data: Int?
        let hasIntervals: Bool

        init(_ set: NamedSet) {
            key = set.key.length
            data = if case .value(let type) = set.content { type.length } else { nil }
            hasIntervals = set.flags.contains(.interval)
        }
    }

    private static func fault(
        of element: SetElement,
        in set: NamedSet,
        _ lengths: Lengths,
        isMaking: Bool
    ) -> String? {
        if element.key.length != lengths.key || element.keyEnd.map({ $0.length != lengths.key }) ?? false {
            return "a key has \(element.key.length) bytes, \(set.key) has \(lengths.key)"
        }
        if element.keyEnd != nil && !lengths.hasIntervals { return "the set does not hold intervals" }
        if !isMaking { return nil }
        switch (element.data, set.content) {
        case (.none, .nothing), (.verdict, .verdict): return nil
        case (.value(let value), .value(let type)):
            if value.length == lengths.data { return nil }
            return "a value has \(value.length) bytes, \(type) has \(type.length)"
        default: return "the element's data are not what the \(set.word) holds"
        }
    }
}

extension Operation {
    /// The kind of object: "rule".
    var objectWord: String {
        switch object {
        case .table: "table"
        case .chain: "chain"
        case .rule: "rule"
        case .set(let set): set.word
        case .elements: "element"
        }
    }

    /// The object's name: "ip weft services".
    var objectName: String {
        switch object {
        case .table(let table): "\(table)"
        case .chain(let chain): "\(chain)"
        case .rule(let rule): "\(rule)"
        case .set(let set): "\(set)"
        case .elements(_, let set): "\(set)"
        }
    }
}
