/// A fixed number of bits, of which free ones are found 64 at a time.
struct Bitmap: Sendable {
    let count: Int
    private var words: [UInt64]
    private(set) var setCount = 0

    init(count: Int) {
        self.count = count
        words = [UInt64](repeating: 0, count: (count + 63) / 64)
    }

    func contains(_ index: Int) -> Bool {
        index >= 0 && index < count && words[index / 64] & (1 << (index % 64)) != 0
    }

    /// Sets a bit.
    /// - Returns: false when it was set already.
    @discardableResult
    mutating func insert(_ index: Int) -> Bool {
        guard index >= 0, index < count, !contains(index) else { return false }
        words[index / 64] |= 1 << (index % 64)
        setCount += 1
        return true
    }

    mutating func remove(_ index: Int) {
        guard contains(index) else { return }
        words[index / 64] &= ~(1 << (index % 64))
        setCount -= 1
    }

    /// The first clear bit of a range, looking from a place in it to its end, and then from its start.
    func firstClear(in range: Range<Int>, from start: Int) -> Int? {
        let range = range.clamped(to: 0..<count)
        guard !range.isEmpty else { return nil }
        let start = min(max(start, range.lowerBound), range.upperBound)
        return firstClear(start..<range.upperBound) ?? firstClear(range.lowerBound..<start)
    }

    private func firstClear(_ range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while index < range.upperBound {
            // Everything below the place we look from counts as set.
            let free = ~words[index / 64] & (~0 << (index % 64))
            if free != 0 {
                let found = index / 64 * 64 + free.trailingZeroBitCount
                return found < range.upperBound ? found : nil
            }
            index = (index / 64 + 1) * 64
        }
        return nil
    }
}

/// Numbers given out from a range: by themselves from its upper part, so that the lower one stays free for those that
/// ask for a number of their own.
struct NumberPool: Sendable {
    private var used: Bitmap
    private let usable: Range<Int>
    private let dynamicStart: Int

    /// Makes a pool of `0..<count`.
    /// - Parameters:
    ///   - count: how many numbers there are.
    ///   - usable: the numbers that may be given out at all.
    ///   - reserved: how many of the lowest are given out by themselves only when the others are used up.
    init(count: Int, usable: Range<Int>, reserved: Int) {
        used = Bitmap(count: count)
        self.usable = usable.clamped(to: 0..<count)
        dynamicStart = min(self.usable.lowerBound + reserved, self.usable.upperBound)
    }

    var usedCount: Int { used.setCount }

    func isUsable(_ number: Int) -> Bool { usable.contains(number) }

    /// Takes a certain number.
    /// - Returns: false when it is taken.
    mutating func take(_ number: Int) -> Bool { used.insert(number) }

    /// Takes some number.
    /// - Parameter random: where to look first, any number.
    /// - Returns: nil when all are used.
    mutating func takeAny(random: Int) -> Int? {
        let dynamic = dynamicStart..<usable.upperBound
        let offset = dynamic.isEmpty ? 0 : Int(UInt(bitPattern: random) % UInt(dynamic.count))
        let found =
            used.firstClear(in: dynamic, from: dynamicStart + offset)
            ?? used.firstClear(in: usable, from: usable.lowerBound)
        if let found { used.insert(found) }
        return found
    }

    mutating func release(_ number: Int) { used.remove(number) }
}
