/// Why the daemon can't start or go on, in one line for whoever started it.
public struct NodeDaemonError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it is; more may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        enum Value: String {
            case option, privilege, kernel, store, listen, cleanup
        }

        let value: Value

        /// A command line option has a value that can't be used.
        public static let option = Code(value: .option)
        /// The process may not change the kernel's network configuration.
        public static let privilege = Code(value: .privilege)
        /// The kernel lacks something that can't be done without.
        public static let kernel = Code(value: .kernel)
        /// The control store can't be reached, or is none.
        public static let store = Code(value: .store)
        /// An address can't be listened on.
        public static let listen = Code(value: .listen)
        /// Something of ours could not be removed.
        public static let cleanup = Code(value: .cleanup)

        /// The code's name.
        public var description: String { value.rawValue }
    }

    /// The kind of failure.
    public let code: Code
    /// What, where, and what to do.
    public let text: String

    init(_ code: Code, _ text: String) {
        self.code = code
        self.text = text
    }

    /// ``text``.
    public var description: String { text }
}
