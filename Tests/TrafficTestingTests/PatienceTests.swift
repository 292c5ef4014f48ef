import Testing

@testable import TrafficTesting

struct PatienceTests {
    @Test(arguments: [(nil, 1), ("", 1), ("x", 1), ("0", 1), ("-3", 1), ("20", 20), ("1000", 100)] as [(String?, Int)])
    func theFactorIsKeptWithinBounds(text: String?, factor: Int) {
        #expect(Patience.factor(of: text) == factor)
    }

    @Test func deadlinesAreMultipliedWithoutOverflow() {
        #expect(Patience.duration(.seconds(2)) == .seconds(2) * Patience.factor)
        #expect(Patience.milliseconds(200) == 200 * Int32(Patience.factor))
        #expect(Patience.milliseconds(.max) == .max)
    }
}
