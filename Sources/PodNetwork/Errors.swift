import JSONTree
public import LinuxSystem
import NFTables
import Netlink

/// Why a command of the plugin failed, in the form that the CNI specification gives it ("Error" in SPEC.md).
public struct CNIError: Error, Hashable, Sendable {
    /// The number that the runtime reads: 1 to 99 are the specification's, 100 and above ours.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The number.
        public let rawValue: Int

        /// Wraps a number.
        public init(rawValue: Int) {
            self.rawValue = rawValue
        }

        /// 1: the configuration's version is not supported, or doesn't allow the command.
        public static let incompatibleVersion = Code(rawValue: 1)
        /// 2: a key of the configuration has a value that is not supported; the message names both.
        public static let unsupportedField = Code(rawValue: 2)
        /// 3: the container doesn't exist; the runtime need not call DEL.
        public static let unknownContainer = Code(rawValue: 3)
        /// 4: an environment variable is missing or malformed.
        public static let invalidEnvironment = Code(rawValue: 4)
        /// 5: input or output failed.
        public static let inputOutput = Code(rawValue: 5)
        /// 6: the configuration can't be decoded.
        public static let decoding = Code(rawValue: 6)
        /// 7: the configuration was decoded but is not valid.
        public static let invalidConfiguration = Code(rawValue: 7)
        /// 8: CNI_NETNS is not a network namespace, or is the plugin's own.
        public static let invalidNetworkNamespace = Code(rawValue: 8)
        /// 11: something is in the way now; the runtime may try again.
        public static let tryAgainLater = Code(rawValue: 11)
        /// 50: (STATUS) no ADD can be served now.
        public static let notAvailable = Code(rawValue: 50)
        /// 51: (STATUS) no ADD can be served, and present containers may be cut off.
        public static let limitedConnectivity = Code(rawValue: 51)
        /// 100: the kernel refused a change.
        public static let kernelRefused = Code(rawValue: 100)
        /// 101: no address is left, or the requested one is taken.
        public static let addressUnavailable = Code(rawValue: 101)
        /// 102: (CHECK) something is not as ADD left it.
        public static let notAsExpected = Code(rawValue: 102)
        /// 103: the interface, or another object of this name, exists already.
        public static let alreadyExists = Code(rawValue: 103)
    }

    /// The kind of failure.
    public let code: Code
    /// What failed, on what: one line.
    public let message: String
    /// Why, and what to do about it; may be empty.
    public let details: String
    /// The kernel's error number, where a system call failed.
    public let errno: Errno?

    /// Makes an error.
    public init(_ code: Code, _ message: String, details: String = "", errno: Errno? = nil) {
        self.code = code
        self.message = message
        self.details = details
        self.errno = errno
    }

    /// The document that the runtime expects on standard output.
    ///
    /// - Parameter version: the specification's version of the configuration, or the newest when it isn't known.
    /// - Returns: a JSON object.
    func json(version: SpecVersion) -> JSONValue {
        var object: JSONObject = [
            "cniVersion": .string(version.rawValue),
            "code": .integer(Int64(code.rawValue)),
            "msg": .string(message),
        ]
        if !details.isEmpty { object["details"] = .string(details) }
        return .object(object)
    }
}

extension CNIError: CustomStringConvertible {
    /// "no address is left in 10.1.0.0/24: 253 of 253 are reserved (code 101)".
    public var description: String {
        let text = details.isEmpty ? message : "\(message): \(details)"
        return "\(text) (code \(code.rawValue))"
    }
}

extension CNIError {
    /// An error of the operating system in a file or namespace operation: code 5.
    init(_ error: LinuxSystemError) {
        self.init(.inputOutput, error.description, details: error.detail, errno: error.errno)
    }
}

extension CNIError {
    /// An error of the kernel's network configuration: code 100, 103 for what exists already, 11 for what may pass.
    init(_ error: NetlinkError) {
        let code: Code =
            switch error.code {
            case .timeout, .overrun, .interrupted: .tryAgainLater
            default: error.errno == .fileExists ? .alreadyExists : .kernelRefused
            }
        self.init(code, error.description, details: Self.hint(for: error.errno), errno: error.errno)
    }

    /// An error of nf_tables: code 100, or 11 for what may pass.
    init(_ error: NFTablesError) {
        let passes = error.code == .generationChanged || error.code == .overrun || error.code == .outcomeUnknown
        let text =
            error.code == .unsupported
            ? "the kernel lacks nf_tables or its nat; load nft_masq, or leave out ipMasq" : ""
        self.init(
            passes ? .tryAgainLater : .kernelRefused,
            error.description,
            details: text.isEmpty ? Self.hint(for: error.errno) : text,
            errno: error.errno
        )
    }

    private static func hint(for errno: Errno?) -> String {
        switch errno {
        case .notPermitted: "weft-cni must run as root, with CAP_NET_ADMIN and CAP_SYS_ADMIN"
        case .notSupported: "the kernel lacks a feature (veth, bridge, IPv6); load its module"
        case .permissionDenied: "IPv6 is disabled there (net.ipv6.conf.*.disable_ipv6)"
        default: ""
        }
    }

    /// Any error of the layers below, in the one place where they become the specification's.
    static func wrapping(_ error: any Error) -> CNIError {
        switch error {
        case let error as CNIError: error
        case let error as NetlinkError: CNIError(error)
        case let error as NFTablesError: CNIError(error)
        case let error as LinuxSystemError: CNIError(error)
        default: CNIError(.kernelRefused, "\(error)")
        }
    }
}
