import LinuxSystem
import Netlink
import NetworkTypes
import RouteNetlink

/// The kernel's search for another host with the same IPv6 address (RFC 4862), where the configuration wants it
/// (`enabledad`).
enum DuplicateDetection {
    /// How long it may take; with the kernel's standards it is one to two seconds.
    static let timeout = Duration.seconds(10)

    /// Waits until the addresses of an interface may be used.
    ///
    /// - Throws: EADDRINUSE when another host has one.
    static func wait(
        for end: AttachmentSpec.PodEnd,
        link: UInt32,
        _ connection: inout RouteConnection
    ) throws(NetlinkError) {
        guard end.addresses.contains(where: { $0.family == .ipv6 }) else { return }
        let deadline = Deadline.after(timeout)
        var monitor = try RouteMonitor.open([.ipv6Addresses])
        while true {
            let addresses = try connection.addresses(AddressFilter(family: .ipv6, link: link))
                .filter { end.addresses.contains($0.prefix) }
            if let duplicate = addresses.first(where: { $0.flags.contains(.duplicate) }) {
                throw failure(.addressInUse, duplicate.prefix, "another host on the link has it")
            }
            guard let waiting = addresses.first(where: { $0.flags.contains(.tentative) }) else { return }
            if deadline.hasPassed {
                throw failure(.timedOut, waiting.prefix, "the search for duplicates does not end")
            }
            do {
                _ = try monitor.next(until: deadline)
            } catch  where error.code == .overrun || error.code == .timeout {}
        }
    }

    private static func failure(_ errno: Errno, _ prefix: IPPrefix, _ text: String) -> NetlinkError {
        NetlinkError(.kernel, errno: errno, operation: "use address", object: "\(prefix)", text: text)
    }
}
