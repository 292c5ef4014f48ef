import CNlGenl
import Glibc
import LinuxSystem
import NetworkTypes

extension IPVSRequest {
    /// Appends the request to what goes into one datagram.
    ///
    /// - Parameters:
    ///   - datagram: where to.
    ///   - family: the number of the family IPVS.
    ///   - sequence: the request's number.
    ///   - isAcknowledged: whether the kernel is to answer also when all is well.
    /// - Throws: `.invalid` for a value that no request can carry.
    func encode(
        into datagram: inout [UInt8],
        family: UInt16,
        sequence: UInt32,
        isAcknowledged: Bool
    ) throws(IPVSError) {
        if let fault { throw IPVSError(.invalid, operation: operation, object: object, text: fault) }
        let isControl = if case .family = subject { true } else { false }
        let wishes = isDump ? NLM_F_DUMP : isAcknowledged ? NLM_F_ACK : 0
        var message = RequestMessage(
            family: isControl ? UInt16(GENL_ID_CTRL) : family,
            command: UInt8(command),
            version: isControl ? 2 : UInt8(IPVS_GENL_VERSION),
            flags: Int32(NLM_F_REQUEST) | Int32(wishes),
            sequence: sequence
        )
        putSubject(into: &message)
        guard !message.isOverfull else {
            throw IPVSError(.invalid, operation: operation, object: object, text: "the request does not fit a message")
        }
        message.append(to: &datagram)
    }

    private func putSubject(into message: inout RequestMessage) {
        switch subject {
        case .nothing: break
        case .family(let name): message.put(Int(CTRL_ATTR_FAMILY_NAME), name)
        case .timeouts(let timeouts):
            message.put(Int(IPVS_CMD_ATTR_TIMEOUT_TCP), timeouts.tcp)
            message.put(Int(IPVS_CMD_ATTR_TIMEOUT_TCP_FIN), timeouts.tcpFin)
            message.put(Int(IPVS_CMD_ATTR_TIMEOUT_UDP), timeouts.udp)
        case .virtualServer(let server):
            message.nest(Int(IPVS_CMD_ATTR_SERVICE)) { message in
                message.putIdentity(server.id)
                message.putDefinition(server)
            }
        case .virtualServerID(let id):
            message.nest(Int(IPVS_CMD_ATTR_SERVICE)) { $0.putIdentity(id) }
        case .realServer(let server, let id):
            message.nest(Int(IPVS_CMD_ATTR_SERVICE)) { $0.putIdentity(id) }
            message.nest(Int(IPVS_CMD_ATTR_DEST)) { message in
                message.putIdentity(server.endpoint)
                message.putDefinition(server)
            }
        case .realServerEndpoint(let endpoint, let id):
            message.nest(Int(IPVS_CMD_ATTR_SERVICE)) { $0.putIdentity(id) }
            message.nest(Int(IPVS_CMD_ATTR_DEST)) { $0.putIdentity(endpoint) }
        }
    }

    /// What the kernel would take for something else, or refuse without saying why; nil if all is well.
    private var fault: String? {
        switch subject {
        case .virtualServer(let server): server.fault
        case .realServer(let server, _): server.fault
        default: nil
        }
    }
}

extension VirtualServer {
    fileprivate var fault: String? {
        let longest = IPVSScheduler.maximumLength
        if scheduler.rawValue.isEmpty || scheduler.rawValue.utf8.count > longest || scheduler.rawValue.contains("\0") {
            return "a scheduler's name has 1 to \(longest) bytes, not '\(scheduler)'"
        }
        if let persistenceEngine, persistenceEngine.isEmpty || persistenceEngine.utf8.count > longest {
            return "a persistence engine's name has 1 to \(longest) bytes, not '\(persistenceEngine)'"
        }
        if case .firewallMark(0, _) = id { return "a firewall mark is not 0" }
        guard let persistence else { return nil }
        if let length = persistence.prefixLength, !(1...id.family.bitWidth).contains(length) {
            return "persistence goes by 1 to \(id.family.bitWidth) bits of \(id.family) addresses, not by \(length)"
        }
        return nil
    }

