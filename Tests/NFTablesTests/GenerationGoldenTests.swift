import Netlink
import NetlinkTesting
import Testing

@testable import NFTables

/// A report of a new generation, as nf_tables_fill_gen_info lays it out.
struct GenerationGoldenTests {
    private static let golden: [UInt8] = [
        48, 0, 0, 0, 0x0f, 0x0a, 0, 0, 1, 0, 0, 0, 0x39, 0x30, 0, 0,  // nlmsghdr
        0, 0, 0, 7,  // nfgenmsg
        8, 0, 1, 0, 0, 0, 0, 7,  // NFTA_GEN_ID
        8, 0, 2, 0, 0, 0, 0x30, 0x39,  // NFTA_GEN_PROC_PID
        10, 0, 3, 0, 0x77, 0x65, 0x66, 0x74, 0x64, 0, 0, 0,  // NFTA_GEN_PROC_NAME
    ]

    @Test
    func aReportIsRead() throws {
        let message = try #require(try NetlinkMessage.parse(Self.golden).first)
        let expected = Generation(identifier: 7, process: 12345, processName: "weftd", port: 12345)
        #expect(try Generation(message) == expected)
    }

    @Test
    func everyMutationReturnsOrThrows() {
        let result = MutationCheck.runMessages(Self.golden) { _ = try Generation($0) }
        #expect(result.returned > 0)
        #expect(result.threw > 0)
    }
}
