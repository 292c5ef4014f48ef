import CNlGenl
import Glibc
import LinuxSystem
import NetworkTypes

extension AttributePolicy {
    fileprivate static let family = AttributePolicy([Int(CTRL_ATTR_FAMILY_ID): .uint16])
    fileprivate static let command = AttributePolicy([
        Int(IPVS_CMD_ATTR_SERVICE): .nest, Int(IPVS_CMD_ATTR_DEST): .nest,
        Int(IPVS_CMD_ATTR_TIMEOUT_TCP): .uint32, Int(IPVS_CMD_ATTR_TIMEOUT_TCP_FIN): .uint32,
        Int(IPVS_CMD_ATTR_TIMEOUT_UDP): .uint32,
    ])
    fileprivate static let info = AttributePolicy([
        Int(IPVS_INFO_ATTR_VERSION): .uint32, Int(IPVS_INFO_ATTR_CONN_TAB_SIZE): .uint32,
    ])
    fileprivate static let virtualServer = AttributePolicy([
        Int(IPVS_SVC_ATTR_AF): .uint16, Int(IPVS_SVC_ATTR_PROTOCOL): .uint16, Int(IPVS_SVC_ATTR_ADDR): .bytes(16),
        Int(IPVS_SVC_ATTR_PORT): .uint16, Int(IPVS_SVC_ATTR_FWMARK): .uint32, Int(IPVS_SVC_ATTR_SCHED_NAME): .text,
        Int(IPVS_SVC_ATTR_FLAGS): .bytes(8), Int(IPVS_SVC_ATTR_TIMEOUT): .uint32,
        Int(IPVS_SVC_ATTR_NETMASK): .uint32, Int(IPVS_SVC_ATTR_PE_NAME): .text, Int(IPVS_SVC_ATTR_STATS64): .nest,
    ])
    fileprivate static let realServer = AttributePolicy([
        Int(IPVS_DEST_ATTR_ADDR): .bytes(16), Int(IPVS_DEST_ATTR_PORT): .uint16,
        Int(IPVS_DEST_ATTR_FWD_METHOD): .uint32, Int(IPVS_DEST_ATTR_WEIGHT): .uint32,
        Int(IPVS_DEST_ATTR_U_THRESH): .uint32, Int(IPVS_DEST_ATTR_L_THRESH): .uint32,
        Int(IPVS_DEST_ATTR_ACTIVE_CONNS): .uint32, Int(IPVS_DEST_ATTR_INACT_CONNS): .uint32,
        Int(IPVS_DEST_ATTR_PERSIST_CONNS): .uint32, Int(IPVS_DEST_ATTR_ADDR_FAMILY): .uint16,
        Int(IPVS_DEST_ATTR_STATS64): .nest,
    ])
    fileprivate static let statistics = AttributePolicy(
        Dictionary(
            uniqueKeysWithValues: (Int(IPVS_STATS_ATTR_CONNS)...Int(IPVS_STATS_ATTR_OUTBPS)).map { ($0, .uint64) }
        )
    )
}

extension Reply {
    /// The number of a generic netlink family.
    func family() throws(IPVSError) -> UInt16 {
        let attributes = try attributes(.family)
        return try attributes.uint16(Int(CTRL_ATTR_FAMILY_ID)).orMalformed("number of the family")
    }

    /// The answer to `IPVS_CMD_GET_INFO`.
    func info() throws(IPVSError) -> IPVSInfo {
        let attributes = try attributes(.info)
        return IPVSInfo(
            versionCode: try attributes.uint32(Int(IPVS_INFO_ATTR_VERSION)).orMalformed("version"),
            connectionTableSize: try attributes.uint32(Int(IPVS_INFO_ATTR_CONN_TAB_SIZE)).orMalformed("table size")
        )
    }

