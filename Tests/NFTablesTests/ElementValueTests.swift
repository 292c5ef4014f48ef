import NFTables
import NetworkTypes
import Testing

/// Keys and data as bytes.
struct ElementValueTests {
    @Test
    func aSingleFieldIsNotPadded() {
        #expect(ElementValue(.port(0x1234)).bytes == [0x12, 0x34])
        #expect(ElementValue(.transport(.sctp)).bytes == [132])
    }

    @Test
    func fieldsOfAConcatenationAre() {
        let value = ElementValue(.address(IPv4Address(10, 0, 0, 1)), .transport(.tcp), .port(80))
        #expect(value.bytes == [10, 0, 0, 1, 6, 0, 0, 0, 0, 80, 0, 0])
        #expect(value.length == ValueType([.ipv4Address, .inetProtocol, .inetService]).length)
    }

    @Test
    func bothFamiliesAreInNetworkOrder() throws {
        let address = try #require(IPv6Address("2001:db8::1:2"))
        #expect(Field.address(address).bytes == address.bytes)
        #expect(Field.address(.v4(IPv4Address(1, 2, 3, 4))).bytes == [1, 2, 3, 4])
    }

    @Test
    func equalityIsOfTheBytes() {
        let one = ElementValue(.host32(1), .host32(2))
        #expect(one == ElementValue(bytes: one.bytes))
        #expect(one.hashValue == ElementValue(bytes: one.bytes).hashValue)
        #expect(one != ElementValue(.host32(1)))
        #expect(one != ElementValue(.host32(1), .host32(3)))
    }

    @Test
    func orderIsOfTheBytesFromTheFirst() {
        let addresses = ["9.0.0.1", "10.0.0.0", "10.0.0.255", "10.0.1.0"].compactMap { IPAddress($0) }
        let values = addresses.map { ElementValue(.address($0)) }
        #expect(values.reversed().sorted() == values)
        #expect(!(values[0] < values[0]))
    }

    @Test
    func theWholeOfTheRegistersFits() {
        var value = ElementValue()
        for number in 0..<16 { value.append(.host32(UInt32(number))) }
        #expect(value.length == ElementValue.maximumLength)
        #expect(value.field(at: 60, length: 4) == .host32(15))
        #expect(ElementValue(bytes: [UInt8](repeating: 1, count: 100)).length == 64)
    }

    @Test
    func interfaceNamesArePaddedTo16Bytes() {
        #expect(Field.interfaceName("eth0").bytes == Array("eth0".utf8) + [UInt8](repeating: 0, count: 12))
        #expect(Field.interfaceName("a-name-that-is-too-long").bytes.count == 16)
        #expect(Field.interfaceName("a-name-that-is-too-long").bytes.last == 0)
    }

    @Test
    func whatMostElementsLackTakesNoRoom() {
        #expect(MemoryLayout<SetElement>.stride <= 168)
        var element = SetElement(ElementValue(.host32(1)))
        element.timeout = 5
        element.keyEnd = ElementValue(.host32(2))
        #expect(element.timeout == 5)
        element.timeout = nil
        element.keyEnd = nil
        #expect(element == SetElement(ElementValue(.host32(1))))
    }
}
