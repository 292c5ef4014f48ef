/// Changes of the rules that the kernel makes all together, or not at all.
///
/// A transaction is a plain value: it is built, printed (``script``), compared, encoded (``encode(generation:firstSequence:)``)
/// and committed (``NFTablesCommitting``). The operations are done in their order; it may be of any size.
public struct Transaction: Hashable, Sendable {
    /// The changes in order.
    public private(set) var operations: [Operation] = []

    /// Makes an empty transaction.
    public init() {}

    /// Whether there is nothing to do.
    public var isEmpty: Bool { operations.isEmpty }

    /// The number of elements that are added or removed.
    public var elementCount: Int {
        operations.reduce(0) { count, operation in
            if case .elements(let elements, _) = operation.object { count + elements.count } else { count }
        }
    }

    /// Makes room for operations.
    public mutating func reserveCapacity(_ count: Int) { operations.reserveCapacity(count) }

    /// Appends all operations of another transaction.
    public mutating func append(_ other: Transaction) { operations += other.operations }

    /// Makes a table unless it is there.
    public mutating func add(_ table: Table) { operations.append(Operation(.add, .table(table))) }
    /// Makes a chain unless it is there; of a base chain that is there, the policy is set.
    public mutating func add(_ chain: Chain) { operations.append(Operation(.add, .chain(chain))) }
    /// Makes a set or map unless it is there.
    public mutating func add(_ set: NamedSet) { operations.append(Operation(.add, .set(set))) }
    /// Puts a rule last in its chain, or behind its `position`.
    public mutating func add(_ rule: Rule) { operations.append(Operation(.add, .rule(rule))) }
    /// Adds elements; one that is there with the same data is left, with other data it is EEXIST.
    public mutating func add(_ elements: [SetElement], to set: NamedSet) {
        change(.add, elements, set)
    }

    /// Makes a table that must not be there.
    public mutating func create(_ table: Table) { operations.append(Operation(.create, .table(table))) }
    /// Makes a chain that must not be there.
    public mutating func create(_ chain: Chain) { operations.append(Operation(.create, .chain(chain))) }
    /// Makes a set or map that must not be there.
    public mutating func create(_ set: NamedSet) { operations.append(Operation(.create, .set(set))) }
    /// Adds elements that must not be there.
    public mutating func create(_ elements: [SetElement], in set: NamedSet) { change(.create, elements, set) }

    /// Puts a rule first in its chain, or before its `position`.
    public mutating func insert(_ rule: Rule) { operations.append(Operation(.insert, .rule(rule))) }
    /// Puts a rule in the place of the one with its `handle`.
    public mutating func replace(_ rule: Rule) { operations.append(Operation(.replace, .rule(rule))) }

    /// Removes a table with all that is in it.
    public mutating func delete(_ table: Table) { operations.append(Operation(.delete, .table(table))) }
    /// Removes a chain with its rules; EBUSY if it is still used.
    public mutating func delete(_ chain: Chain) { operations.append(Operation(.delete, .chain(chain))) }
    /// Removes a set or map; EBUSY if it is still used.
    public mutating func delete(_ set: NamedSet) { operations.append(Operation(.delete, .set(set))) }
    /// Removes the rule with its `handle`.
    public mutating func delete(_ rule: Rule) { operations.append(Operation(.delete, .rule(rule))) }
    /// Removes elements by their keys; ENOENT if one is not there.
    public mutating func delete(_ elements: [SetElement], from set: NamedSet) { change(.delete, elements, set) }

    /// Removes a table if it is there.
    public mutating func destroy(_ table: Table) { operations.append(Operation(.destroy, .table(table))) }
    /// Removes a chain if it is there.
    public mutating func destroy(_ chain: Chain) { operations.append(Operation(.destroy, .chain(chain))) }
    /// Removes a set or map if it is there.
    public mutating func destroy(_ set: NamedSet) { operations.append(Operation(.destroy, .set(set))) }
    /// Removes the rule with its `handle` if it is there; from Linux 6.3 on.
    public mutating func destroy(_ rule: Rule) { operations.append(Operation(.destroy, .rule(rule))) }
    /// Removes elements that are there by their keys; from Linux 6.3 on.
    public mutating func destroy(_ elements: [SetElement], from set: NamedSet) { change(.destroy, elements, set) }

    /// Removes all rules of a table's chains, and leaves chains and sets.
    public mutating func flush(_ table: Table) { operations.append(Operation(.flush, .table(table))) }
    /// Removes all rules of a chain.
    public mutating func flush(_ chain: Chain) { operations.append(Operation(.flush, .chain(chain))) }
    /// Removes all elements of a set or map.
    public mutating func flush(_ set: NamedSet) { operations.append(Operation(.flush, .set(set))) }

    /// Gives elements of a map new data: each is removed and added again, together.
    public mutating func replace(_ elements: [SetElement], in set: NamedSet) {
        change(.delete, elements, set)
        change(.add, elements, set)
    }

    private mutating func change(_ verb: Operation.Verb, _ elements: [SetElement], _ set: NamedSet) {
        // No elements at all would mean all elements to the kernel when deleting.
        guard !elements.isEmpty else { return }
        operations.append(Operation(verb, .elements(elements, of: set)))
    }
}
