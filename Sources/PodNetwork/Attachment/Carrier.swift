import Glibc
import LinuxSystem
import Netlink
import RouteNetlink

/// The wait until the kernel has seen that an end of a pair has a carrier.
///
/// The container's end is raised first, without a carrier; raising the host's end gives it to both, and a worker of the
/// kernel then has the bridge forward over the port and the container's end send. From Linux 6.8 on asking for a link has
/// that done at once.
enum Carrier {
    /// How long the kernel may take; it takes microseconds.
    static let timeout = Duration.seconds(3)

    /// Waits.
    ///
    /// - Parameters:
    ///   - index: the link's.
    ///   - name: its name, for messages.
    ///   - connection: one in its namespace.
    /// - Throws: ENETDOWN when it has no carrier in time, ENODEV when it is gone.
    static func wait(forLink index: UInt32, _ name: String, _ connection: inout RouteConnection) throws(NetlinkError) {
        let deadline = Deadline.after(timeout)
        var pause: UInt32 = 50
        while true {
            let link = try connection.link(index: index)
            if link?.operationalState == .up { return }
            guard link != nil, !deadline.hasPassed else {
                let state = link?.operationalState.description ?? "gone"
                throw NetlinkError(
                    .kernel,
                    errno: link == nil ? .noSuchDevice : .networkDown,
                    operation: "wait for carrier of",
                    object: name,
                    text: "the link is \(state)"
                )
            }
            usleep(pause)
            pause = min(pause * 2, 5000)
        }
    }
}
