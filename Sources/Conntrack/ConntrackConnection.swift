public import LinuxSystem
public import Netlink
public import NetworkTypes

/// The kernel's connection tracking table (ctnetlink) of one network namespace.
///
/// Errors are netlink's, with the flow as their object. The calls need CAP_NET_ADMIN.
public struct ConntrackConnection: ~Copyable, Sendable {
    private var socket: NetlinkSocket

    /// Takes a socket of `.netfilter`, or one that a test made.
    public init(_ socket: consuming NetlinkSocket) { self.socket = socket }

    /// Opens the table of the calling thread's network namespace.
    ///
    /// - Throws: `.system` if the kernel has no netfilter netlink.
    public static func open() throws(NetlinkError) -> ConntrackConnection {
        ConntrackConnection(try NetlinkSocket.open(.netfilter))
    }

    /// Opens the table of another network namespace.
    ///
    /// - Throws: `.system`.
    public static func open(in namespace: NetworkNamespace) throws(NetlinkError) -> ConntrackConnection {
        ConntrackConnection(try NetlinkSocket.open(.netfilter, in: namespace))
    }

    /// The flows that a filter lets pass, in no order.
    ///
    /// A table that changes while it is read is no error: flows may be missing that came meanwhile, or be listed that
    /// ended. Use ``get(_:zone:)`` to look again.
    ///
    /// - Throws: `.kernel` (EPERM without the right, EINVAL without the module nf_conntrack_netlink), or as
    ///   `NetlinkSocket.dump`.
    public mutating func dump(_ filter: FlowFilter = FlowFilter()) throws(NetlinkError) -> [Flow] {
        var flows: [Flow] = []
        for message in try socket.dump(FlowRequest.dump(filter)) where message.type == FlowMessage.new {
            let flow = try Flow(message)
            if filter.matches(flow) { flows.append(flow) }
        }
        return flows
    }

    /// The connections of TCP of some families that have not ended.
    ///
    /// - Throws: as ``dump(_:)``.
    public mutating func openConnections(_ families: Set<IPFamily>) throws(NetlinkError) -> [Flow] {
        var flows: [Flow] = []
        for family in families {
            flows += try dump(FlowFilter(family: family, .tcp)).filter { $0.tcpState?.hasEnded == false }
        }
        return flows
    }

    /// The flow of an original tuple; nil if there is none.
    ///
    /// - Parameters:
    ///   - original: the packets of whoever began it.
    ///   - zone: the conntrack zone; 0 is the default.
    /// - Returns: the flow.
    /// - Throws: as `NetlinkSocket.request`.
    public mutating func get(_ original: FlowTuple, zone: UInt16 = 0) throws(NetlinkError) -> Flow? {
        do throws(NetlinkError) {
            let replies = try socket.request(FlowRequest.get(original, zone: zone))
            guard let message = replies.first(where: { $0.type == FlowMessage.new }) else { return nil }
            return try Flow(message)
        } catch {
            if error.errno == .noSuchFileOrDirectory { return nil }
            throw error
        }
    }

    /// Removes a flow, so that its next packet is looked at afresh.
    ///
    /// - Parameter flow: with ``Flow/id`` only that very entry is removed, not a later one of the same tuple.
    /// - Returns: false if it was gone already.
    /// - Throws: as `NetlinkSocket.request`.
    @discardableResult
    public mutating func delete(_ flow: Flow) throws(NetlinkError) -> Bool {
        try delete([flow]) == 1
    }

    /// Removes flows, many in one send.
    ///
    /// - Returns: how many were there to be removed.
    /// - Throws: the first error other than "gone already" (ENOENT), after all have been tried; or as
    ///   `NetlinkSocket.batch`.
    @discardableResult
    public mutating func delete(_ flows: [Flow]) throws(NetlinkError) -> Int {
        var removed = 0
        var firstFailure: NetlinkError?
        // In portions, so that the answers fit the receive buffer without the right to enlarge it.
        for start in stride(from: 0, to: flows.count, by: 128) {
            let portion = flows[start..<min(start + 128, flows.count)]
            let outcome = try socket.batch(portion.map(FlowRequest.delete))
            removed += outcome.answeredCount - outcome.failures.count
            let failure = outcome.failures.first { $0.errno != .noSuchFileOrDirectory }
            firstFailure = firstFailure ?? failure
        }
        if let firstFailure { throw firstFailure }
        return removed
    }

    /// Removes all flows of the namespace.
    ///
    /// - Throws: as `NetlinkSocket.request`.
    public mutating func deleteAll() throws(NetlinkError) { try socket.request(FlowRequest.deleteAll()) }

    /// How many flows the table has.
    ///
    /// - Throws: `.malformed` if the kernel does not say, or as `NetlinkSocket.request`.
    public mutating func count() throws(NetlinkError) -> Int {
        let request = FlowRequest.statistics()
        for message in try socket.request(request) {
            var attributes = try message.attributes(after: 4)
            var entries: UInt32?
            while attributes.next() {
                if attributes.type == 1 { entries = attributes.networkUInt32() }  // CTA_STATS_GLOBAL_ENTRIES
            }
            try attributes.finish()
            if let entries { return Int(entries) }
        }
        throw NetlinkError(.malformed, operation: request.operation, text: "the answer holds no number")
    }
}
