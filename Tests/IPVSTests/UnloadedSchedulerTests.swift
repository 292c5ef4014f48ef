import NetworkTypes
import Testing

@testable import IPVS

/// Which schedulers the kernel is not asked for until their modules are loaded.
struct UnloadedSchedulerTests {
    private func server(_ scheduler: IPVSScheduler) -> VirtualServer {
        VirtualServer(VirtualServerID(.tcp, .v4(IPv4Address(10, 96, 0, 1)), 80), scheduler: scheduler)
    }

    @Test func onlyTheTwoThatCanLockUpTheKernel() {
        var nothingLoaded = UnloadedScheduler { _ in false }
        let refused = IPVSScheduler.known.filter { nothingLoaded.fault(of: .setVirtualServer(server($0))) != nil }
        #expect(refused == ["lblc", "lblcr"])
    }

    @Test func theErrorNamesTheWayOut() {
        var nothingLoaded = UnloadedScheduler { _ in false }
        let error = nothingLoaded.fault(of: .updateVirtualServer(server("lblcr")))
        #expect(error?.code == .noScheduler && error?.operation == "update virtual server")
        #expect(error?.object == "TCP 10.96.0.1:80")
        #expect(error?.text.hasSuffix("load it with: modprobe ip_vs_lblcr") == true)
    }

    @Test(arguments: ["/sys/module/ip_vs_lblc", "/proc/sys/net/ipv4/vs/lblc_expiration"])
    func aLoadedOrBuiltInModuleIsSeenOnce(path: String) {
        var looks = 0
        var schedulers = UnloadedScheduler {
            looks += 1
            return $0 == path
        }
        #expect(schedulers.fault(of: .addVirtualServer(server("lblc"))) == nil)
        let first = looks
        #expect(schedulers.fault(of: .addVirtualServer(server("lblc"))) == nil)
        #expect(looks == first)
        #expect(schedulers.fault(of: .addVirtualServer(server("lblcr"))) != nil)
    }

    @Test func otherChangesAreNotLookedAt() {
        var nothingLoaded = UnloadedScheduler { _ in false }
        let id = server("lblc").id
        #expect(nothingLoaded.fault(of: .deleteVirtualServer(id)) == nil)
    }
}
