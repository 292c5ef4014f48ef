import NetworkTypes
import Testing

struct MACAddressTests {
    @Test(arguments: [
        ("02:00:5e:10:00:01", [2, 0, 0x5e, 0x10, 0, 1]), ("ff:ff:ff:ff:ff:ff", [255, 255, 255, 255, 255, 255]),
    ])
    func textAndBytesGoBothWays(text: String, bytes: [UInt8]) throws {
        let address = try #require(MACAddress(text))
        #expect(address.bytes == bytes)
        #expect(address.description == text)
        #expect(MACAddress(bytes: bytes) == address)
    }

    @Test func dashesAndCapitalsAreRead() {
        #expect(MACAddress("02-AB-CD-EF-00-01")?.description == "02:ab:cd:ef:00:01")
    }

    @Test(arguments: [
        "", "02:00:5e:10:00", "02:00:5e:10:00:01:02", "2:0:5e:10:0:1", "02:00-5e:10:00:01", "0g:00:00:00:00:00",
    ])
    func otherTextIsNoAddress(text: String) {
        #expect(MACAddress(text) == nil)
    }

    @Test func randomAddressesAreUnicastAndLocal() {
        let addresses = (0..<1000).map { _ in MACAddress.random() }
        #expect(addresses.allSatisfy { !$0.isMulticast && $0.isLocallyAdministered })
        #expect(Set(addresses).count > 990)
    }
}

struct PortTests {
    @Test(arguments: [("0", 0), ("80", 80), ("65535", 65_535)])
    func decimalTextIsAPort(text: String, number: UInt16) {
        #expect(Port(text)?.rawValue == number)
        #expect(Port(text)?.description == text)
    }

    @Test(arguments: ["", "65536", "-1", "+1", "080", "8 0", "http", "99999999999999999999"])
    func otherTextIsNoPort(text: String) {
        #expect(Port(text) == nil)
    }

    @Test(arguments: [65_536, -1, Int.max])
    func numbersOutsideAreNoPort(number: Int) {
        #expect(Port(number) == nil)
    }

    @Test func bytesAreInNetworkOrder() {
        let port: Port = 443
        #expect(port.bytes == [1, 0xbb])
    }
}

struct TransportProtocolTests {
    @Test(arguments: TransportProtocol.allCases)
    func namesAreReadBack(transport: TransportProtocol) {
        #expect(TransportProtocol(name: transport.name) == transport)
        #expect(TransportProtocol(name: transport.kubernetesName) == transport)
        #expect(transport.name.uppercased() == transport.kubernetesName)
    }

    @Test(arguments: ["", "Tcp", "icmp", "tcp "])
    func otherNamesAreNone(name: String) {
        #expect(TransportProtocol(name: name) == nil)
    }
}

struct IPEndpointTests {
    @Test(arguments: ["10.0.0.1:80", "[fd00::1]:443", "[::]:0", "0.0.0.0:65535"])
    func textGoesBothWays(text: String) {
        #expect(IPEndpoint(text)?.description == text)
    }

    @Test(arguments: [
        "", "10.0.0.1", "10.0.0.1:", ":80", "fd00::1:80", "[10.0.0.1]:80", "[fd00::1]", "[fd00::1:80", "fd00::1]:80",
    ])
    func otherTextIsNoEndpoint(text: String) {
        #expect(IPEndpoint(text) == nil)
    }
}
