public import Netlink

/// A rate for some of what leaves a link: a hierarchical token bucket (`htb`, tc-htb(8)) with one class, which has the rate;
/// all else passes it by.
extension NetlinkRequest {
    /// RTM_NEWQDISC and RTM_NEWTCLASS: the bucket at a link's root, in the place of the discipline that is there.
    ///
    /// - Parameters:
    ///   - spec: rate and burst. How much may wait is the link's queue length.
    ///   - takesRest: whether what no filter matches is limited.
    /// - Returns: both requests.
    public static func replaceSelectiveBucket(_ spec: TokenBucketSpec, takesRest: Bool) -> [NetlinkRequest] {
        let discipline = NetlinkRequest(
            RouteMessage.newDiscipline,
            flags: [.create, .replace],
            operation: "set queueing discipline",
            object: spec.description
        ) { writer in
            writer.trafficHeader(link: spec.link, handle: TrafficHandle.first, parent: TrafficHandle.root)
            writer.attribute(TrafficAttribute.kind, string: "htb")
            writer.nested(TrafficAttribute.options, flagged: false) { writer in
                // TCA_HTB_INIT: struct tc_htb_glob: version, rate2quantum, the class of the rest, debug, direct_pkts.
                writer.nested(2, flagged: false) { writer in
                    for number: UInt32 in [3, 10, takesRest ? 1 : 0, 0, 0] { writer.append(number) }
                }
            }
        }
        let limit = NetlinkRequest(
            RouteMessage.newClass,
            flags: [.create],
            operation: "set traffic class",
            object: spec.description
        ) { writer in
            writer.trafficHeader(link: spec.link, handle: TrafficHandle.firstClass, parent: TrafficHandle.first)
            writer.attribute(TrafficAttribute.kind, string: "htb")
            writer.nested(TrafficAttribute.options, flagged: false) { spec.encodeClass(into: &$0) }
        }
        return [discipline, limit]
    }

    /// RTM_NEWTFILTER: what leaves a link with such a bucket and matches is limited, or passes by.
    public static func classify(link: UInt32, _ match: TrafficMatch, isLimited: Bool) -> NetlinkRequest {
        NetlinkRequest(
            RouteMessage.newFilter,
            flags: [.create, .exclusive],
            operation: isLimited ? "limit" : "exempt",
            object: "\(match) on link \(link)"
        ) { writer in
            writer.trafficHeader(
                link: link,
                parent: TrafficHandle.first,
                information: TrafficMatch.information(match)
            )
            writer.attribute(TrafficAttribute.kind, string: "u32")
            writer.nested(TrafficAttribute.options, flagged: false) { writer in
                // TCA_U32_CLASSID; the discipline itself stands for passing by.
                writer.attribute(1, isLimited ? TrafficHandle.firstClass : TrafficHandle.first)
                writer.selector(match)
            }
        }
    }

    /// RTM_GETTCLASS for a dump of a link's classes.
    public static func getClasses(link: UInt32) -> NetlinkRequest {
        NetlinkRequest(
            RouteMessage.getClass,
            operation: "list traffic classes",
            object: "link \(link)"
        ) { $0.trafficHeader(link: link) }
    }
}

extension TokenBucketSpec {
    /// TCA_OPTIONS of an htb class: struct tc_htb_opt, and what a rate of 32 bits has no room for.
    fileprivate func encodeClass(into writer: inout AttributeWriter) {
        let small = UInt32(clamping: rate)
        // Bursts are in ticks of 64 nanoseconds (PSCHED_SHIFT).
        let ticks = UInt32(clamping: UInt64(burst) * 15_625_000 / max(rate, 1))
        // TCA_HTB_PARMS: rate, ceil, buffer, cbuffer, quantum, level, prio.
        writer.nested(1, flagged: false) { writer in
            writer.ratespec(small)
            writer.ratespec(small)
            writer.append(ticks)
            writer.append(ticks)
            // How much at once, among classes; there is only one. Left out, the kernel complains of its own choice.
            writer.append(UInt32(clamping: max(1514, min(rate / 10, 200_000))))
            writer.append(UInt32(0))
            writer.append(UInt32(0))
        }
        // TCA_HTB_RATE64, TCA_HTB_CEIL64.
        if rate >= UInt64(UInt32.max) {
            writer.attribute(6, rate)
            writer.attribute(7, rate)
        }
    }
}
