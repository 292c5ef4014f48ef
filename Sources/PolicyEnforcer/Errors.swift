import NetworkTypes

/// Why policies could not be enforced.
public struct PolicyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, in one line.
    public let description: String

    /// Changes were told before everything was.
    static func contentUnknown(_ family: IPFamily) -> PolicyError {
        PolicyError(description: "what the \(family) policy table holds is not known: everything must be written first")
    }
}
