import NetworkTypes
import Testing

@testable import TrafficTesting

struct SCTPInitiationTests {
    /// RFC 3720, B.4: 32 bytes of zeros, of ones, and counting up.
    @Test(
        arguments: [
            ([UInt8](repeating: 0, count: 32), 0x8a91_36aa), ([UInt8](repeating: 0xff, count: 32), 0x62a8_ab43),
            (Array(0..<32), 0x46dd_794e),
        ] as [([UInt8], UInt32)]
    )
    func checksums(_ bytes: [UInt8], _ checksum: UInt32) { #expect(SCTPInitiation.crc32c(bytes) == checksum) }

    @Test func aPacketIsReadAgain() {
        let packet = SCTPInitiation(tag: 0x0102_0304).packet(to: 80)
        #expect(packet.count == 32)
        #expect(packet[2...3] == [0, 80])
        #expect(SCTPInitiation(packet[...])?.tag == 0x0102_0304)
        #expect(SCTPInitiation(packet.dropLast()) == nil)
    }
}
