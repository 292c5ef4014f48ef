public import LinuxSystem
public import Netlink

/// Reports each change of the rules in a network namespace: who committed, and which generation it made.
///
/// A socket filter passes only `NFT_MSG_NEWGEN`; without it a transaction of 100,000 elements would be 100,000
/// messages. Start it after the first large transaction: with any listener the kernel makes all of them.
public final class NewGenerationMonitor: Sendable {
    /// What a monitor reports.
    public enum Event: Sendable {
        /// Somebody, perhaps this process, committed.
        case changed(Generation)
        /// Reports were lost, or one was unreadable: the rules may have changed.
        case lost(NetlinkError)
        /// The socket failed; this is the last event.
        case failed(NetlinkError)
    }

    /// `NFNLGRP_NFTABLES`.
    private static let group: UInt32 = 7
    private let listener: NotificationListener

    /// Starts reporting changes of the rules in a network namespace.
    ///
    /// - Parameters:
    ///   - namespace: nil for the calling thread's.
    ///   - handler: is called on the monitor's own thread, for one event at a time.
    /// - Throws: ``NFTablesError`` with the code `.socket` or `.notPermitted`.
    public init(
        in namespace: NetworkNamespace? = nil,
        handler: @escaping @Sendable (Event) -> Void
    ) throws(NFTablesError) {
        do throws(NetlinkError) {
            let socket =
                if let namespace { try NetlinkSocket.open(.netfilter, in: namespace) } else {
                    try NetlinkSocket.open(.netfilter)
                }
            // The filter first: what comes before it would stay in the buffer.
            try socket.attach(.messageTypes([MessageKind.newGeneration]))
            try socket.join(group: Self.group)
            listener = try NotificationListener.start(socket, name: "weft-nft-watch") { event in
                for event in Self.events(event) { handler(event) }
            }
        } catch {
            throw NFTablesError(opening: error)
        }
    }

    /// Ends the reports and waits for the handler's last call; not to be called from the handler.
    public func stop() { listener.stop() }

    private static func events(_ event: NotificationListener.Event) -> [Event] {
        switch event {
        case .lost(let error): return [.lost(error)]
        case .failed(let error): return [.failed(error)]
        case .messages(let messages):
            return messages.filter { $0.type == MessageKind.newGeneration }.map { message in
                do throws(NetlinkError) {
                    return .changed(try Generation(message))
                } catch {
                    return .lost(error)
                }
            }
        }
    }
}
