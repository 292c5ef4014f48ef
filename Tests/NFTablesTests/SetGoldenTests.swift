import CMnl
import CNftnl
import NFTables
import Netlink
import NetworkTypes
import Testing

/// Sets, maps and their elements beside the same ones of libnftnl, with the user data that nft 1.0.6 writes.
struct SetGoldenTests {
    /// A set with one element, and what libnftnl is told.
    struct Case: Sendable, CustomTestStringConvertible {
        let set: NamedSet
        var element: SetElement?
        let numbers: [(UInt32, UInt32)]
        var concat: [UInt8] = []
        var timeout: UInt64?
        /// Recorded from nft 1.0.6.
        let userData: [UInt8]
        var testDescription: String { "\(set.table.family) \(set.name)" }
    }

    private static let big = (NFTNL_SET_KEY_TYPE.rawValue, NFTNL_SET_KEY_LEN.rawValue)
    private static let flags = NFTNL_SET_FLAGS.rawValue
    private static let keyType = NFTNL_SET_KEY_TYPE.rawValue
    private static let keyLength = NFTNL_SET_KEY_LEN.rawValue
    private static let dataType = NFTNL_SET_DATA_TYPE.rawValue
    private static let dataLength = NFTNL_SET_DATA_LEN.rawValue
    private static let size = NFTNL_SET_DESC_SIZE.rawValue
    /// A concatenation as nft says it in user data; the first byte is the type.
    private static func concatenation(_ type: UInt8) -> [UInt8] { [type, 8, 0, 4, 13, 0, 0, 0, 1, 0] }
    private static let noInterval: [UInt8] = [6, 4, 0, 0, 0, 0]

    static let cases: [Case] = IPFamily.allCases.flatMap { family -> [Case] in
        let table = TableID(TableFamily(family), "weft")
        let address = IPAddress.loopback(family)
        let addressType: UInt32 = family == .ipv4 ? 7 : 8
        let length = UInt32(family.addressLength)
        let frontend = ElementValue(.address(address), .transport(.udp), .port(53))
        let order: [UInt8] = [0, 4, 2, 0, 0, 0]
        return [
            Case(
                set: NamedSet(table, "hold", key: [.address(family)]),
                element: SetElement(ElementValue(.address(address)), comment: "ns/pod"),
                numbers: [(flags, 0), (keyType, addressType), (keyLength, length)],
                userData: order
            ),
            Case(
                set: NamedSet(
                    table,
                    "services",
                    key: [.address(family), .inetProtocol, .inetService],
                    to: .value([.classID])
                ),
                element: SetElement(frontend, value: ElementValue(.classID(1, 2)), comment: "a/b:dns"),
                numbers: [
                    (flags, 8), (keyType, addressType << 12 | 12 << 6 | 13), (keyLength, length + 8), (dataType, 23),
                    (dataLength, 4),
                ],
                userData: [0, 4, 0, 0, 0, 0, 1, 4, 1, 0, 0, 0] + concatenation(3) + noInterval
            ),
            Case(
                set: NamedSet(table, "classes", key: [.classID], to: .verdict),
                element: SetElement(ElementValue(.classID(1, 2)), verdict: .goto("n2")),
                numbers: [(flags, 8), (keyType, 23), (keyLength, 4), (dataType, 0xffff_ff00), (dataLength, 0)],
                userData: [0, 4, 1, 0, 0, 0, 1, 4, 0, 0, 0, 0] + noInterval
            ),
            Case(
                set: NamedSet(table, "slot0", key: [.classID], to: .value([.address(family), .inetService])),
                element: SetElement(
                    ElementValue(.classID(0, 1)),
                    value: ElementValue(.address(address), .port(8080))
                ),
                numbers: [
                    (flags, 8), (keyType, 23), (keyLength, 4), (dataType, addressType << 6 | 13),
                    (dataLength, length + 4),
                ],
                userData: [0, 4, 1, 0, 0, 0, 1, 4, 0, 0, 0, 0] + concatenation(4) + noInterval
            ),
            Case(
                set: NamedSet(
                    table,
                    "ranges",
                    key: [.address(family), .inetService],
                    flags: .interval
                ),
                element: SetElement(
                    ElementValue(.address(address), .port(80)),
                    through: ElementValue(.address(address), .port(90))
                ),
                numbers: [(flags, 0x84), (keyType, addressType << 6 | 13), (keyLength, length + 4)],
                concat: [UInt8(length), 2],
                userData: [0, 4, 0, 0, 0, 0] + concatenation(3)
            ),
            Case(
                set: NamedSet(
                    table,
                    "affinity",
                    key: [.address(family), .classID],
                    to: .value([.mark]),
                    flags: [.dynamic, .timeout],
                    timeout: 10_000,
                    size: 1_048_576
                ),
                numbers: [
                    (flags, 0x38), (keyType, addressType << 6 | 23), (keyLength, length + 4), (dataType, 19),
                    (dataLength, 4), (size, 1_048_576),
                ],
                timeout: 10_000,
                userData: [0, 4, 0, 0, 0, 0, 1, 4, 1, 0, 0, 0] + concatenation(3) + noInterval
            ),
        ]
    }

