public import NetworkTypes

/// The ranges that one address of a container comes from: one element of host-local's `ranges`.
public struct AddressPool: Hashable, Sendable {
    /// The ranges, in the order in which they are used up.
    ///
    /// Never empty; all of one family; they don't overlap.
    public let ranges: [AddressRange]

    /// Makes a pool.
    ///
    /// - Throws: `AddressRangeFault` when there is no range, two overlap, or the families differ.
    init(_ ranges: [AddressRange]) throws(AddressRangeFault) {
        guard let first = ranges.first else { throw AddressRangeFault(key: "", text: "a range set must not be empty") }
        for (index, range) in ranges.enumerated() {
            guard range.subnet.family == first.subnet.family else {
                throw AddressRangeFault(key: "", text: "\(first.subnet) and \(range.subnet) are of different families")
            }
            if let other = ranges[..<index].first(where: { $0.overlaps(range) }) {
                throw AddressRangeFault(key: "", text: "\(other) and \(range) overlap")
            }
        }
        self.ranges = ranges
    }

    /// The family of the addresses.
    public var family: IPFamily { ranges[0].subnet.family }

    /// The range that an address is of.
    public func range(containing address: IPAddress) -> AddressRange? {
        ranges.first { $0.contains(address) }
    }

    /// How many containers get an address at most.
    var capacity: Int {
        ranges.reduce(0) { sum, range in
            let (total, overflow) = sum.addingReportingOverflow(range.capacity)
            return overflow ? .max : total
        }
    }

    /// Every address but the gateways, once: those after `last` first, round to `last` itself.
    ///
    /// - Parameter last: what was given away last; the first range's start when nil or not in a range.
    /// - Returns: a lazy sequence.
    func candidates(after last: IPAddress?) -> Candidates { Candidates(pool: self, after: last) }

    /// Walks through the pool's addresses; see `candidates(after:)`.
    struct Candidates: Sequence, IteratorProtocol {
        private let pool: AddressPool
        private let start: IPAddress
        private var place: (rangeIndex: Int, address: IPAddress)
        private var hasStarted = false

        init(pool: AddressPool, after last: IPAddress?) {
            self.pool = pool
            // Starting after `last`, the walk comes round to it as its last candidate.
            if let last, let index = pool.ranges.firstIndex(where: { $0.contains(last) }) {
                place = Self.place(after: (index, last), in: pool)
            } else {
                place = (0, pool.ranges[0].first)
            }
            start = place.address
        }

        private static func place(
            after place: (rangeIndex: Int, address: IPAddress),
            in pool: AddressPool
        ) -> (rangeIndex: Int, address: IPAddress) {
            if place.address < pool.ranges[place.rangeIndex].last, let following = place.address.advanced(by: 1) {
                return (place.rangeIndex, following)
            }
            let index = (place.rangeIndex + 1) % pool.ranges.count
            return (index, pool.ranges[index].first)
        }

        mutating func next() -> (address: IPAddress, range: AddressRange)? {
            while true {
                if hasStarted && place.address == start { return nil }
                hasStarted = true
                let candidate = (address: place.address, range: pool.ranges[place.rangeIndex])
                place = Self.place(after: place, in: pool)
                if candidate.address != candidate.range.gateway { return candidate }
            }
        }
    }
}

extension AddressPool: CustomStringConvertible {
    /// "10.1.0.1-10.1.0.254,10.2.0.1-10.2.0.254".
    public var description: String { ranges.map(\.description).joined(separator: ",") }
}
