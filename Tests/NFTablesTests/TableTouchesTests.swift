import Netlink
import NetlinkTesting
import Testing

@testable import NFTables

/// Which tables a foreign commit touched, from the messages that report it.
struct TableTouchesTests {
    private static let weft = TableID(.ip, "weft")
    /// NFT_MSG_DELSETELEM, NFTA_SET_ELEM_LIST_TABLE "weft".
    private static let element: [UInt8] = [
        32, 0, 0, 0, 0x0e, 0x0a, 0, 0, 1, 0, 0, 0, 0x39, 0x30, 0, 0,  // nlmsghdr
        2, 0, 0, 7,  // nfgenmsg
        9, 0, 1, 0, 0x77, 0x65, 0x66, 0x74, 0, 0, 0, 0,  // NFTA_SET_ELEM_LIST_TABLE
    ]
    private static let generation: [UInt8] = [
        28, 0, 0, 0, 0x0f, 0x0a, 0, 0, 1, 0, 0, 0, 0x39, 0x30, 0, 0,  // nlmsghdr
        0, 0, 0, 7,  // nfgenmsg
        8, 0, 1, 0, 0, 0, 0, 7,  // NFTA_GEN_ID
    ]

    private func events(_ bytes: [UInt8], _ touches: inout TableTouches) throws -> [ForeignChangeMonitor.Event] {
        try NetlinkMessage.parse(bytes).compactMap { touches.take($0) }
    }

    @Test func aCommitIsOneEventWhateverItChanged() throws {
        var touches = TableTouches(of: [Self.weft])
        let found = try events(Self.element + Self.element + Self.generation + Self.generation, &touches)
        #expect(found.count == 1)
        guard case .touched(let tables, let generation)? = found.first else {
            Issue.record("\(found)")
            return
        }
        #expect(tables == [Self.weft])
        #expect(generation.identifier == 7)
        #expect(generation.port == 12345)
    }

    @Test func otherTablesAreNoNews() throws {
        for other in [TableID(.ip6, "weft"), TableID(.ip, "nat"), TableID(.ip, "wef")] {
            var touches = TableTouches(of: [other])
            #expect(try events(Self.element + Self.generation, &touches).isEmpty)
        }
    }

    @Test func elementsThatAnybodyMayWriteAreNoNews() throws {
        // NFTA_SET_ELEM_LIST_SET "hold" behind the table's name.
        let set: [UInt8] = [9, 0, 2, 0, 0x68, 0x6f, 0x6c, 0x64, 0, 0, 0, 0]
        var element = Self.element + set
        element[0] += UInt8(set.count)
        var touches = TableTouches(of: [Self.weft], exceptElementsOf: ["hold"])
        #expect(try events(element + Self.generation, &touches).isEmpty)
        touches = TableTouches(of: [Self.weft], exceptElementsOf: ["other"])
        #expect(try events(element + Self.generation, &touches).count == 1)
        // The set itself, NFT_MSG_DELSET, is another matter.
        element[4] = 0x0b
        touches = TableTouches(of: [Self.weft], exceptElementsOf: ["hold"])
        #expect(try events(element + Self.generation, &touches).count == 1)
    }

    @Test func everyMutationReturnsAndUnreadableIsLost() {
        var lost = 0
        _ = MutationCheck.runMessages(Self.element + Self.generation) { message in
            var touches = TableTouches(of: [Self.weft])
            if case .lost? = touches.take(message) { lost += 1 }
        }
        #expect(lost > 0)
    }
}