    @Test(arguments: cases)
    func declarationsAndElementsAreLibnftnls(_ testCase: Case) throws {
        var transaction = Transaction()
        transaction.add(testCase.set)
        if let element = testCase.element { transaction.add([element], to: testCase.set) }
        let messages = try NetlinkMessage.parse(try transaction.encoded().bytes())
        guard let set = unsafe reference(testCase) else { return }
        defer { unsafe nftnl_set_free(set) }
        let declared = unsafe LibnftnlReference.message(
            Int(NFT_MSG_NEWSET.rawValue),
            family: testCase.set.table.family.rawValue,
            flags: messages[1].flags.rawValue,
            sequence: 2
        ) { header in unsafe nftnl_set_nlmsg_build_payload(header, set) }
        #expect(messages[1].bytes == declared?.bytes)
        guard let element = testCase.element else { return }
        unsafe add(element, to: set)
        let elements = unsafe LibnftnlReference.message(
            Int(NFT_MSG_NEWSETELEM.rawValue),
            family: testCase.set.table.family.rawValue,
            flags: messages[2].flags.rawValue,
            sequence: 3
        ) { header in unsafe nftnl_set_elems_nlmsg_build_payload(header, set) }
        #expect(messages[2].bytes == elements?.bytes)
    }

    private func reference(_ testCase: Case) -> OpaquePointer? {
        guard let set = unsafe nftnl_set_alloc() else { return nil }
        _ = unsafe nftnl_set_set_str(set, UInt16(NFTNL_SET_TABLE.rawValue), testCase.set.table.name)
        _ = unsafe nftnl_set_set_str(set, UInt16(NFTNL_SET_NAME.rawValue), testCase.set.name)
        unsafe nftnl_set_set_u32(set, UInt16(NFTNL_SET_ID.rawValue), 1)
        for (attribute, number) in testCase.numbers { unsafe nftnl_set_set_u32(set, UInt16(attribute), number) }
        if let timeout = testCase.timeout { unsafe nftnl_set_set_u64(set, UInt16(NFTNL_SET_TIMEOUT.rawValue), timeout) }
        if !testCase.concat.isEmpty {
            let attribute = UInt16(NFTNL_SET_DESC_CONCAT.rawValue)
            _ = unsafe nftnl_set_set_data(set, attribute, testCase.concat, UInt32(testCase.concat.count))
        }
        let attribute = UInt16(NFTNL_SET_USERDATA.rawValue)
        _ = unsafe nftnl_set_set_data(set, attribute, testCase.userData, UInt32(testCase.userData.count))
        return unsafe set
    }

    private func add(_ ours: SetElement, to set: OpaquePointer) {
        guard let element = unsafe nftnl_set_elem_alloc() else { return }
        func put(_ attribute: Int, _ bytes: [UInt8]) {
            _ = unsafe nftnl_set_elem_set(element, UInt16(attribute), bytes, UInt32(bytes.count))
        }
        put(NFTNL_SET_ELEM_KEY, ours.key.bytes)
        if let keyEnd = ours.keyEnd { put(NFTNL_SET_ELEM_KEY_END, keyEnd.bytes) }
        switch ours.data {
        case .none: break
        case .value(let value): put(NFTNL_SET_ELEM_DATA, value.bytes)
        case .verdict(let verdict):
            unsafe nftnl_set_elem_set_u32(
                element,
                UInt16(NFTNL_SET_ELEM_VERDICT),
                UInt32(bitPattern: verdict.code)
            )
            if let chain = verdict.chain {
                _ = unsafe nftnl_set_elem_set_str(element, UInt16(NFTNL_SET_ELEM_CHAIN), chain)
            }
        }
        if let comment = ours.comment {
            let text = Array(comment.utf8) + [0]
            put(NFTNL_SET_ELEM_USERDATA, [0, UInt8(text.count)] + text)
        }
        unsafe nftnl_set_elem_add(set, element)
    }
}
