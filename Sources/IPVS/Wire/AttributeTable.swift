import CNlGenl
import Glibc

/// The attributes of a message or of a nest, checked by libnl against a policy and found by their type.
///
/// It points into the datagram: it lives only while a reply is being read.
@safe struct AttributeTable: ~Copyable {
    private let table: UnsafeMutablePointer<UnsafeMutablePointer<nlattr>?>
    private let count: Int

    private init(_ table: UnsafeMutablePointer<UnsafeMutablePointer<nlattr>?>, count: Int) {
        unsafe self.table = unsafe table
        self.count = count
    }

    deinit { unsafe table.deallocate() }

    /// Reads a run of attributes; those above the policy's last one are skipped.
    ///
    /// - Throws: `.malformed` for an attribute whose length the policy does not allow.
    @unsafe static func parse(
        _ first: UnsafeMutablePointer<nlattr>?,
        length: Int32,
        _ policy: AttributePolicy
    ) throws(IPVSError) -> AttributeTable {
        let count = policy.rules.count
        let table = UnsafeMutablePointer<UnsafeMutablePointer<nlattr>?>.allocate(capacity: count)
        unsafe table.initialize(repeating: nil, count: count)
        let result = unsafe nla_parse(table, Int32(count - 1), first, max(0, length), policy.rules)
        guard result >= 0 else {
            unsafe table.deallocate()
            throw IPVSError(.malformed, text: "an attribute of the answer has a wrong length (libnl \(-result))")
        }
        return unsafe AttributeTable(table, count: count)
    }

    private func attribute(_ type: Int) -> UnsafeMutablePointer<nlattr>? {
        unsafe type < count ? table[type] : nil
    }

    /// 16 bits in host order.
    func uint16(_ type: Int) -> UInt16? { unsafe attribute(type).map { unsafe nla_get_u16($0) } }
    /// 32 bits in host order.
    func uint32(_ type: Int) -> UInt32? { unsafe attribute(type).map { unsafe nla_get_u32($0) } }
    /// 64 bits in host order.
    func uint64(_ type: Int) -> UInt64? { unsafe attribute(type).map { unsafe nla_get_u64($0) } }
    /// Text, which the policy saw to end with a zero.
    func text(_ type: Int) -> String? { unsafe attribute(type).map { unsafe String(cString: nla_get_string($0)) } }

    /// The bytes of an attribute.
    func bytes(_ type: Int) -> [UInt8]? {
        guard let attribute = unsafe attribute(type) else { return nil }
        return unsafe Array(UnsafeRawBufferPointer(start: nla_data(attribute), count: Int(nla_len(attribute))))
    }

    /// The attributes within an attribute; nil if it is not there.
    ///
    /// - Throws: `.malformed`.
    func nested(_ type: Int, _ policy: AttributePolicy) throws(IPVSError) -> AttributeTable? {
        guard let attribute = unsafe attribute(type), let data = unsafe nla_data(attribute) else { return nil }
        let first = unsafe data.assumingMemoryBound(to: nlattr.self)
        return try unsafe .parse(first, length: nla_len(attribute), policy)
    }
}

/// What the attributes of a run must be like: libnl's policy, indexed by type.
struct AttributePolicy: Sendable {
    fileprivate let rules: [nla_policy]

    /// What one attribute must be like.
    enum Kind { case uint16, uint32, uint64, nest, text, bytes(Int) }

    init(_ kinds: [Int: Kind]) {
        var rules = [nla_policy](repeating: nla_policy(), count: (kinds.keys.max() ?? 0) + 1)
        for (type, kind) in kinds { rules[type] = kind.rule }
        self.rules = rules
    }
}

extension AttributePolicy.Kind {
    fileprivate var rule: nla_policy {
        switch self {
        case .uint16: nla_policy(type: UInt16(NLA_U16), minlen: 2, maxlen: 2)
        case .uint32: nla_policy(type: UInt16(NLA_U32), minlen: 4, maxlen: 4)
        case .uint64: nla_policy(type: UInt16(NLA_U64), minlen: 8, maxlen: 8)
        case .nest: nla_policy(type: UInt16(NLA_NESTED), minlen: 0, maxlen: 0)
        case .text: nla_policy(type: UInt16(NLA_STRING), minlen: 1, maxlen: 0)
        case .bytes(let count):
            nla_policy(type: UInt16(NLA_UNSPEC), minlen: UInt16(count), maxlen: UInt16(count))
        }
    }
}
