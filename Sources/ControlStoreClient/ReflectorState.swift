import JSONTree

/// What a reflector does next: the decisions, without the network.
///
/// They follow client-go's reflector.
struct ReflectorState: Equatable {
    enum Step: Equatable {
        /// List everything; "0" accepts the server's cache, "" insists on the newest.
        case list(resourceVersion: String)
        /// Watch what changes after this.
        case watch(resourceVersion: String)
    }

    /// Whether to wait before the next step.
    enum Pace: Equatable {
        case atOnce, afterBackoff
    }

    private(set) var step = Step.list(resourceVersion: "0")
    private var last = ""

    mutating func listed(resourceVersion: String) {
        last = resourceVersion
        step = .watch(resourceVersion: resourceVersion)
    }

    mutating func listFailed(_ error: ControlStoreClientError) -> Pace {
        // Our revision is unknown there (too old, or from before a restore): take the newest whatever it is.
        let isStale = error.code == .expired || error.isTooLargeResourceVersion
        guard isStale, step != .list(resourceVersion: "") else { return .afterBackoff }
        step = .list(resourceVersion: "")
        return .atOnce
    }

    /// An event or a bookmark showed this revision.
    mutating func observed(resourceVersion: String) {
        guard !resourceVersion.isEmpty else { return }
        last = resourceVersion
        step = .watch(resourceVersion: resourceVersion)
    }

    /// The server ended the watch cleanly.
    mutating func watchEnded(after duration: Duration, eventCount: Int) -> Pace {
        // A server that ends every watch at once would otherwise be asked in a tight loop.
        duration < .seconds(1) && eventCount == 0 ? .afterBackoff : .atOnce
    }

    mutating func watchFailed(_ error: ControlStoreClientError) -> Pace {
        switch error.code {
        case .expired:
            step = .list(resourceVersion: "")
            return .atOnce
        case .unreachable, .connectionLost, .timeout, .tooManyRequests, .serverError, .cancelled:
            // Most likely the watch can go on where it stopped, without listing everything again.
            return .afterBackoff
        default:
            step = .list(resourceVersion: last)
            return .afterBackoff
        }
    }
}

extension ControlStoreClientError {
    /// The server hasn't reached the revision that was asked for: it was restored from an older state.
    var isTooLargeResourceVersion: Bool {
        status?[path: "details", "causes"]?.arrayValue?.contains { $0["reason"] == "ResourceVersionTooLarge" } ?? false
    }
}
