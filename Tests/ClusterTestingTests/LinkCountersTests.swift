import Testing

@testable import ClusterTesting

struct LinkCountersTests {
    private let text = """
        Inter-|   Receive                                                |  Transmit
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
            lo:     840      10    0    0    0     0          0         0      840      10    0    0    0     0       0          0
        flannel.1:    1200      50    0    0    0     0          0         0     2400      60    0    3    0     0       0          0
        """

    @Test func aLinkIsFoundByItsWholeName() {
        #expect(LinkCounters.find("flannel.1", in: text) == LinkCounters(received: 50, sent: 60))
        #expect(LinkCounters.find("lo", in: text) == LinkCounters(received: 10, sent: 10))
        for name in ["flannel.10", "flannel", "l", "", "face |bytes"] {
            #expect(LinkCounters.find(name, in: text) == nil)
        }
    }
}
