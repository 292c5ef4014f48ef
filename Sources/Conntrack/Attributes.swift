// Attribute numbers of linux/netfilter/nfnetlink_conntrack.h, as far as they are used here.

/// `CTA_*`: a flow.
enum FlowAttribute {
    static let originalTuple: UInt16 = 1
    static let replyTuple: UInt16 = 2
    static let status: UInt16 = 3
    static let protocolInfo: UInt16 = 4
    static let timeout: UInt16 = 7
    static let mark: UInt16 = 8
    static let originalCounters: UInt16 = 9
    static let replyCounters: UInt16 = 10
    static let id: UInt16 = 12
    static let zone: UInt16 = 18
    static let markMask: UInt16 = 21
    static let filter: UInt16 = 25
}

/// `CTA_TUPLE_*`: one direction.
enum TupleAttribute {
    static let addresses: UInt16 = 1
    static let transport: UInt16 = 2
    static let zone: UInt16 = 3
}

/// `CTA_IP_*`: its addresses.
enum AddressAttribute {
    static let source4: UInt16 = 1
    static let destination4: UInt16 = 2
    static let source6: UInt16 = 3
    static let destination6: UInt16 = 4
}

/// `CTA_PROTO_*`: its protocol.
enum TransportAttribute {
    static let number: UInt16 = 1
    static let sourcePort: UInt16 = 2
    static let destinationPort: UInt16 = 3
    static let echoID: UInt16 = 4
    static let echoType: UInt16 = 5
    static let echoCode: UInt16 = 6
    static let echoID6: UInt16 = 7
    static let echoType6: UInt16 = 8
    static let echoCode6: UInt16 = 9
}

/// `IPCTNL_MSG_*` with the subsystem `NFNL_SUBSYS_CTNETLINK` in the upper byte.
enum FlowMessage {
    static let new: UInt16 = 0x100
    static let get: UInt16 = 0x101
    static let delete: UInt16 = 0x102
    static let statistics: UInt16 = 0x105
}