    /// All bits of `IP_VS_SVC_F_*` that a request sets.
    fileprivate var kernelFlags: UInt32 {
        let ours = UInt32(IP_VS_SVC_F_PERSISTENT) | UInt32(IP_VS_SVC_F_HASHED)
        return flags.rawValue & ~ours | (persistence == nil ? 0 : UInt32(IP_VS_SVC_F_PERSISTENT))
    }

    /// An IPv4 mask in network order, as the kernel keeps it; for IPv6 the number of leading bits.
    fileprivate var kernelMask: UInt32 {
        let length = persistence?.prefixLength ?? id.family.bitWidth
        guard id.family == .ipv4 else { return UInt32(length) }
        return (UInt32.max << UInt32(32 - length)).bigEndian
    }
}

extension RealServer {
    fileprivate var fault: String? {
        // The kernel's type is int, and it refuses a negative one with ERANGE.
        if weight > Int32.max { return "a weight is at most \(Int32.max), not \(weight)" }
        if upperThreshold < lowerThreshold {
            return "the lower threshold (\(lowerThreshold)) is above the upper one (\(upperThreshold))"
        }
        return nil
    }
}

extension RequestMessage {
    /// What names a virtual server.
    fileprivate mutating func putIdentity(_ id: VirtualServerID) {
        put(Int(IPVS_SVC_ATTR_AF), UInt16(id.family.rawValue))
        switch id {
        case .firewallMark(let mark, _): put(Int(IPVS_SVC_ATTR_FWMARK), mark)
        case .endpoint(let transport, let endpoint):
            put(Int(IPVS_SVC_ATTR_PROTOCOL), UInt16(transport.rawValue))
            put(Int(IPVS_SVC_ATTR_ADDR), endpoint.address.unionValue)
            put(Int(IPVS_SVC_ATTR_PORT), endpoint.port.rawValue.bigEndian)
        }
    }

    /// What else there is to a virtual server.
    fileprivate mutating func putDefinition(_ server: VirtualServer) {
        put(Int(IPVS_SVC_ATTR_SCHED_NAME), server.scheduler.rawValue)
        if let engine = server.persistenceEngine { put(Int(IPVS_SVC_ATTR_PE_NAME), engine) }
        // struct ip_vs_flags: the flags, and which of them count.
        let flags = ip_vs_flags(flags: server.kernelFlags, mask: .max)
        put(Int(IPVS_SVC_ATTR_FLAGS), bytes: unsafe withUnsafeBytes(of: flags) { unsafe Array($0) })
        put(Int(IPVS_SVC_ATTR_TIMEOUT), server.persistence?.timeout ?? 0)
        put(Int(IPVS_SVC_ATTR_NETMASK), server.kernelMask)
    }

    /// What names a real server within its virtual server.
    fileprivate mutating func putIdentity(_ endpoint: IPEndpoint) {
        put(Int(IPVS_DEST_ATTR_ADDR), endpoint.address.unionValue)
        put(Int(IPVS_DEST_ATTR_PORT), endpoint.port.rawValue.bigEndian)
        put(Int(IPVS_DEST_ATTR_ADDR_FAMILY), UInt16(endpoint.family.rawValue))
    }

    /// What else there is to a real server.
    fileprivate mutating func putDefinition(_ server: RealServer) {
        put(Int(IPVS_DEST_ATTR_FWD_METHOD), server.forwarding.rawValue & UInt32(IP_VS_CONN_F_FWD_MASK))
        put(Int(IPVS_DEST_ATTR_WEIGHT), server.weight)
        put(Int(IPVS_DEST_ATTR_U_THRESH), server.upperThreshold)
        put(Int(IPVS_DEST_ATTR_L_THRESH), server.lowerThreshold)
    }
}

extension IPAddress {
    /// `union nf_inet_addr`: 16 bytes, of which an IPv4 address takes the first four.
    fileprivate var unionValue: UInt128 {
        switch self {
        case .v4(let address): (UInt128(address.rawValue) << 96).bigEndian
        case .v6(let address): address.rawValue.bigEndian
        }
    }
}
