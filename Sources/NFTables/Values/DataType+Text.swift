import NetworkTypes

extension DataType {
    /// A value as nft writes it: "10.96.0.1", "tcp", "1:2".
    func text(_ field: Field) -> String {
        switch identifier {
        case DataType.ipv4Address.identifier, DataType.ipv6Address.identifier:
            IPAddress(bytes: field.bytes)?.description ?? hexadecimalText(field)
        case DataType.etherAddress.identifier:
            field.bytes.map { hexadecimal($0, digits: 2) }.joined(separator: ":")
        case DataType.interfaceName.identifier:
            "\"" + String(decoding: field.bytes.prefix { $0 != 0 }, as: UTF8.self) + "\""
        case DataType.mark.identifier: "0x" + hexadecimal(number(field), digits: 8)
        case DataType.classID.identifier: Self.classText(number(field))
        case DataType.ctState.identifier, DataType.ctStatus.identifier: bitText(number(field))
        case DataType.tcpFlag.identifier: "0x" + String(number(field), radix: 16)
        default: symbols[number(field)] ?? String(number(field))
        }
    }

    private func hexadecimalText(_ field: Field) -> String {
        "0x" + field.bytes.map { hexadecimal($0, digits: 2) }.joined()
    }

    /// The value as a number; only of types of at most eight bytes.
    private func number(_ field: Field) -> UInt64 {
        let bytes = byteOrder == .host ? field.bytes.reversed() : field.bytes
        return bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func classText(_ number: UInt64) -> String {
        switch number {
        case 0: "none"
        case 0xffff_ffff: "root"
        default: "\(String(number >> 16, radix: 16)):\(String(number & 0xffff, radix: 16))"
        }
    }

    private func bitText(_ number: UInt64) -> String {
        let named = symbols.keys.sorted().filter { number & $0 != 0 }
        let rest = number & ~named.reduce(0, |)
        let words = named.compactMap { symbols[$0] } + (rest == 0 ? [] : ["0x\(String(rest, radix: 16))"])
        return words.isEmpty ? "0x0" : words.joined(separator: ",")
    }

    /// nft's words for values; it knows more protocols, but reads numbers too.
    private var symbols: [UInt64: String] {
        switch identifier {
        case DataType.inetProtocol.identifier:
            [
                1: "icmp", 2: "igmp", 6: "tcp", 17: "udp", 33: "dccp", 47: "gre", 50: "esp", 51: "ah",
                58: "ipv6-icmp", 108: "comp", 132: "sctp", 136: "udplite",
            ]
        case DataType.nfProtocol.identifier: [2: "ipv4", 10: "ipv6"]
        case DataType.etherType.identifier: [0x800: "ip", 0x806: "arp", 0x86dd: "ip6", 0x8100: "vlan"]
        case DataType.ctState.identifier:
            [0x1: "invalid", 0x2: "established", 0x4: "related", 0x8: "new", 0x40: "untracked"]
        case DataType.ctStatus.identifier:
            [
                0x1: "expected", 0x2: "seen-reply", 0x4: "assured", 0x8: "confirmed", 0x10: "snat", 0x20: "dnat",
                0x200: "dying",
            ]
        case DataType.ctDirection.identifier: [0: "original", 1: "reply"]
        case DataType.fibAddressType.identifier:
            [
                0: "unspec", 1: "unicast", 2: "local", 3: "broadcast", 4: "anycast", 5: "multicast", 6: "blackhole",
                7: "unreachable", 8: "prohibit",
            ]
        case DataType.packetType.identifier: [0: "host", 1: "broadcast", 2: "multicast", 3: "other"]
        default: [:]
        }
    }

    /// An interval of values as nft writes it: a prefix of addresses, or "1000-2000".
    func text(from first: Field, to last: Field) -> String {
        if first == last { return text(first) }
        if let prefix = Self.prefix(first.bytes, last.bytes), byteOrder == .network, name.hasSuffix("_addr") {
            return "\(text(first))/\(prefix)"
        }
        return "\(text(first))-\(text(last))"
    }

    /// The length of the prefix that an interval is; nil if it is none.
    private static func prefix(_ first: [UInt8], _ last: [UInt8]) -> Int? {
        var length = 0
        var isHostPart = false
        for (low, high) in zip(first, last) {
            for bit in stride(from: 7, through: 0, by: -1) {
                let (lowBit, highBit) = (low >> bit & 1, high >> bit & 1)
                if !isHostPart && lowBit == highBit {
                    length += 1
                } else if lowBit == 0 && highBit == 1 {
                    isHostPart = true
                } else {
                    return nil
                }
            }
        }
        return length
    }
}
