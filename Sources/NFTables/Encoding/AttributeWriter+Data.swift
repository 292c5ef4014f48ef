import Netlink

/// `enum nft_data_attributes` and `enum nft_verdict_attributes`.
private enum Attribute {
    static let value: UInt16 = 1
    static let verdict: UInt16 = 2
    static let verdictCode: UInt16 = 1
    static let verdictChain: UInt16 = 2
}

extension AttributeWriter {
    /// Appends a value (`NFTA_DATA_VALUE`) in an attribute of its own.
    @inline(__always)
    mutating func data(_ type: UInt16, _ value: ElementValue) {
        let outer = beginNested(type)
        rawValue(Attribute.value, value)
        endNested(outer)
    }

    /// Appends a decision (`NFTA_DATA_VERDICT`) in an attribute of its own.
    mutating func data(_ type: UInt16, _ verdict: Verdict) {
        let outer = beginNested(type)
        let inner = beginNested(Attribute.verdict)
        attribute(Attribute.verdictCode, network: verdict.code)
        if let chain = verdict.chain { attribute(Attribute.verdictChain, string: chain) }
        endNested(inner)
        endNested(outer)
    }

    @inline(__always)
    private mutating func rawValue(_ type: UInt16, _ value: ElementValue) {
        // Whole words without a detour through an array: there may be hundreds of thousands of them.
        guard value.length % 4 == 0 else {
            attribute(type, bytes: value.bytes)
            return
        }
        let start = beginNested(type, flagged: false)
        for index in 0..<value.length / 4 { append(value.words[index]) }
        endNested(start)
    }
}
