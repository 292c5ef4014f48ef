/// The newest events of one resource, oldest first, bounded by count and by bytes.
struct EventRing: Sendable {
    /// Events kept whatever their size.
    static let minimum = 128

    private let countLimit: Int
    private let byteLimit: Int
    private var events: [WatchEvent] = []
    private var head = 0
    private var bytes = 0

    init(countLimit: Int, byteLimit: Int) {
        self.countLimit = max(countLimit, 1)
        self.byteLimit = byteLimit
    }

    var count: Int { events.count - head }
    var newest: Revision? { events.last?.revision }

    /// Adds an event.
    /// - Returns: the revision of the newest event that had to go for it, or nil.
    mutating func append(_ event: WatchEvent) -> Revision? {
        events.append(event)
        bytes += event.object.bytes.count
        var dropped: Revision?
        while count > countLimit || (bytes > byteLimit && count > min(Self.minimum, countLimit)) {
            let oldest = events[head]
            dropped = oldest.revision
            bytes -= oldest.object.bytes.count
            head += 1
        }
        // The dropped events are freed in bulk, so that the cost per event stays constant.
        if head > 64, head > events.count / 8 {
            events.removeFirst(head)
            head = 0
        }
        return dropped
    }

    /// The oldest events above a revision, at most so many.
    func after(_ revision: Revision, limit: Int) -> [WatchEvent] {
        let first = place(after: revision)
        return Array(events[first...].prefix(limit))
    }

    /// The events above a revision, newest first.
    func newestFirst(after revision: Revision) -> ReversedCollection<ArraySlice<WatchEvent>> {
        events[place(after: revision)...].reversed()
    }

    private func place(after revision: Revision) -> Int {
        var low = head
        var high = events.count
        while low < high {
            let middle = (low + high) / 2
            if events[middle].revision <= revision { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
