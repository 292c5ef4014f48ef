public import LinuxSystem
import NetworkTypes

/// The IP virtual servers of one network namespace: what the kernel balances without any process.
///
/// ```
/// var ipvs = try IPVSConnection.open()
/// let id = VirtualServerID(.tcp, address, 80)
/// try ipvs.add(VirtualServer(id, scheduler: .roundRobin))
/// try ipvs.add(RealServer(endpoint), to: id)
/// ```
/// It talks generic netlink through libnl (include/uapi/linux/ip_vs.h). Nothing is a transaction: each change is in force
/// by itself. Calls are synchronous and short; none may be made on two threads at once, which the value's single owner
/// sees to. They need CAP_NET_ADMIN: `.permission`.
public struct IPVSConnection: ~Copyable, Sendable {
    let transport: Transport
    /// The number that the kernel gave the family "IPVS".
    var family: UInt16 = 0
    var nextSequence: UInt32 = 1
    /// How long to wait for an answer before `.timeout`.
    ///
    /// The kernel works while it is sent to, so answers are there at once; only modules may take long to load.
    public var timeout: Duration = .seconds(30)

    private init(_ transport: consuming Transport) throws(IPVSError) {
        self.transport = transport
        family = try findFamily()
    }

    /// Opens the IPVS of the calling thread's network namespace; the kernel loads its module ip_vs by itself.
    ///
    /// - Throws: `.unsupported` without the module ip_vs, `.system`.
    public static func open() throws(IPVSError) -> IPVSConnection {
        try IPVSConnection(.kernel(try .open()))
    }

    /// Opens the IPVS of another network namespace.
    ///
    /// - Throws: `.unsupported` without the module ip_vs, `.system`; also when the namespace can't be entered.
    public static func open(in namespace: NetworkNamespace) throws(IPVSError) -> IPVSConnection {
        try IPVSConnection(.kernel(try .open(in: namespace)))
    }

    /// Makes a connection whose other end is a function instead of the kernel: the seam for tests.
    ///
    /// - Parameter exchange: gets each datagram that is sent; the datagrams that it returns are received next. The first
    ///   request asks the generic netlink controller for the number of the family "IPVS".
    /// - Returns: the connection.
    /// - Throws: as ``open()``.
    public static func connected(
        to exchange: @escaping @Sendable ([UInt8]) throws -> [[UInt8]]
    ) throws(IPVSError) -> IPVSConnection {
        try IPVSConnection(.function(FunctionPeer(exchange)))
    }

    private mutating func findFamily() throws(IPVSError) -> UInt16 {
        var family: UInt16?
        try exchange(.family("IPVS")) { reply throws(IPVSError) in family = try reply.family() }
        guard let family else { throw IPVSRequest.family("IPVS").failure("the kernel's answer is empty") }
        return family
    }
}

/// What concerns the namespace as a whole.
extension IPVSConnection {
    /// The version and the size of the connection table.
    ///
    /// - Throws: as ``apply(_:)``.
    public mutating func info() throws(IPVSError) -> IPVSInfo {
        let request = IPVSRequest(command: IPVSRequest.getInfo)
        var info: IPVSInfo?
        try exchange(request) { reply throws(IPVSError) in info = try reply.info() }
        guard let info else { throw request.failure("the kernel's answer is empty") }
        return info
    }

    /// How long connections live without packets.
    ///
    /// - Throws: as ``apply(_:)``.
    public mutating func timeouts() throws(IPVSError) -> IPVSTimeouts {
        let request = IPVSRequest(command: IPVSRequest.getTimeouts)
        var timeouts: IPVSTimeouts?
        try exchange(request) { reply throws(IPVSError) in timeouts = try reply.timeouts() }
        guard let timeouts else { throw request.failure("the kernel's answer is empty") }
        return timeouts
    }

    /// Sets how long connections live without packets; 0 leaves one as it is.
    ///
    /// - Throws: `.invalid` for more seconds than the kernel can count in ticks; as ``apply(_:)``.
    public mutating func setTimeouts(_ timeouts: IPVSTimeouts) throws(IPVSError) {
        try exchange(IPVSRequest(command: IPVSRequest.setTimeouts, subject: .timeouts(timeouts))) { _ in }
    }

    /// Removes all virtual servers of the namespace, whoever made them.
    ///
    /// - Throws: as ``apply(_:)``.
    public mutating func flush() throws(IPVSError) {
        try exchange(IPVSRequest(command: IPVSRequest.flush)) { _ in }
    }

    /// Sets the counters of all virtual and real servers to zero.
    ///
    /// - Throws: as ``apply(_:)``.
    public mutating func resetCounters() throws(IPVSError) {
        try exchange(IPVSRequest(command: IPVSRequest.resetCounters)) { _ in }
    }

    /// Whether the kernel has a scheduler, or can load it.
    ///
    /// The kernel does not list them: this makes a virtual server in a network namespace of its own, which then ends.
    /// lblc and lblcr are there only when their modules are loaded, see ``apply(_:)``.
    ///
    /// - Returns: true if it could be made.
    /// - Throws: `.unsupported`, `.permission`; `.system` when no namespace can be made (CAP_SYS_ADMIN).
    public static func isAvailable(_ scheduler: IPVSScheduler) throws(IPVSError) -> Bool {
        let namespace: NetworkNamespace
        do {
            namespace = try NetworkNamespace.anonymous()
        } catch {
            throw IPVSError(.system, operation: "try scheduler", object: scheduler.rawValue, text: "\(error)")
        }
        var connection = try IPVSConnection.open(in: namespace)
        do throws(IPVSError) {
            try connection.add(VirtualServer(.firewallMark(1, .ipv4), scheduler: scheduler))
            return true
        } catch {
            guard error.code == .noScheduler else { throw error }
            return false
        }
    }
}
