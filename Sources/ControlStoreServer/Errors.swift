/// Why the server can't start, or had to end, in a sentence for the operator.
public struct ServerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, where, and what to do.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
