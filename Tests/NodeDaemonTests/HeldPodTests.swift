import ClusterModel
import NetworkTypes
import PolicyEnforcer
import Testing

@testable import NodeDaemon

/// Whether the pod is gone that an address is held for.
struct HeldPodTests {
    private func isGone(_ comment: String, change: (inout Pod) -> Void = { _ in }) -> Bool {
        var pod = Pod(namespace: "x", name: "a")
        pod.metadata.uid = "1"
        pod.phase = .pending
        change(&pod)
        return HeldPod(HeldAddress(.v4(IPv4Address(10, 244, 0, 9)), comment: comment)).isGone(pod)
    }

    @Test func theSamePodIsNot() {
        #expect(!isGone("x/a 1"))
        #expect(!isGone("x/a"))
        #expect(!isGone("x/a 0123") { $0.metadata.annotations = ["kubernetes.io/config.mirror": "0123"] })
    }

    @Test func anotherOneOfItsNameOrAFinishedOneIs() {
        #expect(isGone("x/a 2"))
        #expect(isGone("x/a 1") { $0.phase = .succeeded })
        #expect(isGone("x/a 1") { $0.phase = .failed })
    }
}
