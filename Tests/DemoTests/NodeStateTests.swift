import Testing

@testable import Demo

struct NodeStateTests {
    @Test(arguments: [
        (
            "[ cmp eq reg 1 0x01 ] [ counter pkts 12 bytes 720 ] [ immediate reg 0 jump A ]",
            "[ cmp eq reg 1 0x01 ] [ counter ] [ immediate reg 0 jump A ]"
        ),
        ("[ counter pkts 0 bytes 0 ]", "[ counter ]"),
        ("table ip weft", "table ip weft"),
        ("[ counterfeit ]", "[ counterfeit ]"),
    ])
    func countersAreLeftOut(line: String, expected: String) {
        #expect(NodeState.withoutCounters(line) == expected)
    }

    @Test func theFirstDifferenceIsTold() {
        #expect(NodeState.firstDifference(["a", "b"], ["b", "a"]) == nil)
        #expect(NodeState.firstDifference(["a", "b"], ["a"]) == "without: b")
        #expect(NodeState.firstDifference(["a"], ["a", "b"]) == "with: b")
    }
}
