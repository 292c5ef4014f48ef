/// Contiguous ranges of endpoint numbers for large groups, each with room to grow.
struct RangePool: Sendable {
    /// The ranges in use, ordered.
    private var ranges: [Range<UInt32>] = []

    /// The first number of all: above those of small groups, and below the single numbers of endpoints with affinity.
    static let start: UInt32 = 1 << 24
    /// The end of all ranges.
    static let end: UInt32 = 1 << 30

    /// Gives a range for so many endpoints, the lowest that fits; nil when none is left.
    mutating func take(_ count: Int) -> UInt32? {
        let room = Self.room(count)
        var start = Self.start
        for (index, range) in ranges.enumerated() {
            if range.lowerBound - start >= room {
                ranges.insert(start..<(start + room), at: index)
                return start
            }
            start = range.upperBound
        }
        guard Self.end - start >= room else { return nil }
        ranges.append(start..<(start + room))
        return start
    }

    /// Marks a range as in use; false if it overlaps another one, or lies outside.
    mutating func reserve(_ first: UInt32, _ count: Int) -> Bool {
        guard first >= Self.start, first <= Self.end - Self.room(count) else { return false }
        let range = first..<(first + Self.room(count))
        guard !ranges.contains(where: { $0.overlaps(range) }) else { return false }
        ranges.insert(range, at: ranges.firstIndex { $0.lowerBound > first } ?? ranges.count)
        return true
    }

    /// Whether so many endpoints fit into the range that starts there.
    func holds(_ first: UInt32, _ count: Int) -> Bool {
        ranges.contains { $0.lowerBound == first && $0.count >= count }
    }

    /// Gives a range back.
    mutating func release(_ first: UInt32) { ranges.removeAll { $0.lowerBound == first } }

    /// The next power of two: a Service that grows moves seldom.
    private static func room(_ count: Int) -> UInt32 {
        var room: UInt32 = 128
        while room < count, room < end { room *= 2 }
        return room
    }
}
