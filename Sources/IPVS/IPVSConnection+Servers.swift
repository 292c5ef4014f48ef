public import NetworkTypes

/// Reading.
extension IPVSConnection {
    /// All virtual servers of the namespace, whoever made them, in no order.
    ///
    /// Those of protocols other than TCP, UDP and SCTP are left out. A table that others change meanwhile is no error:
    /// some may be missing or listed twice. On Linux 6.1 all namespaces share the table, so that a change in another one
    /// is enough (`ip_vs_genl_dump_services`).
    ///
    /// - Throws: as ``apply(_:)``.
    public mutating func virtualServers() throws(IPVSError) -> [VirtualServerStatus] {
        var servers: [VirtualServerStatus] = []
        try exchange(IPVSRequest(command: IPVSRequest.getVirtualServer, isDump: true)) { reply throws(IPVSError) in
            if let server = try reply.virtualServer() { servers.append(server) }
        }
        return servers
    }

    /// A virtual server; nil if there is none.
    ///
    /// - Throws: as ``apply(_:)``.
    public mutating func virtualServer(_ id: VirtualServerID) throws(IPVSError) -> VirtualServerStatus? {
        var server: VirtualServerStatus?
        do throws(IPVSError) {
            let request = IPVSRequest(command: IPVSRequest.getVirtualServer, subject: .virtualServerID(id))
            try exchange(request) { reply throws(IPVSError) in server = try reply.virtualServer() }
        } catch {
            guard error.code == .notFound else { throw error }
        }
        return server
    }

    /// The real servers of a virtual server, in no order.
    ///
    /// The kernel does not tell a virtual server without any from one that is not there: both have none.
    ///
    /// - Throws: as ``apply(_:)``.
    public mutating func realServers(of id: VirtualServerID) throws(IPVSError) -> [RealServerStatus] {
        var servers: [RealServerStatus] = []
        let request = IPVSRequest(command: IPVSRequest.getRealServer, isDump: true, subject: .virtualServerID(id))
        try exchange(request) { reply throws(IPVSError) in servers.append(try reply.realServer(id.family)) }
        return servers
    }
}

/// Changing one thing; ``apply(_:)`` changes many at once.
extension IPVSConnection {
    /// Makes a virtual server.
    ///
    /// - Throws: `.alreadyExists`, `.noScheduler`; as ``apply(_:)``.
    public mutating func add(_ server: VirtualServer) throws(IPVSError) { try applyOne(.addVirtualServer(server)) }

    /// Changes a virtual server; its real servers and connections stay.
    ///
    /// - Throws: `.notFound`, `.noScheduler`; as ``apply(_:)``.
    public mutating func update(_ server: VirtualServer) throws(IPVSError) {
        try applyOne(.updateVirtualServer(server))
    }

    /// Makes a virtual server, or changes the one that is there.
    ///
    /// - Throws: `.noScheduler`; as ``apply(_:)``.
    public mutating func set(_ server: VirtualServer) throws(IPVSError) { try applyOne(.setVirtualServer(server)) }

    /// Removes a virtual server with its real servers.
    ///
    /// - Throws: `.notFound`; as ``apply(_:)``.
    public mutating func delete(_ id: VirtualServerID) throws(IPVSError) { try applyOne(.deleteVirtualServer(id)) }

    /// Adds a real server.
    ///
    /// - Throws: `.alreadyExists`, `.notFound` without the virtual server; as ``apply(_:)``.
    public mutating func add(_ server: RealServer, to id: VirtualServerID) throws(IPVSError) {
        try applyOne(.addRealServer(server, to: id))
    }

    /// Changes a real server; its connections stay.
    ///
    /// - Throws: `.notFound`; as ``apply(_:)``.
    public mutating func update(_ server: RealServer, of id: VirtualServerID) throws(IPVSError) {
        try applyOne(.updateRealServer(server, of: id))
    }

    /// Adds a real server, or changes the one that is there.
    ///
    /// - Throws: `.notFound` without the virtual server; as ``apply(_:)``.
    public mutating func set(_ server: RealServer, of id: VirtualServerID) throws(IPVSError) {
        try applyOne(.setRealServer(server, of: id))
    }

    /// Removes a real server.
    ///
    /// - Throws: `.notFound`; as ``apply(_:)``.
    public mutating func delete(_ endpoint: IPEndpoint, of id: VirtualServerID) throws(IPVSError) {
        try applyOne(.deleteRealServer(endpoint, of: id))
    }

    private mutating func applyOne(_ change: IPVSChange) throws(IPVSError) {
        let outcome = try apply([change])
        if let failure = outcome.failures.first { throw failure.error }
    }
}
