import Netlink

/// Handles of linux/pkt_sched.h.
enum TrafficHandle {
    /// TC_H_ROOT.
    static let root: UInt32 = 0xffff_ffff
    /// TC_H_INGRESS as a parent.
    static let ingress: UInt32 = 0xffff_fff1
    /// The handle that the ingress discipline has.
    static let ingressDiscipline: UInt32 = 0xffff_0000
    /// "1:".
    static let first: UInt32 = 0x1_0000
    /// "1:1".
    static let firstClass: UInt32 = 0x1_0001
}

extension AttributeWriter {
    /// struct tcmsg (20 bytes).
    mutating func trafficHeader(
        link: UInt32,
        handle: UInt32 = 0,
        parent: UInt32 = 0,
        information: UInt32 = 0
    ) {
        append(RouteFamily.unspecified)
        append(UInt8(0))
        append(UInt16(0))
        append(link)
        append(handle)
        append(parent)
        append(information)
    }
}
