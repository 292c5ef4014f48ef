public import NFTables
public import NetworkTypes

/// A number that is the same for two rules that do the same, whatever their counters and handles say.
///
/// Hundreds of thousands of rules are compared by it at a restart, without keeping what is in them. It means something
/// only inside of the process that made it.
public struct RuleDigest: Hashable, Sendable {
    private let value: Int

    /// The digest of a rule that the kernel would have of these instructions.
    public init(_ expressions: [Expression]) {
        var content = RuleContent()
        for expression in expressions { content.append(expression) }
        self.init(content)
    }

    /// The digest that a rule of iptables has in the kernel.
    public init(_ rule: IPTablesRule, _ family: IPFamily) {
        var content = RuleContent()
        rule.forEachExpression(family) { content.append($0) }
        self.init(content)
    }

    init(_ content: RuleContent) {
        var hasher = Hasher()
        unsafe content.bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        value = hasher.finalize()
    }
}

/// What a rule does, as bytes that both sides can produce: from our own instructions, and from libnftnl's.
struct RuleContent {
    /// What begins an instruction.
    enum Tag: UInt8 { case payload = 1, compare, metaLoad, bitwise, verdict, match, target, counter, other }

    private(set) var bytes: [UInt8] = []

    mutating func begin(_ tag: Tag) { bytes.append(tag.rawValue) }

    mutating func number(_ value: UInt32) {
        for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    mutating func data(_ data: some Collection<UInt8>) {
        number(UInt32(truncatingIfNeeded: data.count))
        bytes.append(contentsOf: data)
    }

    mutating func clear() { bytes.removeAll(keepingCapacity: true) }

    mutating func append(_ expression: Expression) {
        switch expression {
        case .payloadLoad(let load):
            begin(.payload)
            number(load.location.base.rawValue)
            number(load.location.offset)
            number(load.location.length)
            number(load.destination.number)
        case .compare(let compare):
            begin(.compare)
            number(compare.source.number)
            number(compare.comparison.rawValue)
            data(compare.value.bytes)
        case .metaLoad(let load):
            begin(.metaLoad)
            number(load.key.rawValue)
            number(load.destination.number)
        case .bitwise(let bitwise):
            begin(.bitwise)
            number(bitwise.source.number)
            number(bitwise.destination.number)
            data(bitwise.mask.bytes)
            data(bitwise.xor.bytes)
        case .verdict(let immediate):
            begin(.verdict)
            number(UInt32(bitPattern: immediate.verdict.code))
            data(immediate.verdict.chain?.utf8.map(\.self) ?? [])
        case .match(let match): append(.match, match.body)
        case .target(let target): append(.target, target.body)
        // Its values are traffic, not rules.
        case .counter: begin(.counter)
        default:
            begin(.other)
            data(Array(expression.description.utf8))
        }
    }

    private mutating func append(_ tag: Tag, _ body: ExtensionCompat) {
        begin(tag)
        data(Array(body.name.utf8))
        number(body.revision)
        data(body.info)
    }
}
