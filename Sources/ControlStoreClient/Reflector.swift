public import ClusterModel
public import Logging

/// Where a reflector puts what it sees.
public protocol ReflectorTarget<Object>: Sendable {
    /// The kind of the objects.
    associatedtype Object: APIObject
    /// A part of everything that there is now; `isFirst` when a list begins, also when it begins anew.
    func listed(_ objects: [Object], isFirst: Bool)
    /// All parts were told: what was in none of them since the first is gone.
    func listEnded(resourceVersion: String)
    /// One change since then.
    func apply(_ event: WatchEvent<Object>)
}

/// The waits and limits of a reflector.
public struct ReflectorTimings: Sendable {
    /// Between failures.
    public var backoff = Backoff()
    /// How long the server shall keep one watch open; a random choice spreads many nodes' reconnects.
    public var watchSeconds = 300..<600
    /// How much longer than that a silent watch is believed in: then the connection is dead.
    public var grace: Duration = .seconds(15)

    /// The timings of client-go.
    public init() {}
}

/// Keeps a target equal to a collection on the server: lists, then watches, and begins again whenever that breaks.
public struct Reflector<Object: APIObject>: Sendable {
    private let client: StoreClient
    private let selection: Selection
    private let timings: ReflectorTimings
    private let logger: Logger

    /// A reflector of the selected objects.
    public init(
        client: StoreClient,
        selection: Selection = Selection(),
        timings: ReflectorTimings = ReflectorTimings(),
        logger: Logger
    ) {
        self.client = client
        self.selection = selection
        self.timings = timings
        var logger = logger
        logger[metadataKey: "resource"] = "\(Object.resource.plural)"
        self.logger = logger
    }

    /// Feeds `target` until the task is cancelled; failures are logged and retried.
    public func run(into target: some ReflectorTarget<Object>) async {
        var state = ReflectorState()
        var backoff = timings.backoff
        while !Task.isCancelled {
            let pace =
                switch state.step {
                case .list(let resourceVersion): await list(resourceVersion, into: target, &state)
                case .watch(let resourceVersion): await watch(resourceVersion, into: target, &state)
                }
            guard pace == .afterBackoff, !Task.isCancelled else { continue }
            try? await Task.sleep(for: backoff.next())
        }
    }

    private func list(
        _ resourceVersion: String,
        into target: some ReflectorTarget<Object>,
        _ state: inout ReflectorState
    ) async -> ReflectorState.Pace {
        do {
            var count = 0
            let list = try await client.list(
                Object.self,
                selection,
                resourceVersion: resourceVersion
            ) { page, isFirst in
                count = page.count + (isFirst ? 0 : count)
                target.listed(page, isFirst: isFirst)
            }
            for problem in list.rejected { logger.warning("object left out", metadata: ["problem": "\(problem)"]) }
            logger.debug("listed", metadata: ["count": "\(count)", "revision": "\(list.resourceVersion)"])
            target.listEnded(resourceVersion: list.resourceVersion)
            state.listed(resourceVersion: list.resourceVersion)
            return .atOnce
        } catch {
            if error.code != .cancelled { logger.warning("list failed; trying again", metadata: ["error": "\(error)"]) }
            return state.listFailed(error)
        }
    }

    private func watch(
        _ resourceVersion: String,
        into target: some ReflectorTarget<Object>,
        _ state: inout ReflectorState
    ) async -> ReflectorState.Pace {
        let seconds = Int.random(in: timings.watchSeconds)
        let began = ContinuousClock.now
        let progress = WatchProgress()
        let failure = await watch(resourceVersion, seconds: seconds, into: target, progress)
        let (count, latest) = progress.current
        if let latest { state.observed(resourceVersion: latest) }
        guard let failure else { return state.watchEnded(after: .now - began, eventCount: count) }
        if failure.code == .expired {
            logger.info("watch too old; listing anew", metadata: ["error": "\(failure)"])
        } else if failure.code != .cancelled {
            logger.warning(
                "watch failed; going on",
                metadata: ["error": "\(failure)", "revision": "\(resourceVersion)"]
            )
        }
        return state.watchFailed(failure)
    }

    /// One watch from beginning to end; `nil` when the server ended it cleanly.
    private func watch(
        _ resourceVersion: String,
        seconds: Int,
        into target: some ReflectorTarget<Object>,
        _ progress: WatchProgress
    ) async -> ControlStoreClientError? {
        let limit = Duration.seconds(seconds) + timings.grace
        do {
            let ended: Bool? = try await within(limit) {
                let events = try await client.watch(
                    Object.self,
                    selection,
                    resourceVersion: resourceVersion,
                    seconds: seconds
                )
                for try await event in events {
                    target.apply(event)
                    progress.saw(event)
                }
                return true
            }
            if ended != nil { return nil }
            return ControlStoreClientError(
                .connectionLost,
                "the server left the watch open \(timings.grace) too long; the connection is dead",
                request: "watch \(Object.resource.plural)"
            )
        } catch let error as ControlStoreClientError {
            return error
        } catch {
            return ControlStoreClientError(.cancelled, "cancelled", request: "watch \(Object.resource.plural)")
        }
    }
}
