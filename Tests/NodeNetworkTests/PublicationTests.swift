import ClusterModel
import NodePlan
import Synchronization
import Testing

@testable import NodeNetwork

struct PublicationTests {
    struct Refusal: Error, CustomStringConvertible { let description = "forbidden" }

    private static let wanted = [FlannelAnnotations.backendType: "vxlan"]

    private static func node(_ annotations: [String: String] = [:], version: String = "1") -> Node {
        var node = Node(name: "own")
        node.metadata.annotations = Labels(annotations)
        node.metadata.resourceVersion = version
        return node
    }

    @Test func onlyWhatTheNodeLacksIsPublishedAndOnlyOnce() async {
        let calls = Mutex<[[String: String]]>([])
        var publication = Publication()
        let publish: NodeNetworkReconciler.Publish = { annotations in calls.withLock { $0.append(annotations) } }
        #expect(await publication.bring(Self.wanted, to: nil, publish) == nil)
        #expect(await publication.bring(Self.wanted, to: Self.node(Self.wanted), publish) == nil)
        #expect(calls.withLock { $0 }.isEmpty)
        for _ in 1...3 { #expect(await publication.bring(Self.wanted, to: Self.node(), publish) == nil) }
        #expect(calls.withLock { $0 } == [Self.wanted])
        // The cache moved on, and the annotation is still, or again, missing.
        #expect(await publication.bring(Self.wanted, to: Self.node(version: "2"), publish) == nil)
        #expect(calls.withLock { $0 }.count == 2)
    }

    @Test func aRefusalIsToldAndTriedAgain() async throws {
        let calls = Mutex(0)
        var publication = Publication()
        for _ in 1...2 {
            let problem = await publication.bring(Self.wanted, to: Self.node()) { _ in
                calls.withLock { $0 += 1 }
                throw Refusal()
            }
            let text = try #require(problem)
            #expect(text.hasPrefix("node own: its annotations flannel.alpha.coreos.com/backend-type can't be written"))
            #expect(text.hasSuffix("forbidden"))
        }
        #expect(calls.withLock { $0 } == 2)
    }
}
