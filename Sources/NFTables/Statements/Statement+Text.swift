import NetworkTypes

extension Statement: CustomStringConvertible {
    /// The statement as nft writes it: "ip saddr 10.0.0.0/8", "goto masq-n2".
    public var description: String {
        switch self {
        case .compare(let selector, let comparison, let field):
            "\(selector)\(Self.sign(comparison)) \(selector.type.text(field))"
        case .compareBits(let selector, let mask, let comparison, let value):
            "\(selector) & \(Self.hex(mask)) \(comparison.sign) \(Self.hex(value))"
        case .prefix(let selector, let prefix, let isInverted):
            "\(selector)\(isInverted ? " !=" : "") \(prefix.length == prefix.family.bitWidth ? "\(prefix.address)" : "\(prefix.masked)")"
        case .range(let selector, let from, let to, let isInverted):
            "\(selector)\(isInverted ? " !=" : "") \(selector.type.text(from))-\(selector.type.text(to))"
        case .connectionState(let state): "ct state \(DataType.ctState.text(.host32(state.rawValue)))"
        case .connectionStatus(let status): "ct status \(DataType.ctStatus.text(.host32(status.rawValue)))"
        case .member(let selectors, let collection, let isInverted):
            "\(Selector.text(selectors))\(isInverted ? " !=" : "") \(collection.text(selectors, content: .nothing))"
        case .verdictMap(let selectors, let collection):
            "\(Selector.text(selectors)) vmap \(collection.text(selectors, content: .verdict))"
        case .verdict(let verdict): verdict.description
        case .set(let target, let operand): "\(target) set \(operand)"
        case .update(let operation, let set, let key, let timeout, let data):
            Self.updateText(operation, set, key, timeout, data)
        default: actionText
        }
    }

    private var actionText: String {
        switch self {
        case .translate(let kind, let family, let translation, let flags):
            "\(kind) \(TableFamily(family)) to \(translation)" + Self.flagText(flags)
        case .masquerade(let flags): "masquerade" + Self.flagText(flags)
        case .redirect(let port, let flags):
            "redirect" + (port.map { " to :\($0)" } ?? "") + Self.flagText(flags)
        case .reject(let answer): Self.rejectText(answer)
        case .limit(let limit): Self.limitText(limit)
        case .log(let log): Self.logText(log)
        case .counter(let counter): "counter packets \(counter.packets) bytes \(counter.bytes)"
        case .noTrack: "notrack"
        case .match(let body): "xt match \"\(body.name)\""
        case .target(let body): "xt target \"\(body.name)\""
        case .iptables(let rule): rule.text(.ipv4)
        case .expressions(_, let text): text
        default: ""
        }
    }

    private static func hex(_ value: UInt32) -> String { "0x" + hexadecimal(value, digits: 8) }

    private static func sign(_ comparison: Comparison) -> String {
        comparison == .equal ? "" : " \(comparison.sign)"
    }

    private static func flagText(_ flags: TranslationFlags) -> String { flags.isEmpty ? "" : " \(flags)" }

    private static func updateText(
        _ operation: DynamicSetUpdate.Operation,
        _ set: NamedSet,
        _ key: [Selector],
        _ timeout: UInt64?,
        _ data: Operand?
    ) -> String {
        let timeout = timeout.map { " timeout \(timeText(milliseconds: $0))" } ?? ""
        let data = data.map { " : \($0)" } ?? ""
        return "\(operation) @\(set.name) { \(Selector.text(key))\(timeout)\(data) }"
    }

    /// As nft writes it in a table of a family: the words for ICMP and ICMPv6 differ.
    func text(in family: TableFamily) -> String {
        switch self {
        case .reject(.icmp(let code)) where family == .ip6: "reject with icmpv6 \(code)"
        case .iptables(let rule): rule.text(family.ipFamily ?? .ipv4)
        default: description
        }
    }

    private static func rejectText(_ answer: Reject.Answer) -> String {
        switch answer {
        case .tcpReset: "reject with tcp reset"
        case .icmp(let code): "reject with icmp \(code)"
        case .icmpx(let reason): "reject with icmpx \(reason)"
        }
    }

    private static func limitText(_ limit: Limit) -> String {
        "limit rate \(limit.isOver ? "over " : "")\(limit.rate)/\(limit.unit) burst \(limit.burst) packets"
    }

    private static func logText(_ log: Log) -> String {
        let text = "log" + (log.prefix.map { " prefix \"\(commentText($0))\"" } ?? "")
        switch log.destination {
        case .group(let group, let snapLength, let queueThreshold):
            return text + " group \(group)" + (snapLength.map { " snaplen \($0)" } ?? "")
                + (queueThreshold.map { " queue-threshold \($0)" } ?? "")
        case .kernel(let level):
            let words = ["emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"]
            return text + " level \(words[min(Int(level), 7)])"
        }
    }
}

extension Statement.Collection {
    /// The set as nft writes it: "@services", or the elements.
    func text(_ selectors: [Selector], content: NamedSet.Content) -> String {
        switch self {
        case .named(let set): "@\(set.name)"
        case .anonymous(let elements):
            SetElement.listText(elements, key: ValueType(selectors.map(\.type)), content: content)
        }
    }
}

extension Statement.Target: CustomStringConvertible {
    /// The target as nft writes it.
    public var description: String {
        switch self {
        case .meta(let key): "meta \(key)"
        case .connection(let key): "ct \(key)"
        }
    }
}

extension Statement.Translation: CustomStringConvertible {
    /// The translation's goal as nft writes it: "10.0.0.1:80", "meta priority map @slot0".
    public var description: String {
        switch self {
        case .operand(let operand): operand.description
        case .constant(let address?, let port?): IPEndpoint(address: address, port: port).description
        case .constant(let address?, nil): address.description
        case .constant(nil, let port?): ":\(port)"
        case .constant(nil, nil): ""
        }
    }
}
