import NetworkTypes

/// Why the proxy could not do what it was asked to.
public struct ProxyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure.
    public struct Code: Hashable, Sendable {
        enum Kind { case contentUnknown, unsupported }

        let kind: Kind

        /// The backend does not know what the kernel holds, and must be given everything first.
        public static var contentUnknown: Code { Code(kind: .contentUnknown) }
        /// The kernel lacks what the mode needs.
        public static var unsupported: Code { Code(kind: .unsupported) }
    }

    /// The kind of failure.
    public let code: Code
    /// What is wrong and what to do.
    public let text: String

    static func contentUnknown(mode: String, _ family: IPFamily) -> ProxyError {
        ProxyError(
            code: .contentUnknown,
            text: "apply \(mode) changes for \(family): what the kernel holds is not known; replace everything first"
        )
    }

    /// The text.
    public var description: String { text }
}
