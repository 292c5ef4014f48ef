import NFTables
import NFTablesTesting
import NetworkTypes
import Testing

/// The services' layout in memory: the paths of its packets, as they were tried on a kernel.
struct ServicesSampleTests {
    private static func ruleset(_ family: IPFamily) throws -> FakeRuleset {
        var ruleset = FakeRuleset()
        try ruleset.commit(ServicesSample(family).transaction)
        return ruleset
    }

    private func send(
        _ ruleset: inout FakeRuleset,
        from source: IPAddress,
        to destination: IPAddress,
        port: Port = 80,
        local: Set<IPAddress> = [],
        dice: UInt32 = 0
    ) -> Outcome {
        ruleset.evaluate(
            TestPacket(
                .tcp,
                from: IPEndpoint(address: source, port: 40_000),
                to: IPEndpoint(address: destination, port: port),
                inputInterface: "eth0"
            ),
            on: TestHost(addresses: local, random: { dice % max(1, $0) })
        )
    }

    @Test(arguments: IPFamily.allCases, [UInt32(0), 1])
    func aClusterIPLeadsToTheChosenEndpoint(family: IPFamily, dice: UInt32) throws {
        let sample = ServicesSample(family)
        var ruleset = try Self.ruleset(family)
        let outcome = send(&ruleset, from: sample.pod(9), to: sample.cluster(1), dice: dice)
        #expect(outcome.packet.destination == IPEndpoint(address: sample.pod(UInt16(2 + dice)), port: 8080))
        #expect(!outcome.isMasqueraded)
    }

    @Test(arguments: IPFamily.allCases)
    func anEndpointThatReachesItselfIsMasqueraded(family: IPFamily) throws {
        let sample = ServicesSample(family)
        var ruleset = try Self.ruleset(family)
        let outcome = send(&ruleset, from: sample.pod(3), to: sample.cluster(1), dice: 1)
        #expect(outcome.packet.destination.address == sample.pod(3))
        #expect(outcome.isMasqueraded)
    }

    @Test(arguments: IPFamily.allCases)
    func aNodePortIsTakenOnTheNodesOwnAddressesOnly(family: IPFamily) throws {
        let sample = ServicesSample(family)
        var ruleset = try Self.ruleset(family)
        let node = sample.external(1)
        let taken = send(&ruleset, from: sample.external(99), to: node, port: 30080, local: [node])
        #expect(taken.packet.destination.address == sample.pod(2))
        #expect(taken.isMasqueraded)
        #expect(taken.packet.mark & ServicesSample.masqueradeBit == 0)
        let other = send(&ruleset, from: sample.external(99), to: node, port: 30080)
        #expect(other.packet.destination.address == node)
    }

    @Test(arguments: IPFamily.allCases)
    func sourceRangesLetInWhoIsInThem(family: IPFamily) throws {
        let sample = ServicesSample(family)
        var ruleset = try Self.ruleset(family)
        let inside = try #require(IPAddress(family == .ipv4 ? "192.168.0.3" : "2001:db8:1::7"))
        let outside = try #require(IPAddress(family == .ipv4 ? "192.168.0.4" : "2001:db8:2::7"))
        #expect(send(&ruleset, from: inside, to: sample.external(10)).packet.destination.address == sample.pod(2))
        #expect(send(&ruleset, from: outside, to: sample.external(10)).fate == .dropped)
    }

    @Test(arguments: IPFamily.allCases)
    func aPolicyOfLocalSendsPodsAnywhereAndOthersToLocalEndpoints(family: IPFamily) throws {
        let sample = ServicesSample(family)
        var ruleset = try Self.ruleset(family)
        let fromPod = send(&ruleset, from: sample.pod(9), to: sample.external(9), dice: 0)
        #expect(fromPod.packet.destination.address == sample.pod(2))
        let fromOutside = send(&ruleset, from: sample.external(99), to: sample.external(9), dice: 0)
        #expect(fromOutside.packet.destination.address == sample.pod(3))
        #expect(!fromOutside.isMasqueraded)
    }

    @Test(arguments: IPFamily.allCases)
    func affinityHoldsOverFrontendsUntilItsEndpointGoes(family: IPFamily) throws {
        let sample = ServicesSample(family)
        var ruleset = try Self.ruleset(family)
        let client = sample.pod(9)
        let first = send(&ruleset, from: client, to: sample.cluster(2), dice: 1)
        #expect(first.packet.destination.address == sample.pod(3))
        let again = send(&ruleset, from: client, to: sample.external(8), dice: 0)
        #expect(again.packet.destination.address == sample.pod(3))
        #expect(again.isMasqueraded)
        // The endpoint goes: its id is not alive any more, and the client is given another one.
        let alive = try #require(sample.sets.first { $0.0.name == "affinity-alive" }?.0)
        var transaction = Transaction()
        transaction.delete([SetElement(ElementValue(.host32(102)))], from: alive)
        try ruleset.commit(transaction)
        let moved = send(&ruleset, from: client, to: sample.cluster(2), dice: 0)
        #expect(moved.packet.destination.address == sample.pod(2))
    }

    @Test(arguments: IPFamily.allCases)
    func numbersInHostOrderAreComparedAsNumbers(family: IPFamily) throws {
        var ruleset = FakeRuleset()
        let table = TableID(TableFamily(family), "marks")
        let chain = Chain(table, "marked", base: BaseChain(.filter, .prerouting, priority: 0))
        let ranges = NamedSet(table, "ranges", key: [.mark, .inetService], flags: .interval)
        var transaction = Transaction()
        transaction.add(Table(table))
        transaction.add(chain)
        transaction.add(ranges)
        // 0x00ff to 0x0100: as bytes in host order the first would be the greater.
        transaction.add(
            [
                SetElement(
                    ElementValue(.host32(0xff), .port(80)),
                    through: ElementValue(.host32(0x100), .port(80))
                )
            ],
            to: ranges
        )
        transaction.add(Rule(chain, [.member([.mark, .destinationPort], of: .named(ranges)), .drop]))
        try ruleset.commit(transaction)
        for (mark, fate) in [(0xfe, Outcome.Fate.accepted), (0xff, .dropped), (0x100, .dropped), (0x101, .accepted)] {
            let any = IPAddress.loopback(family)
            var packet = TestPacket(
                .tcp,
                from: IPEndpoint(address: any, port: 1),
                to: IPEndpoint(address: any, port: 80),
                inputInterface: "lo"
            )
            packet.mark = UInt32(mark)
            #expect(ruleset.evaluate(packet, on: TestHost(addresses: [])).fate == fate, "mark \(mark)")
        }
    }
}
