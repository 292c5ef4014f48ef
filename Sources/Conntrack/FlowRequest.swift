import Netlink
import NetworkTypes

/// The ctnetlink requests, as pure bytes.
enum FlowRequest {
    /// All flows that the filter lets pass.
    static func dump(_ filter: FlowFilter) -> NetlinkRequest {
        NetlinkRequest(FlowMessage.get, operation: "dump flows", object: filter.impliedFamily?.description ?? "") {
            $0.appendHeader(family: filter.impliedFamily)
            $0.append(filter)
        }
    }

    /// One flow, by its original tuple.
    static func get(_ original: FlowTuple, zone: UInt16) -> NetlinkRequest {
        NetlinkRequest(FlowMessage.get, operation: "get flow", object: "\(original)") {
            $0.appendHeader(family: original.family)
            $0.append(tuple: original, FlowAttribute.originalTuple)
            if zone != 0 { $0.attribute(FlowAttribute.zone, network: zone) }
        }
    }

    /// Removes one flow; the id keeps a later flow of the same tuple from being taken for it.
    static func delete(_ flow: Flow) -> NetlinkRequest {
        NetlinkRequest(FlowMessage.delete, operation: "delete flow", object: "\(flow)") {
            $0.appendHeader(family: flow.original.family)
            $0.append(tuple: flow.original, FlowAttribute.originalTuple)
            if flow.zone != 0 { $0.attribute(FlowAttribute.zone, network: flow.zone) }
            if let id = flow.id { $0.attribute(FlowAttribute.id, network: id) }
        }
    }

    /// Removes all: what a request without a tuple means.
    static func deleteAll() -> NetlinkRequest {
        NetlinkRequest(FlowMessage.delete, operation: "delete all flows", object: "") { $0.appendHeader(family: nil) }
    }

    /// The table's size.
    static func statistics() -> NetlinkRequest {
        NetlinkRequest(FlowMessage.statistics, operation: "count flows", object: "") { $0.appendHeader(family: nil) }
    }
}

extension AttributeWriter {
    /// `struct nfgenmsg`; no family means all.
    fileprivate mutating func appendHeader(family: IPFamily?) {
        append(family?.rawValue ?? 0)
        append(UInt8(0))  // NFNETLINK_V0
        append(network: UInt16(0))
    }

    fileprivate mutating func append(tuple: FlowTuple, _ type: UInt16) {
        nested(type) { writer in
            writer.nested(TupleAttribute.addresses) {
                let isIPv4 = tuple.family == .ipv4
                $0.attribute(isIPv4 ? AddressAttribute.source4 : AddressAttribute.source6, address: tuple.source)
                $0.attribute(
                    isIPv4 ? AddressAttribute.destination4 : AddressAttribute.destination6,
                    address: tuple.destination
                )
            }
            writer.nested(TupleAttribute.transport) {
                $0.attribute(TransportAttribute.number, tuple.protocolNumber)
                $0.append(key: tuple.key, family: tuple.family)
            }
            if let zone = tuple.zone { writer.attribute(TupleAttribute.zone, network: zone) }
        }
    }

    private mutating func append(key: FlowTuple.Key, family: IPFamily) {
        switch key {
        case .ports(let source, let destination):
            attribute(TransportAttribute.sourcePort, network: source.rawValue)
            attribute(TransportAttribute.destinationPort, network: destination.rawValue)
        case .echo(let type, let code, let id):
            let isIPv4 = family == .ipv4
            attribute(isIPv4 ? TransportAttribute.echoID : TransportAttribute.echoID6, network: id)
            attribute(isIPv4 ? TransportAttribute.echoType : TransportAttribute.echoType6, type)
            attribute(isIPv4 ? TransportAttribute.echoCode : TransportAttribute.echoCode6, code)
        case .none:
            break
        }
    }

    /// The part of a filter that the kernel can apply: the mark, and the original tuple by `CTA_FILTER_ORIG_FLAGS`.
    fileprivate mutating func append(_ filter: FlowFilter) {
        if let mark = filter.mark {
            attribute(FlowAttribute.mark, network: mark)
            attribute(FlowAttribute.markMask, network: filter.markMask)
        }
        if let zone = filter.zone { attribute(FlowAttribute.zone, network: zone) }
        let flags = filter.kernelFlags
        // The kernel wants the family for a tuple's addresses.
        guard !flags.isEmpty, filter.impliedFamily != nil else { return }
        nested(FlowAttribute.originalTuple) { writer in
            if flags.contains(.destination), let destination = filter.originalDestination {
                writer.nested(TupleAttribute.addresses) {
                    $0.attribute(AddressAttribute.destination4, address: destination)
                }
            }
            if let number = filter.protocolNumber {
                writer.nested(TupleAttribute.transport) {
                    $0.attribute(TransportAttribute.number, number)
                    if flags.contains(.destinationPort), let port = filter.originalDestinationPort {
                        $0.attribute(TransportAttribute.destinationPort, network: port.rawValue)
                    }
                }
            }
        }
        nested(FlowAttribute.filter) { $0.attribute(1, flags.rawValue) }  // CTA_FILTER_ORIG_FLAGS, host order
    }
}

/// Which fields of a tuple a kernel-side filter compares: `CTA_FILTER_F_*` of net/netfilter/nf_internals.h.
struct TupleFilterFlags: OptionSet {
    let rawValue: UInt32

    static let destination = TupleFilterFlags(rawValue: 1 << 1)
    static let number = TupleFilterFlags(rawValue: 1 << 3)
    static let destinationPort = TupleFilterFlags(rawValue: 1 << 5)
}

extension FlowFilter {
    fileprivate var kernelFlags: TupleFilterFlags {
        var flags: TupleFilterFlags = []
        // The kernel compares IPv6 addresses the wrong way round (ctnetlink_filter_match_tuple, seen on 6.18): it passes
        // the flows that do not match. So those are left to FlowFilter.matches(_:).
        if originalDestination?.family == .ipv4 { flags.insert(.destination) }
        guard let protocolNumber else { return flags }
        flags.insert(.number)
        if originalDestinationPort != nil, TransportProtocol(rawValue: protocolNumber) != nil {
            flags.insert(.destinationPort)
        }
        return flags
    }
}
