import CLinuxShims
import Glibc
import LinuxSystem

/// This process's id, part of the names of what its tests make.
let processID = getpid()

/// The loopback link of the calling thread's namespace, handled without netlink, which is tested on top of this kit.
enum Loopback {
    /// Raises `lo` (SIOCSIFFLAGS, netdevice(7)).
    static func raise() throws {
        let socket = FileDescriptor(
            owning: try SystemCall.run("open", "socket") { Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0) }
        )
        var request = unsafe ifreq()
        unsafe withUnsafeMutableBytes(of: &request.ifr_ifrn) { unsafe $0.copyBytes(from: "lo".utf8) }
        let flags = Int16(IFF_UP | IFF_RUNNING)
        unsafe request.ifr_ifru.ifru_flags = flags
        _ = try SystemCall.run("raise", "lo") { unsafe ioctl(socket.rawValue, UInt(SIOCSIFFLAGS), &request) }
    }
}
