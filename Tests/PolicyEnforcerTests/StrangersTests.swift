import NetworkTypes
import Testing

@testable import PolicyEnforcer

/// When somebody is asked about pods that are not known.
struct StrangersTests {
    private static let start = ContinuousClock.now
    private static let pod = HeldAddress(.v4(IPv4Address(10, 244, 0, 9)), comment: "x/a 1")
    private static let nobody = HeldAddress(.v4(IPv4Address(10, 244, 0, 8)), comment: nil)

    private func after(_ seconds: Int) -> ContinuousClock.Instant { Self.start.advanced(by: .seconds(seconds)) }

    @Test func afterSomeTimeAndAgainAfterAsMuch() {
        var strangers = Strangers(patience: .seconds(60))
        strangers.update([Self.pod, Self.nobody], at: after(0))
        #expect(strangers.next(at: after(59)) == nil)
        strangers.update([Self.pod, Self.nobody], at: after(59))
        // Who has no name can't be asked for.
        #expect(strangers.next(at: after(60)) == [Self.pod])
        // One question at a time.
        #expect(strangers.next(at: after(200)) == nil)
        strangers.answer(Self.pod, isGone: false, at: after(200))
        strangers.endAsking()
        #expect(!strangers.areGone(Self.pod))
        #expect(strangers.next(at: after(259)) == nil)
        #expect(strangers.next(at: after(260)) == [Self.pod])
        strangers.answer(Self.pod, isGone: true, at: after(261))
        strangers.endAsking()
        #expect(strangers.areGone(Self.pod))
        #expect(strangers.next(at: after(1000)) == nil)
    }

    @Test func theTimeBeginsAnewWhenTheAddressIsHeldAnew() {
        var strangers = Strangers(patience: .seconds(60))
        strangers.update([Self.pod], at: after(0))
        strangers.update([], at: after(30))
        strangers.update([Self.pod], at: after(40))
        #expect(strangers.next(at: after(70)) == nil)
        #expect(strangers.next(at: after(100)) == [Self.pod])
        strangers.answer(Self.pod, isGone: true, at: after(100))
        strangers.endAsking()
        strangers.update([], at: after(101))
        #expect(!strangers.areGone(Self.pod))
    }
}
