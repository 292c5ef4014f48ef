import NFTables
import NFTablesTesting
import NetworkTypes
import Testing

/// A service layout in small: frontends to groups, groups to endpoints, a mark, masquerade, a filter.
private struct SmallLayout {
    let family: IPFamily
    var ruleset = FakeRuleset()
    var table: TableID { TableID(TableFamily(family), "weft") }
    var frontend: IPEndpoint { endpoint("10.96.0.1", "fd00:96::1", 80) }
    var client: IPEndpoint { endpoint("10.244.1.9", "fd00:244::9", 40000) }
    var backends: [IPEndpoint] {
        [endpoint("10.244.0.2", "fd00:244::2", 8080), endpoint("10.244.0.3", "fd00:244::3", 8080)]
    }
    var addressType: DataType { family == .ipv4 ? .ipv4Address : .ipv6Address }
    var key: [Selector] { [.destinationAddress(family), .transportProtocol, .destinationPort] }

    func endpoint(_ v4: String, _ v6: String, _ port: Port) -> IPEndpoint {
        IPEndpoint(address: IPAddress(family == .ipv4 ? v4 : v6) ?? .any(family), port: port)
    }

    var services: NamedSet {
        NamedSet(table, "services", key: [addressType, .inetProtocol, .inetService], to: .value([.classID]))
    }
    var slots: NamedSet { NamedSet(table, "slots", key: [.mark], to: .value([addressType, .inetService])) }
    var clients: NamedSet { NamedSet(table, "clients", key: [addressType], flags: [.dynamic, .timeout], size: 2) }
    var blocked: NamedSet { NamedSet(table, "blocked", key: [addressType, .inetService], flags: .interval) }

    init(_ family: IPFamily) throws {
        self.family = family
        var transaction = Transaction()
        transaction.add(Table(table))
        for set in [services, slots, clients, blocked] { transaction.add(set) }
        let nat = Chain(table, "prerouting", base: BaseChain(.nat, .prerouting, priority: .destinationNAT))
        let out = Chain(table, "postrouting", base: BaseChain(.nat, .postrouting, priority: .sourceNAT))
        let filter = Chain(table, "forward", base: BaseChain(.filter, .forward, priority: .filter))
        let balance = Chain(table, "balance")
        for chain in [nat, out, filter, balance] { transaction.add(chain) }
        transaction.add(
            Rule(nat, [.update(.add, clients, key: [.sourceAddress(family)], timeout: 1000), .counter()])
        )
        transaction.add(
            Rule(
                nat,
                [
                    .set(.meta(.priority), .lookup(key, services)),
                    .verdictMap(
                        [.priority],
                        .anonymous([SetElement(ElementValue(.classID(1, 2)), verdict: .goto("balance"))])
                    ),
                ]
            )
        )
        transaction.add(
            Rule(
                balance,
                [
                    .set(.meta(.mark), .setting(0x4000, of: .mark)),
                    .set(.meta(.priority), .selector(.number(.random, modulus: 2))),
                ]
            )
        )
        transaction.add(
            Rule(
                balance,
                [
                    .compare(.transportProtocol, .equal, .transport(.tcp)),
                    .translate(.destination, family, .operand(.lookup([.priority], slots))),
                ]
            )
        )
        transaction.add(
            Rule(out, [.compareBits(.mark, mask: 0x4000, .equal, 0x4000), .masquerade(.fullyRandom)])
        )
        transaction.add(
            Rule(
                filter,
                [
                    .member([.destinationAddress(family), .destinationPort], of: .named(blocked)),
                    .reject(.icmpx(.port)),
                ]
            )
        )
        transaction.add(
            [
                SetElement(
                    ElementValue(.address(frontend.address), .transport(.tcp), .port(80)),
                    value: ElementValue(.classID(1, 2))
                )
            ],
            to: services
        )
        transaction.add(
            backends.enumerated().map { index, backend in
                SetElement(
                    ElementValue(.host32(UInt32(index))),
                    value: ElementValue(.address(backend.address), .port(backend.port))
                )
            },
            to: slots
        )
        try ruleset.commit(transaction)
    }

