public import Netlink

extension NetlinkRequest {
    /// RTM_NEWQDISC: a token bucket at a link's root, in the place of the discipline that is there.
    public static func replaceTokenBucket(_ spec: TokenBucketSpec) -> NetlinkRequest {
        NetlinkRequest(
            RouteMessage.newDiscipline,
            flags: [.create, .replace],
            operation: "set queueing discipline",
            object: spec.description
        ) { writer in
            writer.trafficHeader(link: spec.link, handle: TrafficHandle.first, parent: TrafficHandle.root)
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
            writer.trafficHeader(link: link, handle: TrafficHandle.ingressDiscipline, parent: TrafficHandle.ingress)
            writer.attribute(TrafficAttribute.kind, string: "ingress")
        }
    }

    /// RTM_NEWTFILTER: what arrives on a link leaves by another one instead.
    ///
    /// A `u32` filter with the action `mirred`.
    ///
    /// - Parameters:
    ///   - link: where it arrives.
    ///   - target: where it leaves.
    ///   - match: which packets; nil for all that no filter before has taken.
    /// - Returns: the request.
    public static func redirectIngress(
        link: UInt32,
        to target: UInt32,
        matching match: TrafficMatch? = nil
    ) -> NetlinkRequest {
        NetlinkRequest(
            RouteMessage.newFilter,
            flags: [.create, .exclusive],
            operation: "redirect ingress",
            object: "link \(link) to link \(target)"
        ) { writer in
            writer.trafficHeader(
                link: link,
                parent: TrafficHandle.ingressDiscipline,
                information: TrafficMatch.information(match)
            )
            writer.attribute(TrafficAttribute.kind, string: "u32")
            writer.nested(TrafficAttribute.options, flagged: false) { writer in
                writer.selector(match)
                // TCA_U32_ACT.
                writer.nested(7) { writer in writer.nested(1) { $0.redirection(to: target) } }
            }
        }
    }

    /// RTM_NEWTFILTER: what arrives on a link and matches goes on as if there were no filters.
    public static func passIngress(link: UInt32, matching match: TrafficMatch) -> NetlinkRequest {
        NetlinkRequest(
            RouteMessage.newFilter,
            flags: [.create, .exclusive],
            operation: "pass ingress",
            object: "\(match) of link \(link)"
        ) { writer in
            writer.trafficHeader(
                link: link,
                parent: TrafficHandle.ingressDiscipline,
                information: TrafficMatch.information(match)
            )
            writer.attribute(TrafficAttribute.kind, string: "u32")
            writer.nested(TrafficAttribute.options, flagged: false) { writer in
                // TCA_U32_CLASSID: a class that means nothing here; without an action the packet is let go on.
                writer.attribute(1, TrafficHandle.ingressDiscipline | 1)
                writer.selector(match)
            }
        }
    }

    /// RTM_DELQDISC of a link's root and ingress; ENOENT or EINVAL when there is only the kernel's own.
    public static func deleteDisciplines(link: UInt32) -> [NetlinkRequest] {
        [(TrafficHandle.root, "root"), (TrafficHandle.ingress, "ingress")].map { parent, name in
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
