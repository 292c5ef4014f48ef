import LinuxSystem
import LinuxSystemTesting
import Netlink
import Testing

/// Requests, dumps and batches against the running kernel.
@Suite(.enabled(if: KernelFeature.namespaces.isAvailable))
struct NetlinkExchangeTests {
    /// `RTM_GETLINK` with `struct ifinfomsg`.
    private func getLinks(index: Int32 = 0) -> NetlinkRequest {
        NetlinkRequest(18, operation: "get link", object: "\(index)") { $0.appendLinkHeader(index: index) }
    }

    /// A batch of nf_tables messages between `NFNL_MSG_BATCH_BEGIN` and `_END`, the last one acknowledged.
    private func tableBatch(_ sequence: UInt32, _ messages: [(UInt16, MessageFlags, String)]) -> MessageBuilder {
        var builder = MessageBuilder(firstSequence: sequence)
        builder.message(16, flags: []) { $0.appendNetfilterHeader(family: 0, resource: 10) }
        for (index, (type, flags, table)) in messages.enumerated() {
            let isLast = index == messages.count - 1
            builder.message(0xa00 | type, flags: isLast ? flags.union(.acknowledge) : flags) {
                $0.appendNetfilterHeader(family: 1)
                $0.attribute(1, string: table)
            }
        }
        builder.message(17, flags: []) { $0.appendNetfilterHeader(family: 0, resource: 10) }
        return builder
    }

    @Test func aDumpListsWhatTheWitnessLists() throws {
        try withTestNamespace { namespace in
            for index in 0..<40 { try namespace.witness("ip", "link", "add", "weft\(index)", "type", "bridge") }
            var socket = try NetlinkSocket.open(.route)
            let indices = try socket.dump(getLinks()).map { message throws in try message.field(at: 4, as: Int32.self) }
            let lines = try namespace.witness("ip", "-o", "link").split(separator: "\n")
            let listed = lines.compactMap { $0.split(separator: ":").first.flatMap { Int32($0) } }
            #expect(listed.count > 40)
            #expect(indices.sorted() == listed.sorted())
        }
    }

    @Test func aSocketIsOpenedInAnotherNamespace() throws {
        try withTestNamespaces(1) { namespaces in
            try namespaces[0].witness("ip", "link", "add", "weft-only", "type", "bridge")
            var socket = try NetlinkSocket.open(.route, in: namespaces[0].namespace)
            let names = try socket.dump(getLinks()).compactMap { message throws -> String? in
                var attributes = try message.attributes(after: 16)
                while attributes.next() { if attributes.type == 3 { return attributes.string() } }
                return nil
            }
            #expect(names.contains("weft-only"))
        }
    }

    @Test func anErrorHasTheKernelsOwnWords() throws {
        try withTestNamespace { _ in
            var socket = try NetlinkSocket.open(.route)
            let request = NetlinkRequest(16, flags: [.create, .exclusive], operation: "create link", object: "weft0") {
                $0.appendLinkHeader(index: 0)
                $0.attribute(3, string: "weft0")
                $0.nested(18) { $0.attribute(1, string: "nosuchkind") }  // IFLA_LINKINFO, IFLA_INFO_KIND
            }
            let error = #expect(throws: NetlinkError.self) { try socket.request(request) }
            #expect(error?.code == .kernel && error?.errno == .notSupported)
            #expect(error?.kernelMessage == "Unknown device type")
            #expect(error?.description.hasPrefix("create link weft0: operation not supported (EOPNOTSUPP): ") == true)
        }
    }

    @Test(.enabled(if: KernelFeature.nft.isAvailable))
    func anErrorPointsAtTheAttribute() throws {
        try withTestNamespace { _ in
            var socket = try NetlinkSocket.open(.netfilter)
            let request = NetlinkRequest(0xa01, operation: "get table", object: "inet absent") {
                $0.appendNetfilterHeader(family: 1)
                $0.attribute(1, string: "absent")
            }
            let error = #expect(throws: NetlinkError.self) { try socket.request(request) }
            #expect(error?.errno == .noSuchFileOrDirectory)
            #expect(error?.attributeOffset == 20 && error?.attributeType == 1)
        }
    }

    @Test func filtersThatTheRouteFamilyDoesNotKnowAreRefused() throws {
        try withTestNamespace { _ in
            var socket = try NetlinkSocket.open(.route)
            // NETLINK_GET_STRICT_CHK: RTM_GETADDR with a prefix length in its header is no filter but an error.
            let request = NetlinkRequest(22, operation: "dump addresses", object: "") {
                $0.append(UInt8(2))
                $0.append(UInt8(24))
                $0.append(UInt16(0))
                $0.append(UInt32(0))
            }
            let error = #expect(throws: NetlinkError.self) { try socket.dump(request) }
            #expect(error?.errno == .invalidArgument && error?.kernelMessage?.isEmpty == false)
            // The socket is as good as before.
            #expect(try socket.dump(getLinks()).count >= 1)
        }
    }

