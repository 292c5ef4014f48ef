import LinuxSystem
import Netlink
import NetlinkTesting
import Synchronization
import Testing

/// The exchange against a scripted kernel.
struct NetlinkSocketTests {
    private func get(_ flags: MessageFlags = []) -> NetlinkRequest {
        NetlinkRequest(18, flags: flags, operation: "get link", object: "eth0") {
            $0.append(UInt32(0))
            $0.attribute(3, string: "eth0")
        }
    }

    @Test func aRequestReturnsWhatCameBeforeItsAcknowledgement() throws {
        let kernel = FakeExchange { [.data($0, type: 16, payload: [1, 2, 3, 4]), .acknowledgement($0)] }
        var socket = NetlinkSocket.connected(to: kernel.exchange)
        let replies = try socket.request(get())
        #expect(replies.map { Array($0.payload) } == [[1, 2, 3, 4]])
        try socket.request(get())
        #expect(kernel.requests.map(\.sequence) == [1, 2])
        #expect(kernel.requests.allSatisfy { $0.flags == [.request, .acknowledge] })
    }

    @Test func answersToOtherRequestsAreSkipped() throws {
        let kernel = FakeExchange { request in
            var stale = request
            stale.sequence &-= 1
            return [.data(stale, type: 16, payload: [9]), .failure(stale, .noSuchDevice), .acknowledgement(request)]
        }
        var socket = NetlinkSocket.connected(to: kernel.exchange)
        #expect(try socket.request(get()).isEmpty)
    }

