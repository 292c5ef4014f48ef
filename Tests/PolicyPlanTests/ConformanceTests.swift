import NetworkTypes
import PolicyTesting
import Testing

@testable import PolicyPlan

/// The plan against the table and against the evaluator, which knows only the API's text.
struct ConformanceTests {
    @Test func tableIsLargeAndItsNamesAreDistinct() {
        #expect(PolicyCase.all.count >= 150)
        let names = PolicyCase.all.map(\.name)
        #expect(Set(names).count == names.count)
    }

    /// The evaluator too is only as good as what people expect of it.
    @Test(arguments: PolicyCase.all)
    func evaluatorSaysWhatIsExpected(_ example: PolicyCase) {
        var world = PolicyWorld.standard
        for step in example.steps {
            for change in step.changes { world.apply(change) }
            let evaluator = PolicyEvaluator(world)
            for (texts, isAllowed) in [(step.allowed, true), (step.denied, false)] {
                for text in texts {
                    let probes = PolicyProbe.read(text)
                    #expect(probes.count == 2, "\(text) can't be read")
                    for probe in probes { #expect(evaluator.allows(probe) == isAllowed, "\(text): \(probe)") }
                }
            }
        }
    }

    @Test(arguments: PolicyCase.all)
    func planAgreesWithEvaluator(_ example: PolicyCase) {
        var world = PolicyWorld.standard
        var plan = PlanUnderTest()
        plan.move(to: world)
        for (index, step) in example.steps.enumerated() {
            for change in step.changes { world.apply(change) }
            plan.move(to: world)
            expectAgreement(plan, world, "step \(index)")
            var fresh = PlanUnderTest()
            fresh.move(to: world)
            expectAgreement(fresh, world, "anew at step \(index)")
            #expect(plan.model.subjects.keys == fresh.model.subjects.keys)
            #expect(plan.model.peers.keys == fresh.model.peers.keys)
            #expect(plan.model.chains.count == fresh.model.chains.count)
        }
    }

    private func expectAgreement(_ plan: PlanUnderTest, _ world: PolicyWorld, _ when: String) {
        let evaluator = PolicyEvaluator(world)
        let probes = IPFamily.allCases.flatMap { PolicyProbe.all(world, $0) }
        let wrong = probes.filter { plan.allows($0) != evaluator.allows($0) }
        #expect(wrong.isEmpty, "\(when): \(wrong.count) of \(probes.count), such as \(wrong.first?.description ?? "")")
    }

    @Test func explanationsAgreeWithTheModel() {
        for example in PolicyCase.all {
            var world = PolicyWorld.standard
            for change in example.steps[0].changes { world.apply(change) }
            var plan = PlanUnderTest()
            plan.move(to: world)
            for probe in PolicyProbe.all(world, .ipv4) where probe.transport != .sctp && probe.source.rawValue % 2 == 0
            {
                let answer = plan.planner.explain(probe.source, probe.destination, probe.transport, probe.port)
                #expect(answer.isAllowed == plan.allows(probe), "\(example.name): \(probe)")
            }
        }
    }
}