    /// The answer to `IPVS_CMD_GET_CONFIG`; a protocol that the kernel is built without has 0.
    func timeouts() throws(IPVSError) -> IPVSTimeouts {
        let attributes = try attributes(.command)
        return IPVSTimeouts(
            tcp: attributes.uint32(Int(IPVS_CMD_ATTR_TIMEOUT_TCP)) ?? 0,
            tcpFin: attributes.uint32(Int(IPVS_CMD_ATTR_TIMEOUT_TCP_FIN)) ?? 0,
            udp: attributes.uint32(Int(IPVS_CMD_ATTR_TIMEOUT_UDP)) ?? 0
        )
    }

    /// A virtual server; nil if it is of a protocol without a ``NetworkTypes/TransportProtocol``.
    func virtualServer() throws(IPVSError) -> VirtualServerStatus? {
        let message = try attributes(.command)
        guard let service = try message.nested(Int(IPVS_CMD_ATTR_SERVICE), .virtualServer) else {
            throw IPVSError(.malformed, text: "the answer holds no virtual server")
        }
        guard let id = try service.virtualServerID() else { return nil }
        let flags = try service.virtualServerFlags()
        let statistics = try service.nested(Int(IPVS_SVC_ATTR_STATS64), .statistics)
        return VirtualServerStatus(
            VirtualServer(
                id,
                scheduler: IPVSScheduler(rawValue: service.text(Int(IPVS_SVC_ATTR_SCHED_NAME)) ?? "none"),
                flags: VirtualServerFlags(kernelFlags: flags),
                persistence: flags & UInt32(IP_VS_SVC_F_PERSISTENT) == 0 ? nil : try service.persistence(id.family),
                persistenceEngine: service.text(Int(IPVS_SVC_ATTR_PE_NAME))
            ),
            statistics: statistics?.values() ?? IPVSStatistics()
        )
    }

    /// A real server.
    ///
    /// - Parameter family: the virtual server's, for kernels before 3.18, which did not tell a real server's own.
    /// - Returns: the real server.
    /// - Throws: `.malformed`.
    func realServer(_ family: IPFamily) throws(IPVSError) -> RealServerStatus {
        let message = try attributes(.command)
        guard let server = try message.nested(Int(IPVS_CMD_ATTR_DEST), .realServer) else {
            throw IPVSError(.malformed, text: "the answer holds no real server")
        }
        let family = try server.family(Int(IPVS_DEST_ATTR_ADDR_FAMILY)) ?? family
        let statistics = try server.nested(Int(IPVS_DEST_ATTR_STATS64), .statistics)
        let method = try server.uint32(Int(IPVS_DEST_ATTR_FWD_METHOD)).orMalformed("forwarding method")
        return RealServerStatus(
            RealServer(
                IPEndpoint(
                    address: try server.address(Int(IPVS_DEST_ATTR_ADDR), family),
                    port: try server.port(Int(IPVS_DEST_ATTR_PORT))
                ),
                weight: try server.uint32(Int(IPVS_DEST_ATTR_WEIGHT)).orMalformed("weight"),
                forwarding: RealServer.Forwarding(rawValue: method & UInt32(IP_VS_CONN_F_FWD_MASK)),
                upperThreshold: server.uint32(Int(IPVS_DEST_ATTR_U_THRESH)) ?? 0,
                lowerThreshold: server.uint32(Int(IPVS_DEST_ATTR_L_THRESH)) ?? 0
            ),
            activeConnections: server.uint32(Int(IPVS_DEST_ATTR_ACTIVE_CONNS)) ?? 0,
            inactiveConnections: server.uint32(Int(IPVS_DEST_ATTR_INACT_CONNS)) ?? 0,
            persistentConnections: server.uint32(Int(IPVS_DEST_ATTR_PERSIST_CONNS)) ?? 0,
            statistics: statistics?.values() ?? IPVSStatistics()
        )
    }
}

extension AttributeTable {
    fileprivate borrowing func family(_ type: Int) throws(IPVSError) -> IPFamily? {
        guard let number = uint16(type) else { return nil }
        return try UInt8(exactly: number).flatMap(IPFamily.init).orMalformed("known address family")
    }

