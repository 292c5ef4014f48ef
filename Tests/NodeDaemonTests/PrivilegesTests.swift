import Testing

@testable import NodeDaemon

struct PrivilegesTests {
    @Test(arguments: ["CapEff:\t0000000000000000", "Name:\tx\nCapEff:\t00000000a80425fb\n", "CapEff: ffffffffffffefff"])
    func withoutTheCapabilityItIsSaid(status: String) {
        let error = #expect(throws: NodeDaemonError.self) { try Privileges.check(status: status) }
        #expect(error?.code == .privilege)
        #expect(error?.text.contains("CAP_NET_ADMIN") == true)
    }

    @Test(arguments: ["CapEff:\t000001ffffffffff", "CapEff:\t0000000000001000", "nothing of the kind"])
    func withItOrWithoutKnowingItGoesOn(status: String) throws {
        try Privileges.check(status: status)
    }
}
