/// What went wrong in a call to the operating system: which operation, on which object, and why.
public struct LinuxSystemError: Error, Hashable, Sendable {
    /// The kind of failure, for code that reacts to it.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        enum Value: String, Hashable, Sendable { case systemCall, timeout, malformed, childFailed }
        let value: Value

        /// A system call failed; `errno` tells how.
        public static let systemCall = Code(value: .systemCall)
        /// The deadline passed first.
        public static let timeout = Code(value: .timeout)
        /// What was read, or given, has not the form that it must have.
        public static let malformed = Code(value: .malformed)
        /// A child process ended with a failure.
        public static let childFailed = Code(value: .childFailed)

        /// The code's name.
        public var description: String { value.rawValue }
    }

    /// The kind of failure.
    public let code: Code
    /// The kernel's error number, where a system call failed.
    public let errno: Errno?
    /// What was tried, as a verb phrase: "open", "enter network namespace".
    public let operation: String
    /// On what: a path, a name, a pid.
    ///
    /// May be empty.
    public let object: String
    /// What else helps, such as what to do about it.
    ///
    /// May be empty.
    public let detail: String

    /// Makes an error of a given kind.
    public init(code: Code, errno: Errno? = nil, operation: String, object: String, detail: String = "") {
        self.code = code
        self.errno = errno
        self.operation = operation
        self.object = object
        self.detail = detail
    }

    /// Makes an error for a failed system call.
    public init(_ errno: Errno, _ operation: String, _ object: String = "", detail: String = "") {
        self.init(code: .systemCall, errno: errno, operation: operation, object: object, detail: detail)
    }
}

extension LinuxSystemError: CustomStringConvertible {
    /// "open /run/netns/x: no such file or directory (ENOENT)".
    public var description: String {
        let subject = object.isEmpty ? operation : "\(operation) \(object)"
        let reason = errno?.description ?? (code == .timeout ? "timed out" : "")
        return [subject, reason, detail].filter { !$0.isEmpty }.joined(separator: ": ")
    }
}
