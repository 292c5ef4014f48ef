import Netlink
import Testing

/// A request's bytes as they are sent with sequence number 7, asking for an acknowledgement.
func bytes(_ request: NetlinkRequest) throws -> [UInt8] {
    try request.encoded(sequence: 7, adding: .acknowledge)
}

/// A number's bytes in host order, as hexadecimal digits.
func hexadecimal(_ value: UInt32) -> String {
    var writer = AttributeWriter()
    writer.append(value)
    let bytes = (try? writer.finish()) ?? []
    return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
