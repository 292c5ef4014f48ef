public import LinuxSystem

/// Why a transaction was not made, and which of its operations is at fault.
///
/// Nothing of it was done, unless the code is ``Code/outcomeUnknown``.
public struct NFTablesError: Error, Hashable, Sendable {
    /// The kind of failure.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        enum Kind: String {
            case notFound, alreadyExists, busy, full, generationChanged, overrun, unsupported, notPermitted
            case invalid, kernel, outcomeUnknown, socket
        }

        let kind: Kind

        /// ENOENT: the object, or one that it needs, is not there.
        public static var notFound: Code { Code(kind: .notFound) }
        /// EEXIST: the object is there already, or (for an element) with other data.
        public static var alreadyExists: Code { Code(kind: .alreadyExists) }
        /// EBUSY: the object is still used, or a set's declaration differs.
        public static var busy: Code { Code(kind: .busy) }
        /// ENFILE: the set has as many elements as it takes.
        public static var full: Code { Code(kind: .full) }
        /// ERESTART, EAGAIN, EINTR: somebody else changed the rules meanwhile; read them anew and try again.
        public static var generationChanged: Code { Code(kind: .generationChanged) }
        /// ENOBUFS: a buffer was too small for the batch or for its answers.
        public static var overrun: Code { Code(kind: .overrun) }
        /// EOPNOTSUPP: the kernel does not have this kind of object or expression; perhaps a module is missing.
        public static var unsupported: Code { Code(kind: .unsupported) }
        /// EPERM: the caller lacks CAP_NET_ADMIN in this network namespace.
        public static var notPermitted: Code { Code(kind: .notPermitted) }
        /// The transaction can't be encoded; nothing was sent.
        public static var invalid: Code { Code(kind: .invalid) }
        /// The kernel refused for another reason; ``NFTablesError/errno`` says which.
        public static var kernel: Code { Code(kind: .kernel) }
        /// The batch was sent, but no answer came in time.
        public static var outcomeUnknown: Code { Code(kind: .outcomeUnknown) }
        /// The socket failed before anything was sent.
        public static var socket: Code { Code(kind: .socket) }

        /// The code's name.
        public var description: String { kind.rawValue }
    }

    /// The kind of failure.
    public var code: Code
    /// The kernel's error number, where it gave one.
    public var errno: Errno?
    /// What was tried: "add rule", "commit".
    public var operation: String
    /// To what: "ip weft services", for an element with its key.
    public var object: String
    /// What is wrong, in the kernel's words (extended ACK) or ours; may be empty.
    public var text: String
    /// The index of the operation in ``Transaction/operations``, where it is known.
    public var operationIndex: Int?

    /// Makes an error of its parts.
    public init(
        _ code: Code,
        errno: Errno? = nil,
        operation: String,
        object: String = "",
        text: String = "",
        operationIndex: Int? = nil
    ) {
        self.code = code
        self.errno = errno
        self.operation = operation
        self.object = object
        self.text = text
        self.operationIndex = operationIndex
    }

    /// The error that the kernel's number means for an operation.
    public init(errno: Errno, operation: String, object: String = "", text: String = "", operationIndex: Int? = nil) {
        self.init(
            Code(errno),
            errno: errno,
            operation: operation,
            object: object,
            text: text,
            operationIndex: operationIndex
        )
    }

    /// Whether an object was not there.
    public var isNotFound: Bool { code == .notFound }
    /// Whether an object was there already.
    public var isAlreadyExists: Bool { code == .alreadyExists }
}

extension NFTablesError.Code {
    /// The kind of failure that an error number of the kernel stands for.
    init(_ errno: Errno) {
        switch errno {
        case Errno(rawValue: 2): self = .notFound
        case Errno(rawValue: 17): self = .alreadyExists
        case Errno(rawValue: 16): self = .busy
        case Errno(rawValue: 23): self = .full
        // ERESTART is 85 in the kernel's errno.h.
        case Errno(rawValue: 85), Errno(rawValue: 11), Errno(rawValue: 4): self = .generationChanged
        case Errno(rawValue: 105): self = .overrun
        case Errno(rawValue: 95): self = .unsupported
        case Errno(rawValue: 1): self = .notPermitted
        default: self = .kernel
        }
    }
}

extension NFTablesError: CustomStringConvertible {
    /// "add rule ip weft services: no such file or directory (ENOENT)".
    public var description: String {
        var parts = [object.isEmpty ? operation : "\(operation) \(object)"]
        if let errno { parts.append(errno.description) }
        if !text.isEmpty { parts.append(text) }
        if errno == nil && text.isEmpty { parts.append(code.description) }
        return parts.joined(separator: ": ")
    }
}
