import LinuxSystem

/// How many packets a link has carried: its line in /proc/net/dev.
public struct LinkCounters: Hashable, Sendable {
    /// Packets that arrived.
    public let received: UInt64
    /// Packets that were sent.
    public let sent: UInt64

    /// The counters of a link in the calling thread's network namespace; nil when there is no such link.
    public static func read(_ link: String) throws -> LinkCounters? {
        // /proc/net is that of the process's first thread, wherever this one is.
        find(link, in: try File.readText("/proc/thread-self/net/dev"))
    }

    /// The name stands before a colon; behind it are eight numbers of what arrived (bytes, packets, ...), then eight of
    /// what was sent.
    static func find(_ link: String, in text: String) -> LinkCounters? {
        for line in text.split(separator: "\n") {
            guard let colon = line.lastIndex(of: ":"), line[..<colon].drop(while: \.isWhitespace) == link[...] else {
                continue
            }
            let numbers = line[line.index(after: colon)...].split(separator: " ").compactMap { UInt64($0) }
            return numbers.count >= 10 ? LinkCounters(received: numbers[1], sent: numbers[9]) : nil
        }
        return nil
    }
}
