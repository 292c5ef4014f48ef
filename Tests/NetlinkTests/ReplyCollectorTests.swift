import LinuxSystem
import NetlinkTesting
import Testing

@testable import Netlink

/// What a datagram may hold and where it may come from.
struct ReplyCollectorTests {
    static let request = NetlinkMessage(type: 18, flags: [.request, .acknowledge], sequence: 5, payload: [0, 0, 0, 0])

    private func collector(_ goal: ReplyCollector.Goal = .acknowledgement) -> ReplyCollector {
        ReplyCollector(sequence: 5, goal: goal, request: Self.request.bytes)
    }

    @Test func onlyTheKernelIsBelieved() throws {
        var collector = collector()
        let acknowledgement = NetlinkMessage.acknowledgement(Self.request).bytes
        try collector.accept(Datagram(bytes: acknowledgement, sender: 4711))
        #expect(!collector.isComplete)
        try collector.accept(Datagram(bytes: acknowledgement))
        #expect(collector.isComplete)
    }

    @Test func aCutDatagramIsNoticed() {
        var collector = collector()
        let bytes = NetlinkMessage.acknowledgement(Self.request).bytes
        let error = #expect(throws: NetlinkError.self) {
            try collector.accept(Datagram(bytes: bytes, fullLength: 100_000))
        }
        #expect(error?.code == .truncated)
    }

    @Test func anUncappedErrorEchoesTheRequestBeforeItsWords() {
        // Errno -2, the header of a 20-byte request, its 4 bytes of payload, then NLMSGERR_ATTR_MSG and _MISS_TYPE.
        let message = NetlinkMessage(
            type: NetlinkMessage.error,
            flags: .extendedAcknowledgement,
            sequence: 5,
            payload: [UInt8](
                hex: """
                    feffffff 14000000 1200 0500 05000000 00000000 04000400
                    0700 0100 6f6800 00
                    0800 0500 09000000
                    """
            )[...]
        )
        var collector = collector()
        let error = #expect(throws: NetlinkError.self) { try collector.accept(Datagram(bytes: message.bytes)) }
        #expect(error?.errno == .noSuchFileOrDirectory && error?.kernelMessage == "oh" && error?.attributeType == 9)
        #expect(error?.description == "no such file or directory (ENOENT): oh, attribute 9 is missing")
    }

    @Test func aBareEndOfDumpIsASuccess() throws {
        var collector = collector(.endOfDump)
        try collector.accept(Datagram(bytes: NetlinkMessage(type: 3, flags: .multi, sequence: 5).bytes))
        #expect(collector.isComplete)
    }

    @Test func aLossThatTheKernelReportsIsAnOverrun() {
        var collector = collector()
        let error = #expect(throws: NetlinkError.self) {
            try collector.accept(Datagram(bytes: NetlinkMessage(type: 4, sequence: 5).bytes))
        }
        #expect(error?.code == .overrun)
    }

    @Test func afterAnOverrunABatchIsKnownToBeIncomplete() throws {
        var collector = BatchCollector(firstSequence: 5, messageCount: 1, acknowledged: [5], batch: Self.request.bytes)
        #expect(!collector.isComplete && !collector.hasFailed)
        collector.noteOverrun()
        #expect(!collector.isComplete && collector.hasFailed && collector.outcome.isOverrun)
        try collector.accept(Datagram(bytes: NetlinkMessage.acknowledgement(Self.request).bytes))
        #expect(collector.isComplete)
    }

    @Test(.timeLimit(.minutes(5))) func everyMutationOfAnErrorEnds() {
        let failure = NetlinkMessage.failure(Self.request, .invalidArgument, text: "bad attribute", offset: 16).bytes
        let result = MutationCheck.run(failure) { bytes in
            var collector = collector()
            try collector.accept(Datagram(bytes: bytes))
            var batch = BatchCollector(firstSequence: 5, messageCount: 1, acknowledged: [5], batch: Self.request.bytes)
            try batch.accept(Datagram(bytes: bytes))
        }
        #expect(result.threw > failure.count)
    }
}
