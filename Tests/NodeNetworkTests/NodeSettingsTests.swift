import LinuxSystem
import NetworkTypes
import Synchronization
import Testing

@testable import NodeNetwork

struct NodeSettingsTests {
    static let names: [(Set<IPFamily>, [String])] = [
        ([.ipv4], ["net.ipv4.ip_forward", "net.bridge.bridge-nf-call-iptables"]),
        ([.ipv6], ["net.ipv6.conf.all.forwarding", "net.bridge.bridge-nf-call-ip6tables"]),
        (
            [.ipv4, .ipv6],
            [
                "net.ipv4.ip_forward", "net.bridge.bridge-nf-call-iptables", "net.ipv6.conf.all.forwarding",
                "net.bridge.bridge-nf-call-ip6tables",
            ]
        ),
        ([], []),
    ]

    @Test(arguments: names)
    func eachFamilyHasItsOwn(_ families: Set<IPFamily>, _ names: [String]) {
        #expect(NodeSettings { _ in true }.apply(families).changed == names)
        #expect(NodeSettings { _ in false }.apply(families).changed.isEmpty)
    }

    @Test func whatCanNotBeSetIsReportedAndTheRestGoesOn() {
        let tried = Mutex<[String]>([])
        let settings = NodeSettings { name in
            tried.withLock { $0.append(name) }
            if name.hasPrefix("net.bridge") { throw LinuxSystemError(.noSuchFileOrDirectory, "write sysctl", name) }
            if name == "net.ipv4.ip_forward" { throw LinuxSystemError(.readOnlyFileSystem, "write sysctl", name) }
            return true
        }
        let (changed, problems) = settings.apply([.ipv4, .ipv6])
        #expect(tried.withLock { $0.count } == 4)
        #expect(changed == ["net.ipv6.conf.all.forwarding"])
        #expect(problems.map(\.setting.name).count == 3)
        #expect(problems[0].reason.contains("EROFS"))
        #expect(problems[1].description.contains("modprobe br_netfilter"))
        #expect(problems[1].description.contains("gets no IPv4 answer"))
    }

    @Test func problemsAreToldOnce() {
        var known = KnownProblems()
        #expect(known.replace(with: ["a", "b"]) == ["a", "b"])
        #expect(known.replace(with: ["b", "c"]) == ["c"])
        #expect(known.replace(with: ["a"]) == ["a"])
    }
}
