import Glibc
import LinuxSystem
import LinuxSystemTesting
import Testing

/// The probes that decide which tests run.
@Suite(.enabled(if: KernelFeature.namespaces.isAvailable))
struct LinuxSystemKernelFeatureTests {
    @Test func whatIsDemandedIsNeverLeftOut() async {
        await #expect(processExitsWith: .success) { () throws in
            for (value, required) in [
                ("", false), ("nft,ipvlan", true), ("veth ipvlan", true), ("all", true), ("ip", false),
            ] {
                _ = unsafe setenv("REQUIRE_KERNEL_FEATURES", value, 1)
                #expect(KernelFeature.ipvlan.isRequired == required, "\(value)")
                #expect(KernelFeature.ipvlan.isAvailable || !required)
            }
        }
    }

    @Test(arguments: [KernelFeature.dummy, .ipvlan, .macvlan, .vxlan, .ifb, .vlanFiltering, .bridgeNetfilter, .nft])
    func anAbsenceHasAReasonAndAProbeLeavesNothing(feature: KernelFeature) throws {
        let before = try Witness.run("ip", "-o", "link")
        #expect(feature.reasonForAbsence?.isEmpty != true)
        #expect(feature.reasonForAbsence == nil || !feature.isAvailable || feature.isRequired)
        let after = try Witness.run("ip", "-o", "link")
        #expect(!after.contains("probe0"), "\(before)")
    }

    @Test func severalNamespacesAreApartAndRemoved() throws {
        var names: [String] = []
        try withTestNamespaces(3) { namespaces in
            names = namespaces.map(\.name)
            let identities = try namespaces.map { try $0.namespace.identity() }
            #expect(Set(identities).count == 3)
            for namespace in namespaces {
                let seen = try namespace.witness("ip", "-br", "link", "show", "lo")
                #expect(seen.contains("UNKNOWN"))
            }
        }
        #expect(names.allSatisfy { !File.exists(NetworkNamespace.path(named: $0)) })
        try withTestNamespace(loopback: false) { namespace in
            let seen = try namespace.witness("ip", "-br", "link", "show", "lo")
            #expect(seen.contains("DOWN"))
        }
    }
}
