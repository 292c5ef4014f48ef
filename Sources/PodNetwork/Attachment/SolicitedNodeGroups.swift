import Glibc
import LinuxSystem
import NetworkTypes

/// The multicast groups over which others ask for an IPv6 address's link address (RFC 4861, 7.2.1).
///
/// The kernel joins them in a worker that needs the rtnl lock: while many containers start, that comes later than the
/// answer to the request that added the address. Who asks meanwhile gets no answer, and asks again after a second.
enum SolicitedNodeGroups {
    /// How long the kernel may take.
    static let timeout = Duration.seconds(3)

    /// ff02::1:ffXX:XXXX with the address's last 24 bits.
    static func group(of address: IPv6Address) -> IPv6Address {
        IPv6Address(high: 0xff02 << 48, low: 0x1_ff00_0000 | address.low & 0xff_ffff)
    }

    /// The groups that an interface has joined, as hexadecimal digits.
    ///
    /// - Parameters:
    ///   - link: the interface's name.
    ///   - text: /proc/net/igmp6: index, name, group, users, flags, timer.
    /// - Returns: the groups.
    static func joined(by link: String, in text: String) -> Set<String> {
        var groups: Set<String> = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            if words.count > 2, words[1] == link { groups.insert(String(words[2])) }
        }
        return groups
    }

    /// Waits until the groups of an interface's addresses are joined; runs in the container's namespace.
    ///
    /// - Returns: a note when that takes too long; the addresses work then, only the first packet may be late.
    static func wait(for end: AttachmentSpec.PodEnd) -> [String] {
        let wanted = Set(
            end.addresses.compactMap { prefix -> String? in
                guard case .v6(let address) = prefix.address else { return nil }
                return hexadecimal(group(of: address))
            }
        )
        guard !wanted.isEmpty else { return [] }
        let deadline = Deadline.after(timeout)
        var pause: UInt32 = 50
        // Of this thread, as /proc/net is of the process's first one.
        while let text = try? File.readText("/proc/thread-self/net/igmp6") {
            if joined(by: end.name, in: text).isSuperset(of: wanted) { return [] }
            if deadline.hasPassed {
                return ["\(end.name) has not joined the groups of its IPv6 addresses within \(timeout)"]
            }
            usleep(pause)
            pause = min(pause * 2, 5000)
        }
        return []
    }

    private static func hexadecimal(_ address: IPv6Address) -> String {
        address.bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count < 2 ? "0\(digits)" : digits
        }.joined()
    }
}
