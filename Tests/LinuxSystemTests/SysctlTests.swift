import LinuxSystem
import Testing

struct SysctlTests {
    @Test(arguments: [
        ("net.ipv4.ip_forward", "/proc/sys/net/ipv4/ip_forward"),
        ("net/ipv4/ip_forward", "/proc/sys/net/ipv4/ip_forward"),
        ("net.ipv4.conf.eth0/100.forwarding", "/proc/sys/net/ipv4/conf/eth0.100/forwarding"),
        ("net/ipv4/conf/eth0.100/forwarding", "/proc/sys/net/ipv4/conf/eth0.100/forwarding"),
    ])
    func theFirstSeparatorDecides(name: String, path: String) throws {
        #expect(try Sysctl.path(of: name) == path)
    }

    @Test(arguments: ["", ".", "net..ipv4", "/etc/passwd", "net/../../etc/passwd", "net.//.x", "net/./x", "net.x\0y"])
    func namesThatLeadElsewhereAreRefused(name: String) {
        let error = #expect(throws: LinuxSystemError.self) { try Sysctl.path(of: name) }
        #expect(error?.code == .malformed)
    }

    @Test func errorsNameTheParameter() throws {
        let error = #expect(throws: LinuxSystemError.self) { try Sysctl.read("net.ipv4.no_such_thing") }
        #expect(error?.object == "net.ipv4.no_such_thing")
        #expect(error?.errno == .noSuchFileOrDirectory)
    }

    @Test func theNewlineIsTakenOff() throws {
        #expect(try Sysctl.read("kernel.ostype") == "Linux")
    }
}