    fileprivate borrowing func address(_ type: Int, _ family: IPFamily) throws(IPVSError) -> IPAddress {
        let bytes = try bytes(type).orMalformed("address")
        return try IPAddress(bytes: bytes.prefix(family.addressLength)).orMalformed("address")
    }

    fileprivate borrowing func port(_ type: Int) throws(IPVSError) -> Port {
        Port(rawValue: UInt16(bigEndian: try uint16(type).orMalformed("port")))
    }

    fileprivate borrowing func virtualServerID() throws(IPVSError) -> VirtualServerID? {
        let family = try family(Int(IPVS_SVC_ATTR_AF)).orMalformed("address family")
        if let mark = uint32(Int(IPVS_SVC_ATTR_FWMARK)), mark != 0 { return .firewallMark(mark, family) }
        let number = try uint16(Int(IPVS_SVC_ATTR_PROTOCOL)).orMalformed("protocol")
        guard let transport = UInt8(exactly: number).flatMap(TransportProtocol.init) else { return nil }
        let address = try address(Int(IPVS_SVC_ATTR_ADDR), family)
        return VirtualServerID(transport, address, try port(Int(IPVS_SVC_ATTR_PORT)))
    }

    /// The first half of struct ip_vs_flags.
    fileprivate borrowing func virtualServerFlags() throws(IPVSError) -> UInt32 {
        let bytes = try bytes(Int(IPVS_SVC_ATTR_FLAGS)).orMalformed("flags")
        return unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(as: UInt32.self) }
    }

    fileprivate borrowing func persistence(_ family: IPFamily) throws(IPVSError) -> VirtualServerPersistence {
        let mask = try uint32(Int(IPVS_SVC_ATTR_NETMASK)).orMalformed("netmask")
        let length = family == .ipv6 ? Int(mask) : (~UInt32(bigEndian: mask)).leadingZeroBitCount
        return VirtualServerPersistence(
            timeout: try uint32(Int(IPVS_SVC_ATTR_TIMEOUT)).orMalformed("timeout"),
            prefixLength: length == family.bitWidth ? nil : length
        )
    }

    fileprivate borrowing func values() -> IPVSStatistics {
        var values = IPVSStatistics()
        values.connections = uint64(Int(IPVS_STATS_ATTR_CONNS)) ?? 0
        values.packetsIn = uint64(Int(IPVS_STATS_ATTR_INPKTS)) ?? 0
        values.packetsOut = uint64(Int(IPVS_STATS_ATTR_OUTPKTS)) ?? 0
        values.bytesIn = uint64(Int(IPVS_STATS_ATTR_INBYTES)) ?? 0
        values.bytesOut = uint64(Int(IPVS_STATS_ATTR_OUTBYTES)) ?? 0
        values.connectionRate = uint64(Int(IPVS_STATS_ATTR_CPS)) ?? 0
        values.packetRateIn = uint64(Int(IPVS_STATS_ATTR_INPPS)) ?? 0
        values.packetRateOut = uint64(Int(IPVS_STATS_ATTR_OUTPPS)) ?? 0
        values.byteRateIn = uint64(Int(IPVS_STATS_ATTR_INBPS)) ?? 0
        values.byteRateOut = uint64(Int(IPVS_STATS_ATTR_OUTBPS)) ?? 0
        return values
    }
}

extension VirtualServerFlags {
    /// Without those that say what ``VirtualServer`` has fields for, or nothing (`HASHED` is always set).
    fileprivate init(kernelFlags: UInt32) {
        self.init(rawValue: kernelFlags & ~(UInt32(IP_VS_SVC_F_PERSISTENT) | UInt32(IP_VS_SVC_F_HASHED)))
    }
}

extension Optional {
    /// The value that the kernel always sends.
    fileprivate func orMalformed(_ what: String) throws(IPVSError) -> Wrapped {
        guard let self else { throw IPVSError(.malformed, text: "the answer holds no \(what)") }
        return self
    }
}
