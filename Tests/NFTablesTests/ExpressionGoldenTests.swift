import CNftnl
import NFTables
import Netlink
import NetworkTypes
import Testing

/// Each expression beside the same one of libnftnl: the bytes, the text, and what libnftnl reads out of our bytes.
struct ExpressionGoldenTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let ours: Expression
        let name: String
        let reference: [(Int, ReferenceValue)]
        var testDescription: String { ours.description }

        init(_ ours: Expression, _ name: String, _ reference: [(Int, ReferenceValue)]) {
            self.ours = ours
            self.name = name
            self.reference = reference
        }
    }

    @Test(arguments: cases)
    func bytesAndTextAreLibnftnls(_ testCase: Case) throws {
        let table = TableID(.ip, "t")
        var transaction = Transaction()
        transaction.add(Rule(table, "c", [.expressions([testCase.ours], text: "")]))
        let messages = try NetlinkMessage.parse(try transaction.encoded().bytes())
        let ours = try #require(messages.dropFirst().first)
        guard let expression = unsafe LibnftnlReference.expression(testCase.name, testCase.reference),
            let rule = unsafe nftnl_rule_alloc()
        else {
            Issue.record("libnftnl does not know \(testCase.name)")
            return
        }
        let text = unsafe LibnftnlReference.text(testCase.name, expression)
        defer { unsafe nftnl_rule_free(rule) }
        unsafe nftnl_rule_set_str(rule, UInt16(NFTNL_RULE_TABLE.rawValue), "t")
        unsafe nftnl_rule_set_str(rule, UInt16(NFTNL_RULE_CHAIN.rawValue), "c")
        unsafe nftnl_rule_add_expr(rule, expression)
        let theirs = unsafe LibnftnlReference.message(
            Int(NFT_MSG_NEWRULE.rawValue),
            family: table.family.rawValue,
            flags: ours.flags.rawValue,
            sequence: ours.sequence
        ) { header in unsafe nftnl_rule_nlmsg_build_payload(header, rule) }
        #expect(ours.bytes == theirs?.bytes)
        #expect(testCase.ours.description == text)
        #expect(LibnftnlReference.text(ofRule: ours) == [text])
    }

    @Test
    func everyKindOfExpressionHasACase() {
        // The names that enum Expression's cases have, by their first word in the text and their shape.
        let covered = Set(Self.cases.map { String(describing: Mirror(reflecting: $0.ours).children.first?.label) })
        #expect(covered.count == 28)
    }

    private static let reg1 = Register.first
    private static let reg9 = Register(word: 1)
    private static let reg2 = Register(word: 4)
    private static func network(_ offset: UInt32, _ length: UInt32) -> PayloadLocation {
        PayloadLocation(.network, offset: offset, length: length)
    }
    private static func host(_ value: UInt32) -> ElementValue { ElementValue(.host32(value)) }
    private static func hostBytes(_ value: UInt32) -> ReferenceValue {
        .bytes([0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value.littleEndian >> $0) })
    }

    static let cases: [Case] = loads + data + sets + connections + numbers + translations + endings

    private static let loads: [Case] =
        [
            (network(16, 4), [1, 16, 4]), (network(24, 16), [1, 24, 16]),
            (PayloadLocation(.transport, offset: 2, length: 2), [2, 2, 2]),
            (PayloadLocation(.link, offset: 6, length: 6), [0, 6, 6]),
        ].map { (location: PayloadLocation, numbers: [UInt32]) in
            Case(
                .payloadLoad(PayloadLoad(location, to: reg9)),
                "payload",
                [
                    (NFTNL_EXPR_PAYLOAD_DREG, .u32(9)), (NFTNL_EXPR_PAYLOAD_BASE, .u32(numbers[0])),
                    (NFTNL_EXPR_PAYLOAD_OFFSET, .u32(numbers[1])), (NFTNL_EXPR_PAYLOAD_LEN, .u32(numbers[2])),
                ]
            )
        }
        + MetaKey.allCases.map { key in
            Case(
                .metaLoad(MetaLoad(key, to: reg2)),
                "meta",
                [(NFTNL_EXPR_META_KEY, .u32(key.rawValue)), (NFTNL_EXPR_META_DREG, .u32(2))]
            )
        } + [
            Case(
                .payloadStore(
                    PayloadStore(
                        network(8, 1),
                        from: reg1,
                        checksum: .internet,
                        checksumOffset: 10,
                        changesPseudoHeader: true
                    )
                ),
                "payload",
                [
                    (NFTNL_EXPR_PAYLOAD_SREG, .u32(1)), (NFTNL_EXPR_PAYLOAD_BASE, .u32(1)),
                    (NFTNL_EXPR_PAYLOAD_OFFSET, .u32(8)), (NFTNL_EXPR_PAYLOAD_LEN, .u32(1)),
                    (NFTNL_EXPR_PAYLOAD_CSUM_TYPE, .u32(1)), (NFTNL_EXPR_PAYLOAD_CSUM_OFFSET, .u32(10)),
                    (NFTNL_EXPR_PAYLOAD_FLAGS, .u32(1)),
                ]
            ),
            Case(
                .metaStore(MetaStore(.mark, from: reg1)),
                "meta",
                [(NFTNL_EXPR_META_KEY, .u32(3)), (NFTNL_EXPR_META_SREG, .u32(1))]
            ),
            Case(
                .routeLookup(RouteLookup(.destination, .addressType, to: reg1)),
                "fib",
                [(NFTNL_EXPR_FIB_FLAGS, .u32(2)), (NFTNL_EXPR_FIB_RESULT, .u32(3)), (NFTNL_EXPR_FIB_DREG, .u32(1))]
            ),
            Case(
                .routeLookup(RouteLookup([.source, .inputInterface], .outputInterface, to: reg1)),
                "fib",
                [(NFTNL_EXPR_FIB_FLAGS, .u32(9)), (NFTNL_EXPR_FIB_RESULT, .u32(1)), (NFTNL_EXPR_FIB_DREG, .u32(1))]
            ),
        ]

    private static let data: [Case] =
        [0, 1, 2, 3, 4, 5].compactMap { (number: UInt32) -> Case? in
            guard let comparison = Comparison(rawValue: number) else { return nil }
            return Case(
                .compare(Compare(reg1, comparison, ElementValue(.port(8080)))),
                "cmp",
                [
                    (NFTNL_EXPR_CMP_SREG, .u32(1)), (NFTNL_EXPR_CMP_OP, .u32(number)),
                    (NFTNL_EXPR_CMP_DATA, .bytes([0x1f, 0x90])),
                ]
            )
        } + [
            Case(
                .range(RangeCompare(reg1, from: host(1), to: host(9), isInverted: true)),
                "range",
                [
                    (NFTNL_EXPR_RANGE_SREG, .u32(1)), (NFTNL_EXPR_RANGE_OP, .u32(1)),
                    (NFTNL_EXPR_RANGE_FROM_DATA, hostBytes(1)), (NFTNL_EXPR_RANGE_TO_DATA, hostBytes(9)),
                ]
            ),
            Case(
                .bitwise(Bitwise(reg1, to: reg9, mask: host(0xffff_bfff), xor: host(0x4000))),
                "bitwise",
                [
                    (NFTNL_EXPR_BITWISE_SREG, .u32(1)), (NFTNL_EXPR_BITWISE_DREG, .u32(9)),
                    (NFTNL_EXPR_BITWISE_OP, .u32(0)), (NFTNL_EXPR_BITWISE_LEN, .u32(4)),
                    (NFTNL_EXPR_BITWISE_MASK, hostBytes(0xffff_bfff)), (NFTNL_EXPR_BITWISE_XOR, hostBytes(0x4000)),
                ]
            ),
            Case(
                .swapBytes(SwapBytes(reg9, to: reg9, .toNetwork, length: 4, size: 4)),
                "byteorder",
                [
                    (NFTNL_EXPR_BYTEORDER_SREG, .u32(9)), (NFTNL_EXPR_BYTEORDER_DREG, .u32(9)),
                    (NFTNL_EXPR_BYTEORDER_OP, .u32(1)), (NFTNL_EXPR_BYTEORDER_LEN, .u32(4)),
                    (NFTNL_EXPR_BYTEORDER_SIZE, .u32(4)),
                ]
            ),
            Case(
                .immediate(Immediate(ElementValue(.address(IPv6Address.loopback)), to: reg1)),
                "immediate",
                [
                    (NFTNL_EXPR_IMM_DREG, .u32(1)),
                    (NFTNL_EXPR_IMM_DATA, .bytes([UInt8](repeating: 0, count: 15) + [1])),
                ]
            ),
        ]

    private static let sets: [Case] = [
        Case(
            .lookup(Lookup(reg1, in: .named("services"), .data(reg1))),
            "lookup",
            [
                (NFTNL_EXPR_LOOKUP_SREG, .u32(1)), (NFTNL_EXPR_LOOKUP_DREG, .u32(1)),
                (NFTNL_EXPR_LOOKUP_SET, .string("services")),
            ]
        ),
        Case(
            .lookup(Lookup(reg9, in: .named("classes"), .verdict)),
            "lookup",
            [
                (NFTNL_EXPR_LOOKUP_SREG, .u32(9)), (NFTNL_EXPR_LOOKUP_DREG, .u32(0)),
                (NFTNL_EXPR_LOOKUP_SET, .string("classes")),
            ]
        ),
        Case(
            .lookup(Lookup(reg1, in: .named("hairpin"))),
            "lookup",
            [(NFTNL_EXPR_LOOKUP_SREG, .u32(1)), (NFTNL_EXPR_LOOKUP_SET, .string("hairpin"))]
        ),
        Case(
            .lookup(Lookup(reg1, in: .named("hairpin"), .membership(isInverted: true))),
            "lookup",
            [
                (NFTNL_EXPR_LOOKUP_SREG, .u32(1)), (NFTNL_EXPR_LOOKUP_SET, .string("hairpin")),
                (NFTNL_EXPR_LOOKUP_FLAGS, .u32(1)),
            ]
        ),
        Case(
            .dynamicSet(DynamicSetUpdate(.update, "affinity", key: reg1, data: reg2, timeout: 10_000)),
            "dynset",
            [
                (NFTNL_EXPR_DYNSET_SREG_KEY, .u32(1)), (NFTNL_EXPR_DYNSET_SREG_DATA, .u32(2)),
                (NFTNL_EXPR_DYNSET_OP, .u32(1)), (NFTNL_EXPR_DYNSET_TIMEOUT, .u64(10_000)),
                (NFTNL_EXPR_DYNSET_SET_NAME, .string("affinity")),
            ]
        ),
        Case(
            .dynamicSet(DynamicSetUpdate(.delete, "clients", key: reg1)),
            "dynset",
            [
                (NFTNL_EXPR_DYNSET_SREG_KEY, .u32(1)), (NFTNL_EXPR_DYNSET_OP, .u32(2)),
                (NFTNL_EXPR_DYNSET_SET_NAME, .string("clients")),
            ]
        ),
    ]

    private static let connections: [Case] =
        ConnectionKey.allCases.map { key in
            let direction: [(Int, ReferenceValue)] = key.needsDirection ? [(NFTNL_EXPR_CT_DIR, .u8(1))] : []
            return Case(
                .connectionLoad(ConnectionLoad(key, direction: key.needsDirection ? .reply : nil, to: reg1)),
                "ct",
                [(NFTNL_EXPR_CT_KEY, .u32(key.rawValue)), (NFTNL_EXPR_CT_DREG, .u32(1))] + direction
            )
        } + [
            Case(
                .connectionStore(ConnectionStore(.mark, from: reg1)),
                "ct",
                [(NFTNL_EXPR_CT_KEY, .u32(3)), (NFTNL_EXPR_CT_SREG, .u32(1))]
            ),
            Case(.noTrack(NoTrack()), "notrack", []),
        ]

    private static let numbers: [Case] = [
        Case(
            .numberGenerator(NumberGenerator(.random, modulus: 5000, offset: 65536, to: reg1)),
            "numgen",
            [
                (NFTNL_EXPR_NG_DREG, .u32(1)), (NFTNL_EXPR_NG_MODULUS, .u32(5000)), (NFTNL_EXPR_NG_TYPE, .u32(1)),
                (NFTNL_EXPR_NG_OFFSET, .u32(65536)),
            ]
        ),
        Case(
            .numberGenerator(NumberGenerator(.incremental, modulus: 2, to: reg1)),
            "numgen",
            [
                (NFTNL_EXPR_NG_DREG, .u32(1)), (NFTNL_EXPR_NG_MODULUS, .u32(2)), (NFTNL_EXPR_NG_TYPE, .u32(0)),
                (NFTNL_EXPR_NG_OFFSET, .u32(0)),
            ]
        ),
        Case(
            .jenkinsHash(JenkinsHash(reg2, length: 16, modulus: 7, seed: 0xdead_beef, offset: 3, to: reg1)),
            "hash",
            [
                (NFTNL_EXPR_HASH_SREG, .u32(2)), (NFTNL_EXPR_HASH_DREG, .u32(1)), (NFTNL_EXPR_HASH_LEN, .u32(16)),
                (NFTNL_EXPR_HASH_MODULUS, .u32(7)), (NFTNL_EXPR_HASH_SEED, .u32(0xdead_beef)),
                (NFTNL_EXPR_HASH_OFFSET, .u32(3)), (NFTNL_EXPR_HASH_TYPE, .u32(0)),
            ]
        ),
        Case(
            .symmetricHash(SymmetricHash(modulus: 4, offset: 1, to: reg1)),
            "hash",
            [
                (NFTNL_EXPR_HASH_DREG, .u32(1)), (NFTNL_EXPR_HASH_MODULUS, .u32(4)),
                (NFTNL_EXPR_HASH_OFFSET, .u32(1)), (NFTNL_EXPR_HASH_TYPE, .u32(1)),
            ]
        ),
    ]

    private static let translations: [Case] =
        IPFamily.allCases.map { family in
            Case(
                .translation(
                    NetworkTranslation(
                        .destination,
                        family: family,
                        address: reg1,
                        port: Register.first.advanced(by: family.addressLength)
                    )
                ),
                "nat",
                [
                    (NFTNL_EXPR_NAT_TYPE, .u32(1)), (NFTNL_EXPR_NAT_FAMILY, .u32(UInt32(family.rawValue))),
                    (NFTNL_EXPR_NAT_REG_ADDR_MIN, .u32(1)),
                    (NFTNL_EXPR_NAT_REG_PROTO_MIN, .u32(family == .ipv4 ? 9 : 2)),
                ]
            )
        } + [
            Case(
                .translation(
                    NetworkTranslation(
                        .source,
                        family: .ipv4,
                        address: reg1,
                        addressMaximum: reg2,
                        portMaximum: reg9,
                        flags: [.random, .persistent, .fullyRandom]
                    )
                ),
                "nat",
                [
                    (NFTNL_EXPR_NAT_TYPE, .u32(0)), (NFTNL_EXPR_NAT_FAMILY, .u32(2)),
                    (NFTNL_EXPR_NAT_REG_ADDR_MIN, .u32(1)), (NFTNL_EXPR_NAT_REG_ADDR_MAX, .u32(2)),
                    (NFTNL_EXPR_NAT_REG_PROTO_MAX, .u32(9)), (NFTNL_EXPR_NAT_FLAGS, .u32(0x1c)),
                ]
            ),
            Case(.masquerade(Masquerade(flags: .fullyRandom)), "masq", [(NFTNL_EXPR_MASQ_FLAGS, .u32(0x10))]),
            Case(
                .masquerade(Masquerade(port: reg1, portMaximum: reg2)),
                "masq",
                [(NFTNL_EXPR_MASQ_REG_PROTO_MIN, .u32(1)), (NFTNL_EXPR_MASQ_REG_PROTO_MAX, .u32(2))]
            ),
            Case(
                .redirect(Redirect(port: reg1, portMaximum: reg2, flags: .random)),
                "redir",
                [
                    (NFTNL_EXPR_REDIR_REG_PROTO_MIN, .u32(1)), (NFTNL_EXPR_REDIR_REG_PROTO_MAX, .u32(2)),
                    (NFTNL_EXPR_REDIR_FLAGS, .u32(4)),
                ]
            ),
        ]

    private static let endings: [Case] =
        [Verdict.accept, .drop, .return, .continue].map { verdict in
            Case(
                .verdict(ImmediateVerdict(verdict)),
                "immediate",
                [
                    (NFTNL_EXPR_IMM_DREG, .u32(0)),
                    (NFTNL_EXPR_IMM_VERDICT, .u32(UInt32(bitPattern: verdict.code))),
                ]
            )
        }
        + [Verdict.jump("other"), .goto("other")].map { verdict in
            Case(
                .verdict(ImmediateVerdict(verdict)),
                "immediate",
                [
                    (NFTNL_EXPR_IMM_DREG, .u32(0)),
                    (NFTNL_EXPR_IMM_VERDICT, .u32(UInt32(bitPattern: verdict.code))),
                    (NFTNL_EXPR_IMM_CHAIN, .string("other")),
                ]
            )
        }
        + [
            (Reject.Answer.icmp(code: 3), 0, 3), (.tcpReset, 1, 0), (.icmpx(.prohibited), 2, 3),
        ].map { (answer: Reject.Answer, kind: UInt32, code: UInt8) in
            Case(
                .reject(Reject(answer)),
                "reject",
                [(NFTNL_EXPR_REJECT_TYPE, .u32(kind)), (NFTNL_EXPR_REJECT_CODE, .u8(code))]
            )
        } + [
            Case(
                .counter(Counter(packets: 3, bytes: 4)),
                "counter",
                [(NFTNL_EXPR_CTR_PACKETS, .u64(3)), (NFTNL_EXPR_CTR_BYTES, .u64(4))]
            ),
            Case(
                .limit(Limit(50, per: .second, burst: 5, isOver: true)),
                "limit",
                [
                    (NFTNL_EXPR_LIMIT_RATE, .u64(50)), (NFTNL_EXPR_LIMIT_UNIT, .u64(1)),
                    (NFTNL_EXPR_LIMIT_BURST, .u32(5)), (NFTNL_EXPR_LIMIT_TYPE, .u32(0)),
                    (NFTNL_EXPR_LIMIT_FLAGS, .u32(1)),
                ]
            ),
            Case(
                .log(Log(.group(100, snapLength: 64, queueThreshold: 8), prefix: "weft")),
                "log",
                [
                    (NFTNL_EXPR_LOG_PREFIX, .string("weft")), (NFTNL_EXPR_LOG_GROUP, .u16(100)),
                    (NFTNL_EXPR_LOG_SNAPLEN, .u32(64)), (NFTNL_EXPR_LOG_QTHRESHOLD, .u16(8)),
                ]
            ),
            Case(
                .log(Log(.kernel(level: 4), prefix: "weft")),
                "log",
                [
                    (NFTNL_EXPR_LOG_PREFIX, .string("weft")), (NFTNL_EXPR_LOG_LEVEL, .u32(4)),
                    (NFTNL_EXPR_LOG_FLAGS, .u32(0)),
                ]
            ),
            Case(
                .match(ExtensionMatch(ExtensionCompat("comment", revision: 0, info: Array("hello".utf8)))),
                "match",
                [
                    (NFTNL_EXPR_MT_NAME, .string("comment")), (NFTNL_EXPR_MT_REV, .u32(0)),
                    (NFTNL_EXPR_MT_INFO, .bytes(Array("hello".utf8) + [0, 0, 0])),
                ]
            ),
            Case(
                .target(ExtensionTarget(ExtensionCompat("DNAT", revision: 2, info: [UInt8](1...16)))),
                "target",
                [
                    (NFTNL_EXPR_TG_NAME, .string("DNAT")), (NFTNL_EXPR_TG_REV, .u32(2)),
                    (NFTNL_EXPR_TG_INFO, .bytes([UInt8](1...16))),
                ]
            ),
        ]
}
