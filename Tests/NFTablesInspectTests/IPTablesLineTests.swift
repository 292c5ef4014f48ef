import NFTables
import NetworkTypes
import Testing

@testable import NFTablesInspect

/// Rules as they are read back from their instructions: our own encoder's, and forms that others write.
struct IPTablesLineTests {
    private func line(_ rule: IPTablesRule, _ family: IPFamily) -> String {
        var line = IPTablesLine(family)
        rule.forEachExpression(family) { line.take(RuleStep($0)) }
        return line.text
    }

    private func line(_ family: IPFamily = .ipv4, _ steps: RuleStep...) -> String {
        var line = IPTablesLine(family)
        for step in steps { line.take(step) }
        return line.text
    }

    private static func rules(_ family: IPFamily) throws -> [IPTablesRule] {
        func prefix(_ ipv4: String, _ ipv6: String) throws -> IPTablesRule.AddressMatch {
            IPTablesRule.AddressMatch(try #require(IPPrefix(family == .ipv4 ? ipv4 : ipv6)), isInverted: false)
        }
        let host = try prefix("10.96.0.1/32", "fd96::1/128")
        let odd = try prefix("10.96.0.0/13", "fd96::/45")
        let pods = try prefix("10.244.0.0/16", "fd44::/48")
        var outsiders = pods
        outsiders.isInverted = true
        let endpoint = try #require(IPEndpoint(family == .ipv4 ? "10.244.0.2:8080" : "[fd44::2]:8080"))
        var rules: [IPTablesRule] = []
        for transport in TransportProtocol.allCases {
            rules.append(
                IPTablesRule(
                    transport: transport,
                    source: outsiders,
                    destination: host,
                    [.comment("shop/web:http cluster IP"), .destinationPort(80)],
                    .jump("KUBE-MARK-MASQ")
                )
            )
            rules.append(
                IPTablesRule(
                    transport: transport,
                    [.comment("shop/web"), .recent("KUBE-SEP-A", .set), .anyPort],
                    .destinationNAT(endpoint)
                )
            )
        }
        rules += [
            IPTablesRule(source: odd, [.comment("a \"word\"")], .return),
            IPTablesRule([.comment("told only")], .nothing),
            IPTablesRule(destination: odd, [.connectionState(.destinationTranslated, isInverted: true)], .reject),
            IPTablesRule([.connectionState([.related, .established], isInverted: false)], .accept),
            IPTablesRule([.connectionState(.invalid, isInverted: false)], .drop),
            IPTablesRule([.mark(0x4000, isInverted: true)], .return),
            IPTablesRule([.mark(0x4000, isInverted: false)], .accept),
            IPTablesRule([], .orMark(0x4000)), IPTablesRule([], .xorMark(0x4000)), IPTablesRule([], .masquerade),
            IPTablesRule([.statistic(0x2aaa_aaab)], .jump("KUBE-SEP-A")),
            IPTablesRule([.recent("KUBE-SEP-A", .check(seconds: 600))], .jump("KUBE-SEP-A")),
            IPTablesRule([.sourceIsLocal], .jump("A")), IPTablesRule([.destinationIsLocal], .jump("B")),
            IPTablesRule(input: .init(name: "br0", isPrefix: false, isInverted: true), [], .drop),
            IPTablesRule(input: .init(name: "veth", isPrefix: true), source: pods, [], .drop),
        ]
        return rules
    }

    @Test(arguments: IPFamily.allCases)
    func whatWeWriteIsReadBackInItsWords(family: IPFamily) throws {
        for rule in try Self.rules(family) {
            #expect(line(rule, family) == rule.text(family).replacing("a \"word\"", with: "a \\\"word\\\""))
        }
    }

    @Test func formsOfOthersReadAlike() {
        // Older versions look at the header's protocol, and have ports and marks as matches of their own.
        let tcp: [UInt8] = [0, 0, 0xff, 0xff, 80, 0, 80, 0] + Array(repeating: 0, count: 8)
        #expect(
            line(
                .ipv4,
                .payload(base: 1, offset: 9, length: 1),
                .compare(operation: 0, [6]),
                .match("tcp", revision: 0, tcp),
                .counter,
                .verdict(-3, chain: "KUBE-SVC-A")
            ) == "-p tcp -m tcp --dport 80 -j KUBE-SVC-A"
        )
        let mark: [UInt8] = [0, 0x40, 0, 0, 0, 0x40, 0, 0, 1, 0, 0, 0]
        #expect(
            line(.ipv4, .match("mark", revision: 1, mark), .verdict(-5, chain: nil))
                == "-m mark ! --mark 0x4000/0x4000 -j RETURN"
        )
        let range: [UInt8] = [0, 0, 0xff, 0xff, 80, 0, 90, 0] + Array(repeating: 0, count: 8)
        #expect(line(.ipv4, .match("udp", revision: 0, range)) == "-m udp --dport 80:90")
        let nfacct = Array("seen".utf8) + Array(repeating: UInt8(0), count: 36)
        #expect(line(.ipv4, .match("nfacct", revision: 0, nfacct)) == "-m nfacct --nfacct-name seen")
        #expect(line(.ipv6, .meta(7), .compare(operation: 1, Array("eth0\0".utf8))) == "! -o eth0")
    }

    @Test func whatIsNotKnownIsShownWithItsBytes() {
        #expect(line(.ipv4, .match("owner", revision: 1, [1, 0xab])) == "-m owner [revision 1: 01ab]")
        #expect(line(.ipv4, .target("TEE", revision: 1, [7]), .counter) == "-j TEE [revision 1: 07]")
        #expect(line(.ipv4, .meta(8), .compare(operation: 0, [1, 2])) == "[ meta 8 compare 0 meta 8 0102 ]")
        #expect(line(.ipv4, .other("limit rate 1/second")) == "[ limit rate 1/second ]")
        // The state of a connection and its direction: only the first is known.
        var info = [UInt8](repeating: 0, count: 168)
        info[146] = 1
        info[147] = 0x10
        #expect(line(.ipv4, .match("conntrack", revision: 3, info)).hasPrefix("-m conntrack [revision 3: 00"))
    }
}

extension RuleStep {
    /// What the kernel would say of an instruction of ours.
    fileprivate init(_ expression: Expression) {
        switch expression {
        case .payloadLoad(let load):
            let place = load.location
            self = .payload(base: place.base.rawValue, offset: place.offset, length: place.length)
        case .metaLoad(let load): self = .meta(load.key.rawValue)
        case .bitwise(let bitwise): self = .mask(bitwise.mask.bytes)
        case .compare(let compare): self = .compare(operation: compare.comparison.rawValue, compare.value.bytes)
        case .verdict(let immediate): self = .verdict(immediate.verdict.code, chain: immediate.verdict.chain)
        case .match(let match): self = .match(match.body.name, revision: match.body.revision, match.body.info)
        case .target(let target): self = .target(target.body.name, revision: target.body.revision, target.body.info)
        case .counter: self = .counter
        default: self = .other(expression.description)
        }
    }
}
