import Netlink

/// Kinds of messages: `NFT_MSG_*` of linux/netfilter/nf_tables.h and the batch's frame of linux/netfilter/nfnetlink.h.
enum MessageKind {
    // NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_*.
    static let newTable: UInt16 = 0xa00
    static let deleteTable: UInt16 = 0xa02
    static let getTable: UInt16 = 0xa01
    static let newChain: UInt16 = 0xa03
    static let getChain: UInt16 = 0xa04
    static let deleteChain: UInt16 = 0xa05
    static let newRule: UInt16 = 0xa06
    static let getRule: UInt16 = 0xa07
    static let deleteRule: UInt16 = 0xa08
    static let newSet: UInt16 = 0xa09
    static let deleteSet: UInt16 = 0xa0b
    static let newElements: UInt16 = 0xa0c
    static let getElements: UInt16 = 0xa0d
    static let deleteElements: UInt16 = 0xa0e
    static let newGeneration: UInt16 = 0xa0f
    static let getGeneration: UInt16 = 0xa10
    /// Linux 6.3: like deleting, but an object that is not there is no error.
    static let destroyRule: UInt16 = 0xa1c
    static let destroyElements: UInt16 = 0xa1e
    /// NFNL_SUBSYS_NFT_COMPAT << 8 | NFNL_MSG_COMPAT_GET of linux/netfilter/nf_tables_compat.h.
    static let getCompatibility: UInt16 = 0xb00
    /// NFNL_MSG_BATCH_BEGIN and NFNL_MSG_BATCH_END.
    static let batchBegin: UInt16 = 0x10
    static let batchEnd: UInt16 = 0x11
}

extension AttributeWriter {
    /// Appends `struct nfgenmsg`, with which every message of netfilter begins.
    mutating func netfilterHeader(family: UInt8, resource: UInt16 = 0) {
        append(family)
        append(UInt8(0))
        append(network: resource)
    }

    /// Appends one piece of libnftnl's user data: type, length, bytes (`struct nftnl_udata`).
    static func userData(_ type: UInt8, _ bytes: some Collection<UInt8>) -> [UInt8] {
        [type, UInt8(truncatingIfNeeded: bytes.count)] + bytes
    }

    /// A comment as user data of the type that comments have on the object; closed with a zero byte.
    static func userData(_ type: UInt8, comment: String) -> [UInt8] {
        let text = commentText(comment).utf8
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count + 3)
        bytes.append(type)
        bytes.append(UInt8(truncatingIfNeeded: text.count + 1))
        bytes.append(contentsOf: text)
        bytes.append(0)
        return bytes
    }

    /// A number as user data, in host order.
    static func userData(_ type: UInt8, _ number: UInt32) -> [UInt8] {
        userData(type, [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: number.littleEndian >> $0) })
    }
}
