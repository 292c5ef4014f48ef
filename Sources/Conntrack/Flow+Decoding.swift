public import Netlink
import NetworkTypes

extension Flow {
    /// Reads a ctnetlink message (`IPCTNL_MSG_CT_NEW`): `struct nfgenmsg`, then `CTA_*` attributes.
    ///
    /// - Throws: `.malformed` if an attribute has a wrong size, or a tuple is missing.
    public init(_ message: NetlinkMessage) throws(NetlinkError) {
        var attributes = try message.attributes(after: 4)
        var fields = FlowFields()
        while attributes.next() { fields.read(&attributes) }
        try attributes.finish()
        guard let original = fields.original.tuple, let reply = fields.reply.tuple else {
            throw NetlinkError(
                .malformed,
                operation: "read flow",
                text: "a tuple lacks its addresses",
                sequence: message.sequence
            )
        }
        self.init(original: original, reply: reply)
        status = FlowStatus(rawValue: fields.status)
        tcpState = fields.tcpState
        mark = fields.mark
        zone = fields.zone
        timeout = fields.timeout
        id = fields.id
        originalCounters = fields.originalCounters
        replyCounters = fields.replyCounters
    }
}

private struct FlowFields {
    var original = TupleFields()
    var reply = TupleFields()
    var status: UInt32 = 0
    var tcpState: TCPState?
    var mark: UInt32 = 0
    var zone: UInt16 = 0
    var timeout: UInt32?
    var id: UInt32?
    var originalCounters: Flow.Counters?
    var replyCounters: Flow.Counters?

    mutating func read(_ attributes: inout AttributeReader) {
        switch attributes.type {
        case FlowAttribute.originalTuple: original.read(&attributes)
        case FlowAttribute.replyTuple: reply.read(&attributes)
        case FlowAttribute.status: status = attributes.networkUInt32()
        case FlowAttribute.protocolInfo: attributes.nested { while $0.next() { readProtocolInfo(&$0) } }
        case FlowAttribute.timeout: timeout = attributes.networkUInt32()
        case FlowAttribute.mark: mark = attributes.networkUInt32()
        case FlowAttribute.originalCounters: originalCounters = counters(&attributes)
        case FlowAttribute.replyCounters: replyCounters = counters(&attributes)
        case FlowAttribute.id: id = attributes.networkUInt32()
        case FlowAttribute.zone: zone = attributes.networkUInt16()
        default: break
        }
    }

    private mutating func readProtocolInfo(_ attributes: inout AttributeReader) {
        guard attributes.type == 1 else { return }  // CTA_PROTOINFO_TCP
        attributes.nested { inner in
            while inner.next() {
                if inner.type == 1 { tcpState = TCPState(rawValue: inner.uint8()) }  // CTA_PROTOINFO_TCP_STATE
            }
        }
    }

    private func counters(_ attributes: inout AttributeReader) -> Flow.Counters {
        var counters = Flow.Counters(packets: 0, bytes: 0)
        attributes.nested { inner in
            while inner.next() {
                switch inner.type {
                case 1: counters.packets = inner.networkUInt64()  // CTA_COUNTERS_PACKETS
                case 2: counters.bytes = inner.networkUInt64()  // CTA_COUNTERS_BYTES
                default: break
                }
            }
        }
        return counters
    }
}

private struct TupleFields {
    var source: IPAddress?
    var destination: IPAddress?
    var protocolNumber: UInt8 = 0
    var sourcePort: UInt16?
    var destinationPort: UInt16?
    var echoID: UInt16?
    var echoType: UInt8 = 0
    var echoCode: UInt8 = 0
    var zone: UInt16?

    var tuple: FlowTuple? {
        guard let source, let destination, source.family == destination.family else { return nil }
        let key: FlowTuple.Key
        if let sourcePort, let destinationPort {
            key = .ports(source: Port(rawValue: sourcePort), destination: Port(rawValue: destinationPort))
        } else if let echoID {
            key = .echo(type: echoType, code: echoCode, id: echoID)
        } else {
            key = .none
        }
        return FlowTuple(
            source: source,
            destination: destination,
            protocolNumber: protocolNumber,
            key: key,
            zone: zone
        )
    }

    mutating func read(_ attributes: inout AttributeReader) {
        attributes.nested { inner in
            while inner.next() {
                switch inner.type {
                case TupleAttribute.addresses: inner.nested { while $0.next() { readAddress(&$0) } }
                case TupleAttribute.transport: inner.nested { while $0.next() { readTransport(&$0) } }
                case TupleAttribute.zone: zone = inner.networkUInt16()
                default: break
                }
            }
        }
    }

    private mutating func readAddress(_ attributes: inout AttributeReader) {
        switch attributes.type {
        case AddressAttribute.source4, AddressAttribute.source6: source = attributes.address()
        case AddressAttribute.destination4, AddressAttribute.destination6: destination = attributes.address()
        default: break
        }
    }

    private mutating func readTransport(_ attributes: inout AttributeReader) {
        switch attributes.type {
        case TransportAttribute.number: protocolNumber = attributes.uint8()
        case TransportAttribute.sourcePort: sourcePort = attributes.networkUInt16()
        case TransportAttribute.destinationPort: destinationPort = attributes.networkUInt16()
        case TransportAttribute.echoID, TransportAttribute.echoID6: echoID = attributes.networkUInt16()
        case TransportAttribute.echoType, TransportAttribute.echoType6: echoType = attributes.uint8()
        case TransportAttribute.echoCode, TransportAttribute.echoCode6: echoCode = attributes.uint8()
        default: break
        }
    }
}
