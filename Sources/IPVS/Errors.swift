public import LinuxSystem

/// What went wrong with IPVS, on what, and the way out where there is one.
public struct IPVSError: Error, Hashable, Sendable {
    /// The kind of failure.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        enum Kind: String {
            case unsupported, noScheduler, notFound, alreadyExists, permission, invalid, kernel
            case answersLost, timeout, malformed, system
        }

        let kind: Kind

        /// The kernel has no IPVS, or its module ip_vs is not loaded and can't be.
        public static var unsupported: Code { Code(kind: .unsupported) }
        /// The kernel has no such scheduler (or persistence engine), or its module can't be loaded.
        public static var noScheduler: Code { Code(kind: .noScheduler) }
        /// There is no such virtual or real server.
        public static var notFound: Code { Code(kind: .notFound) }
        /// The virtual or real server is there already.
        public static var alreadyExists: Code { Code(kind: .alreadyExists) }
        /// CAP_NET_ADMIN is missing.
        public static var permission: Code { Code(kind: .permission) }
        /// A value that the kernel can't take, or that no request can carry.
        public static var invalid: Code { Code(kind: .invalid) }
        /// The kernel refused for another reason; ``IPVSError/errno`` says which.
        public static var kernel: Code { Code(kind: .kernel) }
        /// The receive buffer ran over (ENOBUFS): what became of the requests is not known.
        public static var answersLost: Code { Code(kind: .answersLost) }
        /// The kernel did not answer in time.
        public static var timeout: Code { Code(kind: .timeout) }
        /// Bytes that are not the expected message.
        public static var malformed: Code { Code(kind: .malformed) }
        /// A call on the socket itself failed; ``IPVSError/errno`` says why.
        public static var system: Code { Code(kind: .system) }

        /// The code's name.
        public var description: String { kind.rawValue }
    }

    /// The kind of failure.
    public var code: Code
    /// The kernel's error number, where it gave one.
    public var errno: Errno?
    /// What was tried, as a verb phrase: "add virtual server".
    public var operation: String
    /// On what: "TCP 10.96.0.1:80"; may be empty.
    public var object: String
    /// What is wrong and what helps; may be empty.
    public var text: String

    /// Makes an error of its parts.
    public init(_ code: Code, errno: Errno? = nil, operation: String = "", object: String = "", text: String = "") {
        self.code = code
        self.errno = errno
        self.operation = operation
        self.object = object
        self.text = text
    }
}

extension IPVSError: CustomStringConvertible {
    /// "add virtual server TCP 10.96.0.1:80: no scheduler mh in the kernel; load it with: modprobe ip_vs_mh (ENOENT)".
    public var description: String {
        let subject = object.isEmpty ? operation : "\(operation) \(object)"
        let reason =
            switch (errno, text.isEmpty) {
            case (let errno?, true): errno.description
            case (let errno?, false): "\(text) (\(errno.name))"
            case (nil, true): code.description
            case (nil, false): text
            }
        return subject.isEmpty ? reason : "\(subject): \(reason)"
    }
}