    @Test func everyFailureOfManyRequestsIsReported() throws {
        try withTestNamespace { _ in
            var socket = try NetlinkSocket.open(.route)
            let requests = (1...2000).map { getLinks(index: $0.isMultiple(of: 2) ? 1 : Int32($0) + 1000) }
            let outcome = try socket.batch(requests)
            #expect(outcome.answeredCount == 2000 && !outcome.isOverrun)
            #expect(outcome.failures.map(\.object) == requests.filter { $0.object != "1" }.map(\.object))
            #expect(outcome.failures.allSatisfy { $0.errno == .noSuchDevice })
            #expect(outcome.replies.count == 1000)
        }
    }

    @Test func aBatchOfAHundredMegabytesIsSentInOnePiece() throws {
        try withTestNamespace { _ in
            var socket = try NetlinkSocket.open(.route)
            var builder = MessageBuilder(firstSequence: socket.nextSequence, capacity: 101 << 20)
            let megabyte = [UInt8](repeating: 0, count: 1 << 20)
            // The kernel acknowledges control messages (NLMSG_NOOP) and does nothing else with them.
            for index in 0..<100 {
                builder.message(1, flags: index == 99 ? .acknowledge : []) { $0.append(bytes: megabyte) }
            }
            #expect(builder.count > 100 << 20)
            let outcome = try socket.batch(builder)
            #expect(outcome.answeredCount == 1 && outcome.failures.isEmpty)
        }
    }

    @Test(.enabled(if: KernelFeature.nft.isAvailable))
    func aTransactionIsAcknowledgedOnce() throws {
        try withTestNamespace { namespace in
            var socket = try NetlinkSocket.open(.netfilter)
            let tables = (0..<100).map { (UInt16(0), MessageFlags.create, "t\($0)") }
            let builder = tableBatch(socket.nextSequence, tables)
            let outcome = try socket.batch(builder)
            #expect(outcome.answeredCount == 1 && outcome.failures.isEmpty && outcome.replies.isEmpty)
            #expect(try namespace.witness("nft", "list", "tables").split(separator: "\n").count == 100)
        }
    }

    @Test(.enabled(if: KernelFeature.nft.isAvailable))
    func allFailuresOfATransactionAreReportedAndNothingIsDone() throws {
        try withTestNamespace { namespace in
            var socket = try NetlinkSocket.open(.netfilter)
            let first = socket.nextSequence
            let builder = tableBatch(first, [(0, .create, "t"), (2, [], "a"), (2, [], "b"), (0, .create, "u")])
            let outcome = try socket.batch(builder)
            #expect(outcome.failures.map(\.sequence) == [first + 2, first + 3])
            #expect(outcome.failures.allSatisfy { $0.errno == .noSuchFileOrDirectory && $0.attributeType == 1 })
            #expect(try namespace.witness("nft", "list", "tables").isEmpty)
        }
    }

    @Test(.enabled(if: KernelFeature.nft.isAvailable))
    func aFloodOfFailuresIsStillTheCallersError() throws {
        try withTestNamespace { _ in
            var socket = try NetlinkSocket.open(.netfilter)
            let deletions = (0..<20_000).map { (UInt16(2), MessageFlags(), "absent\($0)") }
            let builder = tableBatch(socket.nextSequence, deletions)
            let outcome = try socket.batch(builder)
            #expect(outcome.failures.count > 1000)
            #expect(outcome.failures.first?.errno == .noSuchFileOrDirectory)
            // And what is left in the buffer is not taken for the next answer.
            let next = tableBatch(socket.nextSequence, [(0, .create, "t")])
            #expect(try socket.batch(next).failures.isEmpty)
        }
    }

    @Test func socketsAreClosed() async {
        await #expect(processExitsWith: .success) {
            let leaked = try OpenFiles.leaked {
                for _ in 0..<50 {
                    let namespace = try NetworkNamespace.current()
                    var socket = try NetlinkSocket.open(.route)
                    var other = try NetlinkSocket.open(.netfilter, in: namespace)
                    try socket.growReceiveBuffer(to: 1 << 20)
                    _ = try socket.dump(NetlinkRequest(18, operation: "", object: "") { $0.appendLinkHeader(index: 0) })
                    _ = try other.dump(NetlinkRequest(0xa01, operation: "", object: "") { $0.append(UInt32(0)) })
                    let listener = try NotificationListener.start(socket, name: "leak") { _ in }
                    listener.stop()
                }
            }
            precondition(leaked == 0, "leaked \(leaked): \(OpenFiles.list())")
        }
    }
}

extension AttributeWriter {
    /// `struct ifinfomsg`.
    fileprivate mutating func appendLinkHeader(index: Int32) {
        append(UInt32(0))
        append(index)
        append(UInt64(0))
    }

    /// `struct nfgenmsg`.
    fileprivate mutating func appendNetfilterHeader(family: UInt8, resource: UInt16 = 0) {
        append(family)
        append(UInt8(0))
        append(network: resource)
    }
}
