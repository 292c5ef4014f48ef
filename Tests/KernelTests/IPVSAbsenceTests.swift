import IPVS
import LinuxSystemTesting
import Testing

/// What a user of a kernel without ip_vs gets to read.
@Suite(.enabled(if: KernelFeature.namespaces.isAvailable && KernelFeature.ipvs.reasonForAbsence != nil))
struct IPVSAbsenceTests {
    @Test func theWayOutIsNamed() throws {
        try withTestNamespace { namespace in
            let here = #expect(throws: IPVSError.self) { _ = try IPVSConnection.open() }
            let there = #expect(throws: IPVSError.self) { _ = try IPVSConnection.open(in: namespace.namespace) }
            let expected =
                "find the kernel's IPVS: the kernel's module ip_vs is missing; load it with: modprobe ip_vs (ENOENT)"
            #expect(here?.code == .unsupported && here.map { "\($0)" } == expected)
            #expect(here == there)
        }
    }

    @Test func failedConnectionsLeakNoFile() async {
        await #expect(processExitsWith: .success) { () throws in
            let leaked = try OpenFiles.leaked {
                try withTestNamespace { namespace in
                    _ = try? IPVSConnection.open()
                    _ = try? IPVSConnection.open(in: namespace.namespace)
                }
            }
            #expect(leaked == 0, "\(OpenFiles.list())")
        }
    }
}
