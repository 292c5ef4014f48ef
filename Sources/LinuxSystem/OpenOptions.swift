import Glibc

/// How a file is opened: the `O_` flags of open(2).
public struct OpenOptions: OptionSet, Hashable, Sendable {
    /// The flags as the kernel takes them.
    public let rawValue: Int32

    /// Wraps flags of fcntl.h.
    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// `O_RDONLY`: for reading; what is taken when nothing else is said.
    public static let readOnly: OpenOptions = []
    /// `O_WRONLY`: for writing.
    public static let writeOnly = OpenOptions(rawValue: O_WRONLY)
    /// `O_RDWR`: for both.
    public static let readWrite = OpenOptions(rawValue: O_RDWR)
    /// `O_CREAT`: make the file when it is not there.
    public static let create = OpenOptions(rawValue: O_CREAT)
    /// `O_EXCL`: with `create`, fail with EEXIST when it is there.
    public static let exclusively = OpenOptions(rawValue: O_EXCL)
    /// `O_TRUNC`: empty it first.
    public static let truncate = OpenOptions(rawValue: O_TRUNC)
    /// `O_APPEND`: each write goes to the end.
    public static let append = OpenOptions(rawValue: O_APPEND)
    /// `O_DIRECTORY`: fail unless it is a directory.
    public static let directory = OpenOptions(rawValue: O_DIRECTORY)
    /// `O_NONBLOCK`: calls return EAGAIN instead of waiting.
    public static let nonBlocking = OpenOptions(rawValue: O_NONBLOCK)
    /// `O_NOFOLLOW`: fail on a symbolic link.
    public static let noFollow = OpenOptions(rawValue: O_NOFOLLOW)
}
