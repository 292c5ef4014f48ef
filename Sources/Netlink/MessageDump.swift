/// Readable text of netlink messages, for failing tests and for debugging; works on any bytes.
///
/// ```
/// message type 0xa00 flags REQUEST|ACK seq 3, 40 bytes
///   header 02000000
///   [1] 6b75626500
///   [4]:
///     [1] 00000001
/// ```
public enum MessageDump {
    /// The messages in a buffer, one line per attribute.
    ///
    /// - Parameters:
    ///   - bytes: one or more messages; what is not one is shown in hexadecimal.
    ///   - headerLength: bytes of the family's fixed header: 4 in netfilter, 16 for links.
    /// - Returns: lines of text.
    public static func text(_ bytes: [UInt8], headerLength: Int = 4) -> String {
        guard let messages = try? NetlinkMessage.parse(bytes) else { return "not netlink: \(hex(bytes[...]))" }
        return messages.map { text($0, headerLength: headerLength) }.joined(separator: "\n")
    }

    /// One message, one line per attribute.
    public static func text(_ message: NetlinkMessage, headerLength: Int = 4) -> String {
        let length = NetlinkMessage.headerLength + message.payload.count
        var lines = [
            "message type 0x\(String(message.type, radix: 16)) flags \(message.flags) seq \(message.sequence), \(length) bytes"
        ]
        let header = message.isControl ? 20 : headerLength
        lines.append("  header \(hex(message.payload.prefix(header)))")
        append(message.payload.dropFirst((header + 3) & ~3), indent: "  ", to: &lines)
        return lines.joined(separator: "\n")
    }

    private static func append(_ bytes: ArraySlice<UInt8>, indent: String, to lines: inout [String]) {
        var reader = AttributeReader(bytes)
        while reader.next() {
            // Deeper than the kernel ever nests: hostile bytes must not exhaust the stack.
            if reader.isNested && indent.utf8.count < 32 {
                lines.append("\(indent)[\(reader.type)]:")
                append(reader.payload, indent: indent + "  ", to: &lines)
            } else {
                lines.append("\(indent)[\(reader.type)] \(hex(reader.payload))")
            }
        }
        if let failure = reader.failure { lines.append("\(indent)!! \(failure.text)") }
    }

    /// Two digits for each byte.
    public static func hex(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
