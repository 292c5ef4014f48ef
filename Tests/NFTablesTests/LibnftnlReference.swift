import CMnl
import CNftnl
import Glibc
import Netlink

/// One attribute of an object of libnftnl, and how it is set.
enum ReferenceValue {
    case u8(UInt8)
    case u16(UInt16)
    case u32(UInt32)
    case u64(UInt64)
    case string(String)
    case bytes([UInt8])
}

/// Objects built with libnftnl, and the messages that it makes of them: what our encoder is compared with.
enum LibnftnlReference {
    /// A message of libnftnl's, with our sequence number.
    static func message(
        _ type: Int,
        family: UInt8,
        flags: UInt16,
        sequence: UInt32,
        _ build: (UnsafeMutablePointer<nlmsghdr>) -> Void
    ) -> NetlinkMessage? {
        let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: 1 << 20)
        defer { unsafe buffer.deallocate() }
        unsafe buffer.initialize(repeating: 0, count: 1 << 20)
        guard
            let header = unsafe nftnl_nlmsg_build_hdr(
                buffer,
                UInt16(type),
                UInt16(family),
                flags & ~1,
                sequence
            )
        else { return nil }
        unsafe build(header)
        // nlmsg_len comes first.
        let length = (0..<4).reduce(0) { unsafe $0 | Int(UInt8(bitPattern: buffer[$1])) << (8 * $1) }
        let bytes = (0..<length).map { unsafe UInt8(bitPattern: buffer[$0]) }
        return try? NetlinkMessage.parse(bytes).first
    }

    /// An expression, to be given to a rule or freed.
    static func expression(_ name: String, _ attributes: [(Int, ReferenceValue)]) -> OpaquePointer? {
        guard let expression = unsafe nftnl_expr_alloc(name) else { return nil }
        for (type, value) in attributes {
            let type = UInt16(type)
            switch value {
            case .u8(let number): unsafe nftnl_expr_set_u8(expression, type, number)
            case .u16(let number): unsafe nftnl_expr_set_u16(expression, type, number)
            case .u32(let number): unsafe nftnl_expr_set_u32(expression, type, number)
            case .u64(let number): unsafe nftnl_expr_set_u64(expression, type, number)
            case .string(let text): unsafe nftnl_expr_set_str(expression, type, text)
            case .bytes(let bytes): unsafe set(expression, name, type, bytes)
            }
        }
        return unsafe expression
    }

    private static func set(_ expression: OpaquePointer, _ name: String, _ type: UInt16, _ bytes: [UInt8]) {
        let isExtension = name == "match" || name == "target"
        guard isExtension && type == UInt16(NFTNL_EXPR_MT_INFO) else {
            unsafe nftnl_expr_set(expression, type, bytes, UInt32(bytes.count))
            return
        }
        // libnftnl keeps this pointer and frees it.
        guard let copy = unsafe malloc(bytes.count) else { return }
        unsafe copy.copyMemory(from: bytes, byteCount: bytes.count)
        unsafe nftnl_expr_set(expression, type, copy, UInt32(bytes.count))
    }

    /// libnftnl's text of an expression: "payload load 4b @ network header + 16 => reg 1".
    static func text(_ name: String, _ expression: OpaquePointer) -> String {
        let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: 4096)
        defer { unsafe buffer.deallocate() }
        unsafe buffer.initialize(repeating: 0, count: 4096)
        unsafe nftnl_expr_snprintf(buffer, 4096, expression, UInt32(NFTNL_OUTPUT_DEFAULT.rawValue), 0)
        let text = unsafe "\(name) \(String(cString: buffer))"
        return text.split(separator: " ").joined(separator: " ")
    }

    /// libnftnl's text of the rule that a message of ours holds: it reads our bytes, and prints what it understood.
    static func text(ofRule message: NetlinkMessage) -> [String] {
        let bytes = message.bytes
        guard let rule = unsafe nftnl_rule_alloc() else { return [] }
        defer { unsafe nftnl_rule_free(rule) }
        let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: 65_536)
        defer { unsafe buffer.deallocate() }
        unsafe buffer.initialize(repeating: 0, count: 65_536)
        let isRead = unsafe bytes.withUnsafeBytes { raw in
            guard let header = unsafe raw.bindMemory(to: nlmsghdr.self).baseAddress else { return false }
            return unsafe nftnl_rule_nlmsg_parse(header, rule) == 0
        }
        guard isRead else { return [] }
        unsafe nftnl_rule_snprintf(buffer, 65_536, rule, UInt32(NFTNL_OUTPUT_DEFAULT.rawValue), 0)
        let lines = unsafe String(cString: buffer).split(separator: "\n").map { $0.drop { $0 == " " } }
        return lines.filter { $0.hasPrefix("[ ") }.map { line in
            line.dropFirst(2).prefix { $0 != "]" }.split(separator: " ").joined(separator: " ")
        }
    }
}
