public import ClusterModel
public import NetworkTypes

/// How far the kernel follows the objects, as `/healthz` reports it.
public struct ProxyHealth: Hashable, Sendable {
    /// The state of one family.
    public struct FamilyState: Hashable, Sendable {
        /// When the oldest change came that is not written yet; nil: nothing is pending.
        public var lastQueued: Timestamp?
        /// When something was last written; nil: never.
        public var lastUpdated: Timestamp?

        /// Makes the state of a family.
        public init(lastQueued: Timestamp? = nil, lastUpdated: Timestamp? = nil) {
            self.lastQueued = lastQueued
            self.lastUpdated = lastUpdated
        }
    }

    /// The families that are served.
    public var families: [IPFamily: FamilyState]
    /// How long a change may be pending.
    public var timeout: Duration
    /// Whether all caches were filled and written once.
    public var isSynced: Bool

    /// Makes a state of health.
    public init(families: [IPFamily: FamilyState], timeout: Duration, isSynced: Bool = false) {
        self.families = families
        self.timeout = timeout
        self.isSynced = isSynced
    }

    /// Whether a family's changes are written in time.
    public func isHealthy(_ family: IPFamily, at now: Timestamp) -> Bool {
        guard let state = families[family], state.lastUpdated != nil else { return false }
        guard let queued = state.lastQueued else { return true }
        return now.duration(since: queued) < timeout
    }

    /// Whether all families' changes are written in time.
    public func isHealthy(at now: Timestamp) -> Bool { families.keys.allSatisfy { isHealthy($0, at: now) } }
}
