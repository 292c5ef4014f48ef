/// Numbers from 1 on, of which the lowest free one is given next.
struct NumberPool {
    private var freed: Set<UInt32> = []
    private var next: UInt32 = 1
    /// Numbers that an earlier run used: they are given to whom they belonged, as long as they are held back.
    private var held: Set<UInt32> = []

    /// Holds numbers back for those who ask for them by ``take(preferring:)``.
    mutating func hold(_ numbers: some Sequence<UInt32>) {
        held.formUnion(numbers.filter { Self.adoptable.contains($0) })
    }

    /// What is beyond is not worth keeping free numbers below it in memory.
    private static let adoptable: Range<UInt32> = 1..<(1 << 20)

    /// Gives a number; one of the wanted ones if it is still held back.
    mutating func take(preferring wanted: [UInt32]) -> UInt32 {
        if let number = wanted.first(where: { held.contains($0) }) {
            held.remove(number)
            while next <= number {
                freed.insert(next)
                next += 1
            }
            freed.remove(number)
            return number
        }
        if let free = freed.subtracting(held).min() {
            freed.remove(free)
            return free
        }
        while held.contains(next) {
            freed.insert(next)
            next += 1
        }
        defer { next += 1 }
        return next
    }

    /// Gives up holding numbers back.
    mutating func endHolding() { held = [] }

    mutating func release(_ number: UInt32) { freed.insert(number) }
}
