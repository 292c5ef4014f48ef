import Netlink

/// Filters that send packets elsewhere.
enum Redirection {
    /// Reads an RTM_NEWTFILTER message: the index of the link that a `u32` filter redirects to; nil for other filters.
    ///
    /// - Throws: `.malformed`.
    static func target(_ message: NetlinkMessage) throws(NetlinkError) -> UInt32? {
        var kind = ""
        var target: UInt32?
        var attributes = try message.attributes(after: 20)
        while attributes.next() {
            switch attributes.type {
            case TrafficAttribute.kind: kind = attributes.string()
            case TrafficAttribute.options where kind == "u32":
                attributes.nested { options in
                    // TCA_U32_ACT: actions, numbered.
                    while options.next() { if options.type == 7 { options.nested { target = actions(&$0) ?? target } } }
                }
            default: continue
            }
        }
        try attributes.finish()
        return target
    }

    private static func actions(_ actions: inout AttributeReader) -> UInt32? {
        var target: UInt32?
        while actions.next() { actions.nested { target = action(&$0) ?? target } }
        return target
    }

    /// TCA_ACT_KIND, TCA_ACT_OPTIONS with TCA_MIRRED_PARMS: struct tc_mirred, whose last word is the link.
    private static func action(_ action: inout AttributeReader) -> UInt32? {
        var kind = ""
        var target: UInt32?
        while action.next() {
            switch action.type {
            case 1: kind = action.string()
            case 2 where kind == "mirred":
                action.nested { options in
                    while options.next() {
                        if options.type == 2 { target = options.payload.hostInteger(at: 24, as: UInt32.self) }
                    }
                }
            default: continue
            }
        }
        return target
    }
}

extension NetlinkRequest {
    /// RTM_GETTFILTER for a dump of the filters on what arrives on a link; EINVAL without an ingress discipline.
    static func getIngressFilters(link: UInt32) -> NetlinkRequest {
        NetlinkRequest(RouteMessage.getFilter, operation: "list ingress filters", object: "link \(link)") { writer in
            writer.trafficHeader(link: link, parent: TrafficHandle.ingressDiscipline)
        }
    }
}
