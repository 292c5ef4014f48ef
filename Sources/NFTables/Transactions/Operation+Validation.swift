/// Words that nft 1.0.6 reads as part of its language (src/scanner.l), of those that a chain might be called.
private let keywords: Set<String> = [
    "accept", "add", "addr", "admin-prohibited", "ah", "all", "alert", "arp", "audit", "auto-merge", "bridge",
    "broadcast", "bypass", "bytes", "cgroup", "chain", "chains", "comment", "comp", "constant", "continue", "counter",
    "counters", "create", "crit", "ct", "daddr", "day", "dccp", "debug", "delete", "describe", "destroy", "device",
    "devices", "dnat", "dport", "drop", "dst", "dup", "dynamic", "ecn", "element", "elements", "emerg", "esp", "err",
    "ether", "ethertype", "expires", "export", "exthdr", "fib", "final", "flags", "flow", "flowtable", "flowtables",
    "flush", "forever", "frag", "fully-random", "fwd", "get", "goto", "group", "handle", "hash", "hbh", "helper",
    "hook", "hour", "ibriport", "icmp", "icmpv6", "icmpx", "id", "igmp", "import", "in", "include", "inet", "info",
    "ingress", "insert", "interval", "ip", "ip6", "ipsec", "jhash", "json", "jump", "l3proto", "last", "length",
    "level", "limit", "limits", "list", "log", "map", "maps", "mark", "masquerade", "meta", "meters", "meter", "mh",
    "minute", "mod", "monitor", "month", "nat", "netdev", "netmap", "nexthop", "no", "notice", "notrack", "numgen",
    "obriport", "object", "objects", "offset", "on", "options", "original", "osf", "out", "over", "packets",
    "performance", "persistent", "policy", "position", "prefix", "priority", "protocol", "proto-dst", "proto-src",
    "queue", "queue-threshold", "quota", "quotas", "random", "rate", "redirect", "redefine", "reject", "rename",
    "replace", "reply", "reset", "return", "rt", "rule", "ruleset", "saddr", "sctp", "second", "secmark", "secmarks",
    "seed", "set", "sets", "size", "skgid", "skuid", "snaplen", "snat", "socket", "sport", "src", "state", "stats",
    "status", "stop", "symhash", "synproxy", "synproxys", "table", "tables", "tcp", "th", "time", "timeout", "timeouts",
    "to", "total", "tproxy", "type", "typeof", "udp", "udplite", "undefine", "unlimited", "until", "update", "used",
    "vlan", "vmap", "vrrp", "warn", "week", "with", "xml", "year", "zone",
]

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
            for element in elements {
                if let fault = Self.fault(of: element, in: set, isMaking: isMaking) { return fault }
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

    private static func fault(of element: SetElement, in set: NamedSet, isMaking: Bool) -> String? {
        let length = set.key.length
        if element.key.length != length || element.keyEnd.map({ $0.length != length }) ?? false {
            return "a key has \(element.key.length) bytes, \(set.key) has \(length)"
        }
        if element.keyEnd != nil && !set.flags.contains(.interval) { return "the set does not hold intervals" }
        if !isMaking { return nil }
        switch (element.data, set.content) {
        case (.none, .nothing), (.verdict, .verdict): return nil
        case (.value(let value), .value(let type)):
            return value.length == type.length ? nil : "a value has \(value.length) bytes, \(type) has \(type.length)"
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
