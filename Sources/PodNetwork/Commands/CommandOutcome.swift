public import JSONTree

/// What a call of the plugin ends with.
public struct CommandOutcome: Hashable, Sendable {
    /// The one document for standard output: a result, or an error; nil when there is nothing to say.
    public var document: JSONValue?
    /// Lines for standard error, for people.
    public var notes: [String]
    /// 0, or 1 with an error's document.
    public var exitCode: Int32

    /// A success.
    init(_ document: JSONValue? = nil, notes: [String] = []) {
        self.document = document
        self.notes = notes
        exitCode = 0
    }

    /// A failure, told on standard output as the runtimes read it.
    init(_ error: CNIError, version: SpecVersion) {
        document = error.json(version: version)
        notes = []
        exitCode = 1
    }
}
