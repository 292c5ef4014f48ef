import CNftnl

/// nft's user data: (type, length, bytes) triples that the kernel keeps and never reads.
enum UserData {
    /// The comment among them, without its terminating zero.
    @unsafe static func comment(_ data: UnsafeRawPointer?, _ length: UInt32, type: UInt8) -> String? {
        guard let data = unsafe data else { return nil }
        let bytes = unsafe Array(UnsafeRawBufferPointer(start: data, count: Int(length)))
        var rest = bytes[...]
        while rest.count >= 2 {
            let (foundType, size) = (rest[rest.startIndex], Int(rest[rest.startIndex + 1]))
            let value = rest.dropFirst(2).prefix(size)
            if foundType == type { return String(decoding: value.prefix { $0 != 0 }, as: UTF8.self) }
            rest = rest.dropFirst(2 + size)
        }
        return nil
    }
}
