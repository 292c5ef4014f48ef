import LinuxSystem
import LinuxSystemTesting
import Testing

/// What the virtual machine is there for: the kernel features that the development kernel lacks.
@Suite(.enabled(if: KernelFeature.virtualMachine.isAvailable))
struct PromisedFeatureTests {
    @Test(arguments: [
        KernelFeature.nft, .veth, .bridge, .bridgeNetfilter, .vlanFiltering, .vxlan, .macvlan, .ifb, .conntrack,
        .dummy, .ipvlan, .wireguard, .ipvs, .sctp,
    ])
    func theKernelHasIt(feature: KernelFeature) {
        #expect(feature.reasonForAbsence == nil)
    }

    @Test(arguments: ["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "mh"])
    func theSchedulerIsThere(scheduler: String) throws {
        try withTestNamespace { _ in
            try Witness.run("ipvsadm", "-A", "-t", "192.0.2.1:80", "-s", scheduler)
            let saved = try Witness.run("ipvsadm", "-Sn")
            #expect(saved.contains("-A -t 192.0.2.1:80 -s \(scheduler)"))
        }
    }

    @Test func theMachinesNetworkIsItsOwn() throws {
        // No network card: what a test does by mistake outside its namespaces reaches nobody.
        let links = try Witness.run("ip", "-br", "link").split(separator: "\n").map { $0.prefix { $0 != " " } }
        #expect(!links.contains { $0.hasPrefix("eth") || $0.hasPrefix("en") }, "\(links)")
        #expect(try Witness.run("stat", "-f", "-c", "%T", "/tmp", "/run") == "tmpfs\ntmpfs\n")
    }
}
