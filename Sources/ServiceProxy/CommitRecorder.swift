public import IPVS
public import NFTables
public import Netlink
import Synchronization

/// What a backend wrote with one call to the kernel.
public enum CommittedWrite: Sendable {
    /// Rules, all at once.
    case rules(Transaction)
    /// Virtual servers, one after the other.
    case virtualServers([IPVSChange])
    /// Requests about routes, one after the other.
    case routes([NetlinkRequest])
}

/// Keeps what a backend writes, for whoever wants to send the very same once more, such as a bench.
public final class CommitRecorder: Sendable {
    private let writes = Mutex<[CommittedWrite]>([])

    /// Has none yet.
    public init() {}

    func committed(_ write: CommittedWrite) { writes.withLock { $0.append(write) } }

    /// What was written since the last call, in order, and forgets it.
    public func take() -> [CommittedWrite] {
        writes.withLock { writes in
            defer { writes = [] }
            return writes
        }
    }
}