    @Test func anErrorCarriesTheKernelsWordsAndTheRequestsName() throws {
        // The name's attribute starts at byte 20: 16 of header, 4 of payload.
        let kernel = FakeExchange { [.failure($0, .noSuchDevice, text: "no such link here", offset: 20)] }
        var socket = NetlinkSocket.connected(to: kernel.exchange)
        let error = #expect(throws: NetlinkError.self) { try socket.request(get()) }
        #expect(error?.code == .kernel && error?.errno == .noSuchDevice)
        #expect(error?.kernelMessage == "no such link here")
        #expect(error?.attributeOffset == 20 && error?.attributeType == 3 && error?.sequence == 1)
        #expect(
            error?.description
                == "get link eth0: no such device (ENODEV): no such link here, at attribute 3 (byte 20)"
        )
    }

    @Test func aDumpEndsWithDone() throws {
        let kernel = FakeExchange { request in
            (1...3).map { .data(request, type: 16, flags: .multi, payload: [UInt8($0)]) } + [.done(request)]
        }
        var socket = NetlinkSocket.connected(to: kernel.exchange)
        #expect(try socket.dump(get()).map { $0.payload.first } == [1, 2, 3])
        #expect(kernel.requests.first?.flags == [.request, .dump])
    }

    @Test func aDumpsErrorIsInItsEnd() throws {
        let kernel = FakeExchange { [.data($0, type: 16, flags: .multi, payload: [1]), .done($0, .invalidArgument)] }
        var socket = NetlinkSocket.connected(to: kernel.exchange)
        let error = #expect(throws: NetlinkError.self) { try socket.dump(get()) }
        #expect(error?.errno == .invalidArgument && error?.object == "eth0")
    }

    @Test(arguments: [1, 4, 5, 6])
    func anInterruptedDumpIsTriedAgain(interruptions: Int) throws {
        let tries = Mutex(0)
        let kernel = FakeExchange { request in
            let attempt = tries.withLock { tries in
                tries += 1
                return tries
            }
            let flags: MessageFlags = attempt <= interruptions ? [.multi, .dumpInterrupted] : .multi
            return [.data(request, type: 16, flags: flags, payload: [UInt8(attempt)]), .done(request)]
        }
        var socket = NetlinkSocket.connected(to: kernel.exchange)
        socket.dumpTries = 5
        if interruptions < 5 {
            // Only the undisturbed pass counts.
            #expect(try socket.dump(get()).map { $0.payload.first } == [UInt8(interruptions + 1)])
        } else {
            let error = #expect(throws: NetlinkError.self) { try socket.dump(get()) }
            #expect(error?.code == .interrupted)
        }
        #expect(tries.withLock { $0 } == min(interruptions + 1, 5))
    }

    @Test func silenceIsATimeout() {
        let kernel = FakeExchange { _ in [] }
        var socket = NetlinkSocket.connected(to: kernel.exchange)
        let error = #expect(throws: NetlinkError.self) { try socket.request(get()) }
        #expect(error?.code == .timeout && error?.operation == "get link")
    }

    @Test func aRequestThatDoesNotFitIsNotSent() {
        let kernel = FakeExchange.acknowledging
        var socket = NetlinkSocket.connected(to: kernel.exchange)
        let request = NetlinkRequest(1, operation: "create set", object: "s") {
            $0.attribute(1, bytes: [UInt8](repeating: 0, count: 70_000))
        }
        let error = #expect(throws: NetlinkError.self) { try socket.request(request) }
        #expect(error?.code == .tooLarge && error?.object == "s")
        #expect(kernel.requests.isEmpty)
    }

    @Test func eachFailureOfABatchNamesItsRequest() throws {
        let kernel = FakeExchange { request in
            request.sequence.isMultiple(of: 2) ? [.failure(request, .fileExists)] : [.acknowledgement(request)]
        }
        var socket = NetlinkSocket.connected(to: kernel.exchange)
        try socket.request(get())
        let requests = (0..<5).map {
            NetlinkRequest(24, operation: "add route", object: "r\($0)") { $0.append(UInt32(0)) }
        }
        let outcome = try socket.batch(requests)
        #expect(outcome.failures.map(\.object) == ["r0", "r2", "r4"])
        #expect(outcome.failures.allSatisfy { $0.errno == .fileExists && $0.operation == "add route" })
        #expect(outcome.answeredCount == 5)
        #expect(socket.nextSequence == 7)
    }

    /// As nf_tables does it: only the last message asks for an acknowledgement.
    private func tableBatch(_ socket: borrowing NetlinkSocket) -> MessageBuilder {
        var builder = MessageBuilder(firstSequence: socket.nextSequence)
        for type: UInt16 in [16, 0xa00, 0xa06] { builder.message(type, flags: []) { $0.append(UInt32(0)) } }
        builder.message(0xa0c, flags: .acknowledge) { $0.append(UInt32(0)) }
        builder.message(17, flags: []) { $0.append(UInt32(0)) }
        return builder
    }

    @Test func aBatchIsDoneWithItsLastAcknowledgement() throws {
        let kernel = FakeExchange.acknowledging
        var socket = NetlinkSocket.connected(to: kernel.exchange)
        let builder = tableBatch(socket)
        let outcome = try socket.batch(builder)
        #expect(outcome.failures.isEmpty && outcome.answeredCount == 1)
    }

    @Test func allErrorsOfABatchAreCollected() throws {
        let kernel = FakeExchange { $0.type == 0xa06 || $0.type == 0xa0c ? [.failure($0, .noSuchFileOrDirectory)] : [] }
        var socket = NetlinkSocket.connected(to: kernel.exchange)
        let builder = tableBatch(socket)
        let outcome = try socket.batch(builder)
        #expect(outcome.failures.map(\.sequence) == [3, 4])
    }

    @Test func aBatchThatFailsAsAWholeDoesNotWaitForItsAcknowledgement() throws {
        let kernel = FakeExchange { $0.type == 16 ? [.failure($0, Errno(rawValue: 85))] : [] }  // ERESTART
        var socket = NetlinkSocket.connected(to: kernel.exchange)
        let builder = tableBatch(socket)
        let outcome = try socket.batch(builder)
        #expect(outcome.failures.map(\.sequence) == [1] && outcome.answeredCount == 0)
    }

    @Test func anEmptyBatchIsNotSent() throws {
        let kernel = FakeExchange.acknowledging
        var socket = NetlinkSocket.connected(to: kernel.exchange)
        let outcome = try socket.batch([NetlinkRequest]())
        #expect(outcome.answeredCount == 0 && kernel.requests.isEmpty)
    }
}
