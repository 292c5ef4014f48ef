import ClusterModel
import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NFTables
import NetworkTypes
import PolicyEnforcer
import PolicyPlan
import Testing

@testable import PodNetwork

/// Pods that are held until their policies are in force, by the plugin in this process.
@Suite(
    .enabled(if: KernelFeature.bridge.isAvailable && KernelFeature.veth.isAvailable && KernelFeature.nft.isAvailable)
)
struct CNIHoldTests {
    private static let arguments =
        "IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-1;K8S_POD_UID=4f1c9a52-0000-4000-8000-1234567890ab"

    private func call(
        _ command: String,
        _ runtime: CNIRuntime,
        _ pod: TestNamespace,
        _ members: JSONObject = [:],
        container: String = "c1",
        arguments: String = CNIHoldTests.arguments,
        after: (String) -> Void = { _ in }
    ) throws -> CommandOutcome {
        let environment = [
            "CNI_COMMAND": command, "CNI_CONTAINERID": container, "CNI_NETNS": pod.path, "CNI_IFNAME": "eth0",
            "CNI_PATH": runtime.programs, "CNI_ARGS": arguments,
        ]
        let configuration = runtime.configuration(members)
        return try runtime.host.run {
            CNIPlugin.run(
                program: "weft-cni",
                environment: environment,
                input: { JSONValue.object(configuration).bytes() },
                observer: { (name: String) throws(CNIError) in after(name) }
            )
        }
    }

    /// What weftd makes, without any policy.
    private func makeTables(_ runtime: CNIRuntime) throws -> [NFTablesPolicyBackend] {
        try runtime.host.run {
            let backends = try IPFamily.allCases.map { try NFTablesPolicyBackend($0) }
            for backend in backends { _ = try backend.replaceAll(with: PolicyModel(), releasing: []) }
            return backends
        }
    }

    private func held(_ backends: [NFTablesPolicyBackend], _ runtime: CNIRuntime) throws -> [HeldAddress] {
        try runtime.host.run { try backends.flatMap { try $0.held() } }
    }

    @Test func addressesAreHeldBeforeThereIsAnInterfaceAndFreedAtTheEnd() throws {
        try withRuntime(pods: 1) { runtime, pods in
            let backends = try makeTables(runtime)
            var heldAtBridge: [HeldAddress] = []
            let outcome = try call("ADD", runtime, pods[0]) { step in
                if step == "hold" { heldAtBridge = (try? backends.flatMap { try $0.held() }) ?? [] }
            }
            #expect(outcome.exitCode == 0, "\(outcome)")
            #expect(heldAtBridge.count == 2)
            let present = try held(backends, runtime)
            #expect(Set(present) == Set(heldAtBridge))
            #expect(present.allSatisfy { $0.pod?.description == "shop/web-1" })
            #expect(present.allSatisfy { $0.uid == "4f1c9a52-0000-4000-8000-1234567890ab" })
            #expect(try call("DEL", runtime, pods[0]).exitCode == 0)
            #expect(try held(backends, runtime).isEmpty)
        }
    }

    @Test func whatAnEarlierPodLeftIsReplaced() throws {
        try withRuntime(pods: 1) { runtime, pods in
            let backends = try makeTables(runtime)
            try runtime.host.witness("nft", "add element ip weft-policy hold { 10.244.1.2 comment \"old/pod\" }")
            #expect(try call("ADD", runtime, pods[0]).exitCode == 0)
            let present = try held(backends, runtime)
            #expect(present.count == 2 && present.allSatisfy { $0.pod?.description == "shop/web-1" }, "\(present)")
        }
    }

    /// Neither the runtime nor weftd ever let the pod go: who collects garbage does.
    @Test func garbageCollectionFreesTheAddressesOfAttachmentsThatAreGone() throws {
        try withRuntime(pods: 2) { runtime, pods in
            let backends = try makeTables(runtime)
            #expect(try call("ADD", runtime, pods[0]).exitCode == 0)
            let other = Self.arguments.replacing("web-1", with: "web-2")
            #expect(try call("ADD", runtime, pods[1], container: "c2", arguments: other).exitCode == 0)
            #expect(try held(backends, runtime).count == 4)
            let kept: JSONValue = [["containerID": "c2", "ifname": "eth0"]]
            let outcome = try call("GC", runtime, pods[0], ["cni.dev/valid-attachments": kept], arguments: "")
            #expect(outcome.exitCode == 0, "\(outcome)")
            let present = try held(backends, runtime)
            #expect(present.count == 2 && present.allSatisfy { $0.pod?.description == "shop/web-2" }, "\(present)")
        }
    }

    @Test func onlyPodsOfKubernetesAreHeldAndNoneWithoutATable() throws {
        try withRuntime(pods: 1) { runtime, pods in
            #expect(try call("ADD", runtime, pods[0]).exitCode == 0)
            #expect(try call("DEL", runtime, pods[0]).exitCode == 0)
            let backends = try makeTables(runtime)
            #expect(try call("ADD", runtime, pods[0], arguments: "").exitCode == 0)
            #expect(try held(backends, runtime).isEmpty)
        }
    }

    @Test func policyWaitDecidesWhatHappensWithoutWeftd() throws {
        try withRuntime(pods: 1) { runtime, pods in
            let refused = try call("ADD", runtime, pods[0], ["policyWait": "hold"])
            #expect(refused.document?["code"] == 11, "\(refused)")
            #expect(try runtime.reserved().isEmpty)
            let backends = try makeTables(runtime)
            #expect(try call("ADD", runtime, pods[0], ["policyWait": "open"]).exitCode == 0)
            #expect(try held(backends, runtime).isEmpty)
            #expect(try call("DEL", runtime, pods[0]).exitCode == 0)
            let start = MonotonicTime.now
            let waited = try call("ADD", runtime, pods[0], ["policyWait": "1s"])
            #expect(waited.exitCode == 0, "\(waited)")
            #expect(MonotonicTime.now - start >= .seconds(1))
            #expect(waited.notes.contains { $0.contains("policyWait") })
            #expect(try held(backends, runtime).isEmpty)
            let malformed = try call("ADD", runtime, pods[0], ["policyWait": "soon"])
            #expect(malformed.document?["code"] == 7)
        }
    }
}
