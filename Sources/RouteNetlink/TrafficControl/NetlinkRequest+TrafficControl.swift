public import Netlink

/// Handles of linux/pkt_sched.h.
private enum Handle {
    /// TC_H_ROOT.
    static let root: UInt32 = 0xffff_ffff
    /// TC_H_INGRESS as a parent, and the handle that the ingress discipline has.
    static let ingress: UInt32 = 0xffff_fff1
    static let ingressDiscipline: UInt32 = 0xffff_0000
    /// "1:".
    static let first: UInt32 = 0x1_0000
}

extension AttributeWriter {
    /// struct tcmsg (20 bytes).
    fileprivate mutating func trafficHeader(
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

extension NetlinkRequest {
    /// RTM_NEWQDISC: a token bucket at a link's root, in the place of the discipline that is there.
    public static func replaceTokenBucket(_ spec: TokenBucketSpec) -> NetlinkRequest {
        NetlinkRequest(
            RouteMessage.newDiscipline,
            flags: [.create, .replace],
            operation: "set queueing discipline",
            object: spec.description
        ) { writer in
            writer.trafficHeader(link: spec.link, handle: Handle.first, parent: Handle.root)
            writer.attribute(TrafficAttribute.kind, string: "tbf")
            writer.nested(TrafficAttribute.options, flagged: false) { spec.encode(into: &$0) }
        }
    }

    /// RTM_NEWQDISC: the place where filters see what arrives on a link (`ffff:`); no error when it is there.
    public static func addIngress(link: UInt32) -> NetlinkRequest {
        NetlinkRequest(
            RouteMessage.newDiscipline,
            flags: .create,
            operation: "add ingress",
            object: "link \(link)"
        ) { writer in
            writer.trafficHeader(link: link, handle: Handle.ingressDiscipline, parent: Handle.ingress)
            writer.attribute(TrafficAttribute.kind, string: "ingress")
        }
    }

    /// RTM_NEWTFILTER: all that arrives on a link leaves by another one instead.
    ///
    /// A `u32` filter that matches everything, with the action `mirred`.
    public static func redirectIngress(link: UInt32, to target: UInt32) -> NetlinkRequest {
        NetlinkRequest(
            RouteMessage.newFilter,
            flags: [.create, .exclusive],
            operation: "redirect ingress",
            object: "link \(link) to link \(target)"
        ) { writer in
            // Priority 1, every protocol (ETH_P_ALL in network order).
            let information = UInt32(1) << 16 | UInt32(UInt16(3).bigEndian)
            writer.trafficHeader(link: link, parent: Handle.ingressDiscipline, information: information)
            writer.attribute(TrafficAttribute.kind, string: "u32")
            writer.nested(TrafficAttribute.options, flagged: false) { writer in
                writer.matchAll()
                // TCA_U32_ACT.
                writer.nested(7) { writer in writer.nested(1) { $0.redirection(to: target) } }
            }
        }
    }

    /// RTM_DELQDISC of a link's root and ingress; ENOENT or EINVAL when there is only the kernel's own.
    public static func deleteDisciplines(link: UInt32) -> [NetlinkRequest] {
        [(Handle.root, "root"), (Handle.ingress, "ingress")].map { parent, name in
            NetlinkRequest(
                RouteMessage.deleteDiscipline,
                operation: "delete queueing discipline",
                object: "\(name) of link \(link)"
            ) { $0.trafficHeader(link: link, parent: parent) }
        }
    }

    /// RTM_GETQDISC for a dump; the kernel may tell those of other links, too.
    public static func getDisciplines(link: UInt32) -> NetlinkRequest {
        NetlinkRequest(
            RouteMessage.getDiscipline,
            operation: "list queueing disciplines",
            object: "link \(link)"
        ) { $0.trafficHeader(link: link) }
    }
}

extension AttributeWriter {
    /// TCA_U32_SEL: struct tc_u32_sel, one key that masks nothing, and ends here (TC_U32_TERMINAL).
    fileprivate mutating func matchAll() {
        nested(5, flagged: false) { writer in
            for byte: UInt8 in [1, 0, 1, 0] { writer.append(byte) }
            for _ in 0..<4 { writer.append(UInt16(0)) }
            writer.append(UInt32(0))
            for _ in 0..<4 { writer.append(UInt32(0)) }
        }
    }

    /// TCA_ACT_KIND and TCA_ACT_OPTIONS with TCA_MIRRED_PARMS: struct tc_mirred.
    fileprivate mutating func redirection(to target: UInt32) {
        attribute(1, string: "mirred")
        nested(2) { writer in
            writer.nested(2, flagged: false) { writer in
                writer.append(UInt32(0))  // index
                writer.append(UInt32(0))  // capab
                writer.append(UInt32(4))  // action: TC_ACT_STOLEN
                writer.append(UInt32(0))  // refcnt
                writer.append(UInt32(0))  // bindcnt
                writer.append(UInt32(1))  // eaction: TCA_EGRESS_REDIR
                writer.append(target)
            }
        }
    }
}
