/// One change of a transaction.
public struct Operation: Hashable, Sendable, CustomStringConvertible {
    /// What is done.
    public enum Verb: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
        /// Makes the object; one that is there is left as it is (but elements and rules are added).
        case add
        /// Makes the object; EEXIST if it is there.
        case create
        /// Puts a rule first instead of last.
        case insert
        /// Puts a rule in the place of another one.
        case replace
        /// Removes the object; ENOENT if it is not there.
        case delete
        /// Removes the object if it is there.
        case destroy
        /// Removes the rules of a chain or table, or the elements of a set.
        case flush

        /// nft's word.
        public var description: String { rawValue }
    }

    /// What it is done to.
    public enum Object: Hashable, Sendable {
        /// A table.
        case table(Table)
        /// A chain.
        case chain(Chain)
        /// A rule.
        case rule(Rule)
        /// A set or map.
        case set(NamedSet)
        /// Elements of a set or map.
        case elements([SetElement], of: NamedSet)
    }

    /// What is done.
    public let verb: Verb
    /// What it is done to.
    public let object: Object

    init(_ verb: Verb, _ object: Object) {
        self.verb = verb
        self.object = object
    }

    /// The kind of object and its name: "rule ip weft services".
    public var objectDescription: String { "\(objectWord) \(objectName)" }

    /// Verb and object, without what is in the object: "add rule ip weft services".
    public var description: String { "\(verb) \(objectDescription)" }
}
