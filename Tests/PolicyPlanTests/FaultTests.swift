import PolicyTesting
import Testing

@testable import PolicyPlan

/// Faults are seeded into the compilation, one by one, and the conformance table must notice each.
struct FaultTests {
    @Test func thereAreMany() { #expect(Self.faults.count >= 40) }

    @Test(arguments: faults)
    func tableNoticesTheFault(_ fault: PolicyFault) {
        let noticed = PolicyCase.all.contains { example in
            var world = PolicyWorld.standard
            var plan = PlanUnderTest(fault)
            plan.move(to: world)
            return example.steps.contains { step in
                for change in step.changes { world.apply(change) }
                plan.move(to: world)
                return Self.probes(of: step, example).contains { plan.allows($0.0) != $0.1 }
            }
        }
        #expect(noticed)
    }

    /// Only what people wrote down counts here, where it is said for both families.
    private static func probes(of step: PolicyCase.Step, _ example: PolicyCase) -> [(PolicyProbe, Bool)] {
        step.allowed.flatMap { PolicyProbe.read($0).map { ($0, true) } }
            + step.denied.flatMap { PolicyProbe.read($0).map { ($0, false) } }
    }

    static let faults: [PolicyFault] = readingFaults + portFaults + peerFaults + podFaults + modelFaults + missedChanges
}
