/// How two programs' rules for the same objects differ, chain by chain.
public struct ListingDifference: Hashable, Sendable {
    /// A line of a chain that differs.
    public enum Line: Hashable, Sendable {
        /// Only the first program has it, there.
        case removed(String)
        /// Only the second program has it, there.
        case added(String)
        /// Both have it.
        case common(String)
    }

    /// A chain that differs.
    public struct Section: Hashable, Sendable {
        /// How it differs.
        public enum Kind: String, Hashable, Sendable {
            /// Only the first program has it.
            case removed
            /// Only the second program has it.
            case added
            /// It has other lines.
            case changed
            /// It has the same lines in another order.
            case reordered
        }

        /// The chain.
        public let heading: String
        /// How it differs.
        public let kind: Kind
        /// The lines; none where only the order differs.
        public let lines: [Line]
    }

    /// The two programs; lines of the first are removed, and those of the second added.
    public let first, second: RuleListing
    /// What differs, ordered by heading.
    public let sections: [Section]
    /// How many chains are alike.
    public let alikeCount: Int

    /// Above so many lines a chain is compared without its order: finding what moved would take too long.
    private static let orderedLimit = 2000

    /// Compares two listings.
    ///
    /// The order of Services in the chains that they share is nobody's choice, and left out.
    public init(from first: RuleListing, to second: RuleListing) {
        self.first = first
        self.second = second
        var sections: [Section] = []
        var alikeCount = 0
        for heading in Set(first.sections.keys).union(second.sections.keys).sorted() {
            if let section = Self.section(heading, first.sections[heading], second.sections[heading]) {
                sections.append(section)
            } else {
                alikeCount += 1
            }
        }
        self.sections = sections
        self.alikeCount = alikeCount
    }

    private static func section(_ heading: String, _ old: [String]?, _ new: [String]?) -> Section? {
        guard let old else { return Section(heading: heading, kind: .added, lines: (new ?? []).map(Line.added)) }
        guard let new else { return Section(heading: heading, kind: .removed, lines: old.map(Line.removed)) }
        if old == new { return nil }
        let (oldSorted, newSorted) = (old.sorted(), new.sorted())
        let isShared = isShared(heading)
        if oldSorted == newSorted {
            return isShared ? nil : Section(heading: heading, kind: .reordered, lines: [])
        }
        let lines =
            isShared || max(old.count, new.count) > orderedLimit
            ? unordered(oldSorted, newSorted) : ordered(old, new)
        return Section(heading: heading, kind: .changed, lines: lines)
    }

    /// Chains in which the Services stand one behind the other.
    private static func isShared(_ heading: String) -> Bool {
        ["KUBE-SERVICES", "KUBE-EXTERNAL-SERVICES", "KUBE-NODEPORTS", "KUBE-PROXY-FIREWALL", "WEFT-CLUSTER-IPS"]
            .contains { heading.hasSuffix(" \($0)") }
    }

    /// Both sorted: only what one of them has.
    private static func unordered(_ old: [String], _ new: [String]) -> [Line] {
        var lines: [Line] = []
        var (left, right) = (old[...], new[...])
        while let a = left.first, let b = right.first {
            if a == b {
                left.removeFirst()
                right.removeFirst()
            } else if a < b {
                lines.append(.removed(left.removeFirst()))
            } else {
                lines.append(.added(right.removeFirst()))
            }
        }
        return lines + left.map(Line.removed) + right.map(Line.added)
    }

    /// The shortest way from one to the other, with what stays.
    private static func ordered(_ old: [String], _ new: [String]) -> [Line] {
        let difference = new.difference(from: old)
        var removed: Set<Int> = []
        var added: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var lines: [Line] = []
        var (from, to) = (0, 0)
        while from < old.count || to < new.count {
            if from < old.count, removed.contains(from) {
                lines.append(.removed(old[from]))
                from += 1
            } else if to < new.count, added.contains(to) {
                lines.append(.added(new[to]))
                to += 1
            } else {
                lines.append(.common(new[to]))
                (from, to) = (from + 1, to + 1)
            }
        }
        return lines
    }
}
