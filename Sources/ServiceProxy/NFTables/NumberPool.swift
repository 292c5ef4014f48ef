/// Numbers that are in use, of a long line from a first one on.
///
/// The number freed last is given next, so that the same history gives the same numbers.
struct NumberPool: Sendable {
    private var freed: [UInt32] = []
    private var next: UInt32
    private let end: UInt32

    init(_ range: Range<UInt32>) {
        next = range.lowerBound
        end = range.upperBound
    }

    /// Gives a number that is not in use; nil when there is none.
    mutating func take() -> UInt32? {
        if let last = freed.popLast() { return last }
        return takeUnused()
    }

    /// Gives a number that was never in use before; nil when the line is at its end.
    mutating func takeUnused() -> UInt32? {
        guard next < end else { return nil }
        defer { next += 1 }
        return next
    }

    /// Marks a number as in use; free ones below it are not given any more.
    mutating func reserve(_ number: UInt32) {
        if number >= next, number < end { next = number + 1 }
    }

    /// Gives a number back.
    mutating func release(_ number: UInt32) {
        if number < next { freed.append(number) }
    }
}
