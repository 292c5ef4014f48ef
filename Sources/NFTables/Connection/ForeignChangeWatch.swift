public import NetworkTypes

/// How one of a process's writers looks out for others that change its tables: from everybody's first commits on, and
/// without missing what happened between its own first commit and that moment.
public struct ForeignChangeWatch: Sendable {
    private let firstCommits: FirstCommits
    private let openSets: Set<String>
    private var monitor: ForeignChangeMonitor?
    /// The rules' generation after the writer's first commit; nil: it has made none.
    private var firstGenerations: [IPFamily: UInt32]?
    /// Whether nobody's first commit is waited for any more.
    public private(set) var mayBegin = false

    /// Makes a watch that has not begun.
    ///
    /// - Parameters:
    ///   - firstCommits: those of all who write rules in this process.
    ///   - sets: sets of the writer's tables in which elements may come and go, whoever writes them.
    public init(after firstCommits: FirstCommits, exceptElementsOf sets: Set<String> = []) {
        self.firstCommits = firstCommits
        openSets = sets
    }

    /// Takes that the writer's tables are written; only the first time matters.
    ///
    /// - Parameter tables: what it wrote, asked right after.
    public mutating func noteCommit(_ tables: () throws -> [IPFamily: TableWatch]) {
        guard firstGenerations == nil else { return }
        firstGenerations = (try? tables())?.mapValues(\.generation) ?? [:]
        firstCommits.made()
        if firstCommits.areMade { mayBegin = true }
    }

    /// Takes that nobody's first commit is to be waited for any more.
    public mutating func allow() { mayBegin = true }

    /// Begins, if it may and has not.
    ///
    /// - Parameters:
    ///   - tables: what the writer wrote, asked before and after the beginning.
    ///   - handler: as ``ForeignChangeMonitor`` calls it.
    /// - Returns: the families whose tables somebody may have changed since the first commit.
    /// - Throws: why there is no watch.
    public mutating func begin(
        _ tables: () throws -> [IPFamily: TableWatch],
        handler: @escaping @Sendable (ForeignChangeMonitor.Event) -> Void
    ) throws -> [IPFamily] {
        guard monitor == nil, mayBegin else { return [] }
        let written = try tables()
        guard !written.isEmpty else { return [] }
        monitor = try ForeignChangeMonitor(
            of: written.values.reduce(into: []) { $0.formUnion($1.tables) },
            exceptElementsOf: openSets,
            exceptBy: written.values.map(\.port),
            handler: handler
        )
        let known = written.mapValues(\.generation).merging(firstGenerations ?? [:]) { $1 }
        // A later beginning follows a comparison.
        firstGenerations = [:]
        return try tables().filter { $1.generation != known[$0] }.map(\.key)
    }

    /// Ends it; ``begin(_:handler:)`` may begin it anew.
    public mutating func end() {
        monitor?.stop()
        monitor = nil
    }
}