    mutating func send(
        _ transport: TransportProtocol = .tcp,
        to destination: IPEndpoint,
        random: UInt32 = 0
    ) -> Outcome {
        ruleset.evaluate(
            TestPacket(transport, from: client, to: destination, inputInterface: "eth0"),
            on: TestHost(addresses: [], random: { $0 == 0 ? 0 : random % $0 })
        )
    }
}

struct FakeRulesetEvaluationTests {
    @Test(arguments: IPFamily.allCases)
    func aFrontendIsTranslatedToTheEndpointThatTheDiceChose(family: IPFamily) throws {
        var layout = try SmallLayout(family)
        for number in 0..<2 {
            let outcome = layout.send(to: layout.frontend, random: UInt32(number))
            #expect(outcome.fate == .accepted)
            #expect(outcome.packet.destination == layout.backends[number])
            #expect(outcome.packet.mark == 0x4000 && outcome.isMasqueraded)
        }
    }

    @Test(arguments: IPFamily.allCases)
    func anotherProtocolOrPortIsLeftAlone(family: IPFamily) throws {
        var layout = try SmallLayout(family)
        let other = IPEndpoint(address: layout.frontend.address, port: 81)
        for outcome in [layout.send(.udp, to: layout.frontend), layout.send(to: other)] {
            #expect(outcome.fate == .accepted && !outcome.isMasqueraded)
            #expect(outcome.packet.destination.address == layout.frontend.address)
        }
    }

    @Test(arguments: IPFamily.allCases)
    func intervalsOfConcatenationsHoldFieldByField(family: IPFamily) throws {
        var layout = try SmallLayout(family)
        var transaction = Transaction()
        let (low, high) = (layout.backends[0].address, layout.backends[1].address)
        transaction.add(
            [SetElement(ElementValue(.address(low), .port(9000)), through: ElementValue(.address(high), .port(9010)))],
            to: layout.blocked
        )
        try layout.ruleset.commit(transaction)
        #expect(layout.send(to: IPEndpoint(address: low, port: 9005)).fate == .rejected)
        #expect(layout.send(to: IPEndpoint(address: high, port: 9010)).fate == .rejected)
        #expect(layout.send(to: IPEndpoint(address: high, port: 9011)).fate == .accepted)
        #expect(layout.send(to: IPEndpoint(address: layout.client.address, port: 9005)).fate == .accepted)
    }

    @Test(arguments: IPFamily.allCases)
    func aFullDynamicSetEndsItsRuleAndNotThePacket(family: IPFamily) throws {
        var layout = try SmallLayout(family)
        for last in 1...3 {
            let source = layout.endpoint("10.244.1.\(last)", "fd00:244::1\(last)", 40000)
            let packet = TestPacket(.tcp, from: source, to: layout.frontend, inputInterface: "eth0")
            #expect(layout.ruleset.evaluate(packet, on: TestHost(addresses: [])).fate == .accepted)
        }
        #expect(layout.ruleset.elements(of: "clients", in: layout.table)?.count == 2)
    }

    @Test func thePolicyOfABaseChainDecidesWhatNoRuleDoes() throws {
        var ruleset = FakeRuleset()
        var transaction = Transaction()
        let table = TableID(.inet, "closed")
        transaction.add(Table(table))
        let chain = Chain(table, "input", base: BaseChain(.filter, .input, priority: 0, policy: .drop))
        transaction.add(chain)
        transaction.add(Rule(chain, [.connectionState(.established), .verdict(.accept)]))
        try ruleset.commit(transaction)
        let address = IPAddress.loopback(.ipv4)
        let host = TestHost(addresses: [address])
        var packet = TestPacket(
            .tcp,
            from: IPEndpoint(address: .v4(.any), port: 1),
            to: IPEndpoint(address: address, port: 22),
            inputInterface: "eth0"
        )
        #expect(ruleset.evaluate(packet, on: host).fate == .dropped)
        packet.state = .established
        #expect(ruleset.evaluate(packet, on: host).fate == .accepted)
    }
}
