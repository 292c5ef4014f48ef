/// Kernel parameters in /proc/sys.
///
/// Those under net are of the calling thread's network namespace.
public enum Sysctl {
    /// Reads a parameter.
    ///
    /// - Parameter name: as for `path(of:)`.
    /// - Returns: its text, without the newline at the end.
    /// - Throws: ENOENT when the kernel, or this namespace, has no such parameter.
    public static func read(_ name: String) throws(LinuxSystemError) -> String {
        do throws(LinuxSystemError) {
            let text = try File.readShortText(try path(of: name))
            return text.hasSuffix("\n") ? String(text.dropLast()) : text
        } catch {
            throw named(error, "read sysctl", name)
        }
    }

    /// Writes a parameter.
    ///
    /// - Parameters:
    ///   - name: as for `path(of:)`.
    ///   - value: the text to write.
    /// - Throws: ENOENT for a missing one, EACCES or EROFS where it can't be written here, EINVAL for a bad value.
    public static func write(_ name: String, _ value: String) throws(LinuxSystemError) {
        do {
            try File.write(value.utf8, to: try path(of: name), [])
        } catch {
            throw named(error, "write sysctl", "\(name)=\(value)")
        }
    }

    /// Writes a parameter unless it has that value.
    ///
    /// - Returns: whether it had to be written.
    /// - Throws: as `read(_:)` and `write(_:_:)`.
    @discardableResult
    public static func ensure(_ name: String, _ value: String) throws(LinuxSystemError) -> Bool {
        if try read(name) == value { return false }
        try write(name, value)
        return true
    }

    /// The file of a parameter.
    ///
    /// As in sysctl(8), the first separator decides: in "net.ipv4.conf.eth0/100.forwarding" dots separate and the slash
    /// stands for a dot of the link's name; in "net/ipv4/conf/eth0.100/forwarding" it is the other way round.
    ///
    /// - Throws: `.malformed` for a name that is empty or leads out of /proc/sys.
    public static func path(of name: String) throws(LinuxSystemError) -> String {
        let (dot, slash) = (UInt8(ascii: "."), UInt8(ascii: "/"))
        let isDotted = name.utf8.first { $0 == dot || $0 == slash } != slash
        // Bytes, not characters: a plugin that lives for a millisecond reads some of these.
        let path = name.utf8.map { byte in
            !isDotted ? byte : byte == dot ? slash : byte == slash ? dot : byte
        }
        let parts = path.split(separator: slash, omittingEmptySubsequences: false)
        guard !parts.contains(where: { $0.isEmpty || $0 == [dot] || $0 == [dot, dot] || $0.contains(0) }) else {
            throw LinuxSystemError(
                code: .malformed,
                operation: "find sysctl",
                object: "\"\(name)\"",
                detail: "a name looks like net.ipv4.ip_forward"
            )
        }
        return "/proc/sys/" + String(decoding: path, as: UTF8.self)
    }

    private static func named(_ error: LinuxSystemError, _ operation: String, _ name: String) -> LinuxSystemError {
        guard let errno = error.errno else { return error }
        return LinuxSystemError(errno, operation, name, detail: hint(for: errno))
    }

    private static func hint(for errno: Errno) -> String {
        switch errno {
        case .noSuchFileOrDirectory: "the kernel has no such parameter in this network namespace"
        case .readOnlyFileSystem: "/proc/sys is mounted read-only here"
        default: ""
        }
    }
}
