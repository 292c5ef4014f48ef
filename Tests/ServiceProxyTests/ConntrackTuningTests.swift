import Testing

@testable import ServiceProxy

struct ConntrackTuningTests {
    @Test(arguments: [(1, 131_072), (4, 131_072), (8, 262_144), (128, 1_048_576)])
    func theLimitFollowsTheProcessors(cores: Int, limit: Int) {
        let settings = ConntrackTuning().settings(cores: cores)
        #expect(settings.map(\.value) == [limit, 86_400, 3600])
    }

    @Test func zeroLeavesTheKernelsValue() {
        let tuning = ConntrackTuning(maximumPerCore: 0, establishedTimeout: .zero, closeWaitTimeout: .zero)
        #expect(tuning.settings(cores: 8).isEmpty)
    }
}
