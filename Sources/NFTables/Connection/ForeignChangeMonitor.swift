public import Netlink
import Synchronization

/// Reports commits of others that touched certain tables.
///
/// What the sockets of given netlink ports commit is dropped by a socket filter, before it takes any room, so our own
/// transactions cost nothing here. Start it after ``FirstCommits``: with any listener the kernel makes all messages of
/// all commits.
public final class ForeignChangeMonitor: Sendable {
    /// What a monitor reports.
    public enum Event: Sendable {
        /// Somebody else's commit touched these tables.
        case touched(Set<TableID>, Generation)
        /// Reports were lost, as in a very large commit, or were unreadable: any table may have been touched.
        case lost(NetlinkError)
        /// The socket failed; this is the last event.
        case failed(NetlinkError)
    }

    /// `NFNLGRP_NFTABLES`.
    private static let group: UInt32 = 7
    /// Bytes; taken only while messages wait.
    private static let bufferSize = 16 << 20
    private let listener: NotificationListener

    /// Starts reporting for the calling thread's network namespace.
    ///
    /// - Parameters:
    ///   - tables: the tables that matter.
    ///   - sets: sets of these tables in which elements may come and go, whoever writes them.
    ///   - ports: the netlink ports whose commits are no news; ``Generation/port`` tells a connection's own.
    ///   - handler: is called on the monitor's own thread, for one event at a time.
    /// - Throws: ``NFTablesError`` with the code `.socket` or `.notPermitted`.
    public init(
        of tables: Set<TableID>,
        exceptElementsOf sets: Set<String> = [],
        exceptBy ports: [UInt32],
        handler: @escaping @Sendable (Event) -> Void
    ) throws(NFTablesError) {
        do throws(NetlinkError) {
            let socket = try NetlinkSocket.open(.netfilter)
            // The filter first: what comes before it would stay in the buffer.
            try socket.attach(.ports(except: ports))
            // A large commit of somebody else, such as one of network policies, should be read and not be lost.
            _ = try? socket.growReceiveBuffer(to: Self.bufferSize)
            try socket.join(group: Self.group)
            let memory = TouchMemory(TableTouches(of: tables, exceptElementsOf: sets))
            listener = try NotificationListener.start(socket, name: "weft-nft-watch") { event in
                for event in memory.events(event) { handler(event) }
            }
        } catch {
            throw NFTablesError(opening: error)
        }
    }

    /// Ends the reports and waits for the handler's last call; not to be called from the handler.
    public func stop() { listener.stop() }
}

/// What the monitor's thread remembers from one datagram to the next.
private final class TouchMemory: Sendable {
    private let touches: Mutex<TableTouches>

    init(_ touches: TableTouches) { self.touches = Mutex(touches) }

    func events(_ event: NotificationListener.Event) -> [ForeignChangeMonitor.Event] {
        switch event {
        case .lost(let error): [.lost(error)]
        case .failed(let error): [.failed(error)]
        case .messages(let messages): touches.withLock { touches in messages.compactMap { touches.take($0) } }
        }
    }
}

/// Puts the messages of one commit together: each object that it changed, and at the end the new generation.
struct TableTouches: Sendable {
    private let tables: Set<TableID>
    private let openSets: Set<String>
    private var touched: Set<TableID> = []

    init(of tables: Set<TableID>, exceptElementsOf openSets: Set<String> = []) {
        self.tables = tables
        self.openSets = openSets
    }

    /// Takes the next message; returns what it completes.
    mutating func take(_ message: NetlinkMessage) -> ForeignChangeMonitor.Event? {
        do throws(NetlinkError) {
            guard message.type == MessageKind.newGeneration else {
                if let table = try touchedTable(message), tables.contains(table) { touched.insert(table) }
                return nil
            }
            guard !touched.isEmpty else { return nil }
            defer { touched = [] }
            return .touched(touched, try Generation(message))
        } catch {
            return .lost(error)
        }
    }

    /// The table that a message is about: attribute 1 of every kind of object, such as `NFTA_CHAIN_TABLE`.
    ///
    /// - Returns: nil for elements that anybody may write; of their messages attribute 2 is the set
    ///   (`NFTA_SET_ELEM_LIST_SET`).
    private func touchedTable(_ message: NetlinkMessage) throws(NetlinkError) -> TableID? {
        guard let family = TableFamily(rawValue: try message.field(at: 0, as: UInt8.self)) else { return nil }
        let hasElements = message.type == MessageKind.newElements || message.type == MessageKind.deleteElements
        var table: TableID?
        var reader = try message.attributes(after: 4)
        while reader.next() {
            if reader.type == 1 { table = TableID(family, reader.string()) }
            if reader.type == 2, hasElements, openSets.contains(reader.string()) { return nil }
            if table != nil, openSets.isEmpty || !hasElements { return table }
        }
        try reader.finish()
        return table
    }
}
