import Glibc
import LinuxSystem

/// Which kernel parameters configurations may set, by the administrator's word: the reference tuning plugin's file, one
/// regular expression a line.
struct SysctlAllowlist: Hashable, Sendable {
    /// Where it is, on hosts that have one.
    static let standardPath = "/etc/cni/tuning/allowlist.conf"

    /// The expressions (POSIX extended ones; `\\.`, `[a-z]`, `^` and `$` mean the same as the reference's).
    let expressions: [String]

    /// Takes a file's text.
    init(_ text: String) {
        expressions = text.split(whereSeparator: \.isNewline).map(String.init).filter { !$0.isEmpty }
    }

    /// Reads the file; nil where there is none, and everything below net is allowed.
    ///
    /// - Throws: code 5 when it can't be read.
    static func read(_ path: String = standardPath) throws(CNIError) -> SysctlAllowlist? {
        do throws(LinuxSystemError) {
            return SysctlAllowlist(try File.readText(path))
        } catch {
            if error.errno == .noSuchFileOrDirectory { return nil }
            throw CNIError(error)
        }
    }

    /// Whether a parameter, as the configuration names it, is matched by one of the expressions.
    ///
    /// One that is malformed matches nothing.
    func allows(_ name: String) -> Bool {
        expressions.contains { expression in
            var compiled = unsafe regex_t()
            guard unsafe regcomp(&compiled, expression, REG_EXTENDED | REG_NOSUB) == 0 else { return false }
            defer { unsafe regfree(&compiled) }
            return unsafe regexec(&compiled, name, 0, nil, 0) == 0
        }
    }
}
