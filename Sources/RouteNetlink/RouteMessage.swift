/// Message types of linux/rtnetlink.h.
enum RouteMessage {
    /// RTM_NEWLINK.
    static let newLink: UInt16 = 16
    /// RTM_DELLINK.
    static let deleteLink: UInt16 = 17
    /// RTM_GETLINK.
    static let getLink: UInt16 = 18
    /// RTM_SETLINK.
    static let setLink: UInt16 = 19
    /// RTM_NEWADDR.
    static let newAddress: UInt16 = 20
    /// RTM_DELADDR.
    static let deleteAddress: UInt16 = 21
    /// RTM_GETADDR.
    static let getAddress: UInt16 = 22
    /// RTM_NEWROUTE.
    static let newRoute: UInt16 = 24
    /// RTM_DELROUTE.
    static let deleteRoute: UInt16 = 25
    /// RTM_GETROUTE.
    static let getRoute: UInt16 = 26
    /// RTM_NEWNEIGH.
    static let newNeighbor: UInt16 = 28
    /// RTM_DELNEIGH.
    static let deleteNeighbor: UInt16 = 29
    /// RTM_GETNEIGH.
    static let getNeighbor: UInt16 = 30
    /// RTM_NEWQDISC.
    static let newDiscipline: UInt16 = 36
    /// RTM_DELQDISC.
    static let deleteDiscipline: UInt16 = 37
    /// RTM_GETQDISC.
    static let getDiscipline: UInt16 = 38
    /// RTM_NEWTCLASS.
    static let newClass: UInt16 = 40
    /// RTM_GETTCLASS.
    static let getClass: UInt16 = 42
    /// RTM_NEWTFILTER.
    static let newFilter: UInt16 = 44
    /// RTM_GETTFILTER.
    static let getFilter: UInt16 = 46
}

/// Address families that rtnetlink uses beside IPv4 and IPv6.
enum RouteFamily {
    /// AF_UNSPEC: any, or all.
    static let unspecified: UInt8 = 0
    /// AF_BRIDGE: bridge ports and forwarding entries.
    static let bridge: UInt8 = 7
}

/// Attributes of queueing disciplines and filters: TCA_* of linux/rtnetlink.h.
enum TrafficAttribute {
    /// TCA_KIND.
    static let kind: UInt16 = 1
    /// TCA_OPTIONS.
    static let options: UInt16 = 2
}
