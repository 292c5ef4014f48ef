import Conntrack
import LinuxSystem
import Netlink
import NetlinkTesting
import NetworkTypes
import Testing

/// The table against a scripted kernel.
struct ConntrackConnectionTests {
    private func flow(_ number: UInt16) -> Flow {
        let client = IPEndpoint(address: .v4(IPv4Address(10, 0, 0, 1)), port: Port(rawValue: number))
        let service = IPEndpoint(address: .v4(IPv4Address(10, 96, 0, 10)), port: 53)
        let endpoint = IPEndpoint(address: .v4(IPv4Address(10, 244, 0, 5)), port: 5353)
        return Flow(
            original: FlowTuple(.udp, from: client, to: service),
            reply: FlowTuple(.udp, from: endpoint, to: client)
        )
    }

    @Test func whatTheKernelDoesNotFilterIsFilteredHere() throws {
        let payloads = [FlowGoldenTests.translated4, FlowGoldenTests.plain6].map { Array($0.dropFirst(16)) }
        let kernel = FakeExchange { request in
            payloads.map { .data(request, type: 0x100, flags: .multi, payload: $0) } + [.done(request)]
        }
        var connection = ConntrackConnection(NetlinkSocket.connected(to: kernel.exchange))
        #expect(try connection.dump().count == 2)
        #expect(try connection.dump(FlowFilter(family: .ipv6)).map(\.original.family) == [.ipv6])
        #expect(try connection.dump(FlowFilter(.tcp)).isEmpty)
    }

    @Test func filtersCompareEveryField() {
        var sample = flow(4000)
        sample.mark = 0x4001
        sample.zone = 3
        let changes: [(String, (inout FlowFilter) -> Void, (inout FlowFilter) -> Void)] = [
            ("family", { $0.family = .ipv4 }, { $0.family = .ipv6 }),
            ("protocol", { $0.protocolNumber = 17 }, { $0.protocolNumber = 6 }),
            (
                "destination", { $0.originalDestination = .v4(IPv4Address(10, 96, 0, 10)) },
                { $0.originalDestination = .v4(IPv4Address(10, 96, 0, 11)) }
            ),
            ("port", { $0.originalDestinationPort = 53 }, { $0.originalDestinationPort = 54 }),
            (
                "reply", { $0.replySource = .v4(IPv4Address(10, 244, 0, 5)) },
                { $0.replySource = .v4(IPv4Address(10, 244, 0, 6)) }
            ),
            ("zone", { $0.zone = 3 }, { $0.zone = 0 }),
            (
                "mark",
                {
                    $0.mark = 0x4000
                    $0.markMask = 0x4000
                }, { $0.mark = 0x4000 }
            ),
        ]
        for (name, matching, other) in changes {
            var filter = FlowFilter()
            matching(&filter)
            #expect(filter.matches(sample), "\(name)")
            filter = FlowFilter()
            other(&filter)
            #expect(!filter.matches(sample), "\(name)")
        }
    }

    @Test func deletionsCountWhatWasThere() throws {
        let kernel = FakeExchange { request in
            request.sequence.isMultiple(of: 3)
                ? [.failure(request, .noSuchFileOrDirectory)] : [.acknowledgement(request)]
        }
        var connection = ConntrackConnection(NetlinkSocket.connected(to: kernel.exchange))
        #expect(try connection.delete((1...300).map(flow)) == 200)
        #expect(kernel.requests.count == 300)
        #expect(try connection.delete([]) == 0)
    }

    @Test func aRefusedDeletionNamesTheFlowAfterAllWereTried() throws {
        let kernel = FakeExchange { $0.sequence == 2 ? [.failure($0, .notPermitted)] : [.acknowledgement($0)] }
        var connection = ConntrackConnection(NetlinkSocket.connected(to: kernel.exchange))
        let error = #expect(throws: NetlinkError.self) { try connection.delete((1...200).map(flow)) }
        #expect(error?.errno == .notPermitted && error?.object == flow(2).description)
        #expect(kernel.requests.count == 200)
    }

    @Test func aMissingFlowIsNil() throws {
        let kernel = FakeExchange { [.failure($0, .noSuchFileOrDirectory)] }
        var connection = ConntrackConnection(NetlinkSocket.connected(to: kernel.exchange))
        #expect(try connection.get(flow(1).original) == nil)
        #expect(try connection.delete(flow(1)) == false)
    }

    @Test func theCountIsTheKernels() throws {
        let kernel = FakeExchange { request in
            [
                .data(request, type: 0x105, payload: [UInt8](hex: "00000000 0800 0100 00001234")),
                .acknowledgement(request),
            ]
        }
        var connection = ConntrackConnection(NetlinkSocket.connected(to: kernel.exchange))
        #expect(try connection.count() == 0x1234)
    }

    @Test func aKernelThatCountsNothingIsAnError() {
        var connection = ConntrackConnection(NetlinkSocket.connected(to: FakeExchange.acknowledging.exchange))
        #expect(throws: NetlinkError.self) { try connection.count() }
    }
}
