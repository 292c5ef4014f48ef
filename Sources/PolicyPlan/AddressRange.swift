public import NetworkTypes

/// Consecutive addresses of one family, the last one included.
public struct AddressRange: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The lowest address.
    public let first: IPAddress
    /// The highest address, of the same family.
    public let last: IPAddress

    /// The addresses of a prefix.
    public init(_ prefix: IPPrefix) {
        first = prefix.first
        last = prefix.last
    }

    init(family: IPFamily, _ first: UInt128, _ last: UInt128) {
        // Numbers come from addresses of the family, so the fallback is never taken.
        self.first = IPAddress(family: family, rawValue: first) ?? .any(family)
        self.last = IPAddress(family: family, rawValue: last) ?? .any(family)
    }

    /// The family of the addresses.
    public var family: IPFamily { first.family }

    /// Whether an address is in it.
    public func contains(_ address: IPAddress) -> Bool {
        address.family == family && first.rawValue <= address.rawValue && address.rawValue <= last.rawValue
    }

    /// What is left of it without some other ranges of its family.
    func subtracting(_ others: [AddressRange]) -> [AddressRange] {
        var result: [AddressRange] = []
        var start = first.rawValue
        for other in others.sorted() where other.family == family {
            if other.last.rawValue < start { continue }
            if other.first.rawValue > last.rawValue { break }
            if other.first.rawValue > start {
                result.append(AddressRange(family: family, start, other.first.rawValue - 1))
            }
            if other.last.rawValue >= last.rawValue { return result }
            start = other.last.rawValue + 1
        }
        return result + [AddressRange(family: family, start, last.rawValue)]
    }

    /// The same addresses in as few ranges as it takes, ordered and apart from each other.
    static func merged(_ ranges: [AddressRange]) -> [AddressRange] {
        var result: [AddressRange] = []
        for range in ranges.sorted() {
            guard let last = result.last, last.family == range.family, last.reaches(range) else {
                result.append(range)
                continue
            }
            result[result.count - 1] = AddressRange(
                family: range.family,
                last.first.rawValue,
                max(last.last.rawValue, range.last.rawValue)
            )
        }
        return result
    }

    /// Whether a range that begins no earlier overlaps or follows at once.
    private func reaches(_ next: AddressRange) -> Bool {
        next.first.rawValue <= last.rawValue || next.first.rawValue - last.rawValue == 1
    }

    /// Orders by family, then by the lowest address.
    public static func < (left: AddressRange, right: AddressRange) -> Bool {
        left.first == right.first ? left.last < right.last : left.first < right.first
    }

    /// "10.0.0.0-10.0.0.255".
    public var description: String { first == last ? "\(first)" : "\(first)-\(last)" }
}
