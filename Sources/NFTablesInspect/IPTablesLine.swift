import NFTables
import NetworkTypes

/// A rule's instructions, put back into the words of `iptables-save`: the inverse of ``NFTables/IPTablesRule``, and a
/// little more, as others write the same thing differently.
struct IPTablesLine {
    /// What was loaded last.
    private enum Field {
        case nothing, source, destination, transport, sourcePort, destinationPort, input, output, mark
    }

    private let family: IPFamily
    private var field = Field.nothing
    /// How the loaded field is told when nothing else can be.
    private var loaded = ""
    private var mask: [UInt8]?
    private var transport: String?
    /// Words in the order in which iptables-save has them: addresses, interfaces, protocol.
    private var head: [Field: String] = [:]
    private var matches: [String] = []
    private var target: String?

    init(_ family: IPFamily) { self.family = family }

    /// The whole line.
    var text: String {
        let order: [Field] = [.source, .destination, .input, .output, .transport]
        return (order.compactMap { head[$0] } + matches + (target.map { [$0] } ?? [])).joined(separator: " ")
    }

    /// Takes the next instruction.
    mutating func take(_ step: RuleStep) {
        switch step {
        case .payload(let base, let offset, let length):
            load(payload(base, offset), "payload \(base) \(offset) \(length)")
        case .meta(let key): load(Self.meta(key), "meta \(key)")
        case .mask(let bits): mask = bits
        case .compare(let operation, let value): compare(operation, value)
        case .verdict(let code, let chain): target = Self.verdict(code, chain)
        case .match(let name, let revision, let info):
            let match = ExtensionReading(name, revision, info, family).match
            matches.append("-m \(match)")
        case .target(let name, let revision, let info):
            target = "-j \(ExtensionReading(name, revision, info, family).target)"
        case .counter: break
        case .other(let notation): matches.append("[ \(notation) ]")
        }
    }

    private mutating func load(_ field: Field, _ words: String) {
        self.field = field
        loaded = words
        mask = nil
    }

    /// Where the headers have it (RFC 791, RFC 8200, RFC 9293).
    private func payload(_ base: UInt32, _ offset: UInt32) -> Field {
        switch (base, offset, family) {
        case (1, 12, .ipv4), (1, 8, .ipv6): .source
        case (1, 16, .ipv4), (1, 24, .ipv6): .destination
        case (1, 9, .ipv4), (1, 6, .ipv6): .transport
        case (2, 0, _): .sourcePort
        case (2, 2, _): .destinationPort
        default: .nothing
        }
    }

    private static func meta(_ key: UInt32) -> Field {
        switch MetaKey(rawValue: key) {
        case .mark: .mark
        case .inputInterfaceName: .input
        case .outputInterfaceName: .output
        case .transportProtocol: .transport
        default: .nothing
        }
    }

    /// NFT_CMP_EQ is 0, NFT_CMP_NEQ 1.
    private mutating func compare(_ operation: UInt32, _ value: [UInt8]) {
        let not = operation == 1 ? "! " : ""
        switch field {
        case .source where operation < 2: head[.source] = address(value).map { "\(not)-s \($0)" } ?? bytes(value)
        case .destination where operation < 2:
            head[.destination] = address(value).map { "\(not)-d \($0)" } ?? bytes(value)
        case .input where operation < 2: head[.input] = "\(not)-i \(Self.interface(value))"
        case .output where operation < 2: head[.output] = "\(not)-o \(Self.interface(value))"
        case .transport where operation < 2 && value.count == 1:
            let name = TransportProtocol(rawValue: value[0]).map { "\($0)" } ?? "\(value[0])"
            if not.isEmpty { transport = name }
            head[.transport] = "\(not)-p \(name)"
        case .sourcePort where operation < 2 && value.count == 2: matchPort("sport", not, value)
        case .destinationPort where operation < 2 && value.count == 2: matchPort("dport", not, value)
        case .mark where operation < 2 && value.count == 4:
            matches.append("-m mark \(not)--mark \(StructReading(value).mark(mask))")
        default: matches.append("[ \(loaded) compare \(operation) \(bytes(value)) ]")
        }
        load(.nothing, "")
    }

    private mutating func matchPort(_ option: String, _ not: String, _ value: [UInt8]) {
        matches.append("-m \(transport ?? "?") \(not)--\(option) \(Int(value[0]) << 8 | Int(value[1]))")
    }

    /// A prefix: whole bytes are compared as a shorter field, others are masked.
    private func address(_ value: [UInt8]) -> IPPrefix? {
        let whole = value + Array(repeating: 0, count: max(0, family.addressLength - value.count))
        let length = mask.map { $0.reduce(0) { $0 + $1.nonzeroBitCount } } ?? value.count * 8
        return IPAddress(bytes: whole).flatMap { IPPrefix(address: $0, length: length) }
    }

    private func bytes(_ value: [UInt8]) -> String {
        "\(loaded) \(StructReading.hex(value))" + (mask.map { "/" + StructReading.hex($0) } ?? "")
    }

    /// A whole name is compared with its closing zero byte, the beginning of one without.
    private static func interface(_ value: [UInt8]) -> String {
        let name = String(decoding: value.prefix { $0 != 0 }, as: UTF8.self)
        return value.contains(0) ? name : name + "+"
    }

    private static func verdict(_ code: Int32, _ chain: String?) -> String {
        // linux/netfilter.h and enum nft_verdicts of linux/netfilter/nf_tables.h.
        switch (code, chain) {
        case (0, _): "-j DROP"
        case (1, _): "-j ACCEPT"
        case (-5, _): "-j RETURN"
        case (-3, let chain?): "-j \(chain)"
        case (-4, let chain?): "-g \(chain)"
        default: "[ verdict \(code) ]"
        }
    }
}
