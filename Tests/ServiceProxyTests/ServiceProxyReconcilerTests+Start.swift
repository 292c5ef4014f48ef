import ClusterModel
import JSONTree
import NFTables
import NFTablesTesting
import NetworkTypes
import ServicePlan
import Testing

@testable import ServiceProxy

/// How a node without rules gets them, and from when on others' changes are looked out for.
extension ServiceProxyReconcilerTests {
    @Test func nobodyListensBeforeTheFirstCommitsOfAllAreMade() async throws {
        let backend = RecordingBackend()
        let firstCommits = FirstCommits(of: 2)
        let reconciler = reconciler([backend], firstCommits: firstCommits)
        let task = Task { await reconciler.run() }
        for input in [ServiceProxyReconciler.Input.services, .endpointSlices] { await reconciler.markSynced(input) }
        while backend.calls.isEmpty { await Task.yield() }
        await reconciler.upsert(service("web", "10.96.0.1"))
        while backend.calls.count < 2 { await Task.yield() }
        try await Task.sleep(for: .milliseconds(150))
        #expect(await !reconciler.watch.mayBegin)
        firstCommits.made()
        let deadline = ContinuousClock.now + .seconds(30)
        while await !reconciler.watch.mayBegin, .now < deadline { await Task.yield() }
        #expect(await reconciler.watch.mayBegin)
        task.cancel()
        await task.value
    }

    @Test func priorityServicesComeFirstOnANodeWithoutRules() async {
        let dns = Service(
            unchecked: .object([
                "metadata": ["namespace": "kube-system", "name": "kube-dns"],
                "spec": [
                    "clusterIPs": ["10.96.0.10"], "ports": [["name": "p", "port": 53, "protocol": "UDP"]],
                ],
            ])
        )
        var annotated = service("z", "10.96.0.3")
        annotated.json["metadata"]?["annotations"] = ["weft.dev/priority": "true"]
        let others = ["a", "b"]
        for startsEmpty in [true, false] {
            let backend = RecordingBackend(startsEmpty: startsEmpty)
            let reconciler = reconciler([backend])
            for (index, name) in others.enumerated() { await reconciler.upsert(service(name, "10.96.0.\(index + 1)")) }
            await reconciler.upsert(dns)
            await reconciler.upsert(annotated)
            for input in [ServiceProxyReconciler.Input.services, .endpointSlices] { await reconciler.markSynced(input) }
            await reconciler.syncOnce()
            let (first, rest) = (["default/z:p", "kube-system/kube-dns:p"], ["default/a:p", "default/b:p"])
            #expect(
                backend.calls
                    == (startsEmpty
                        ? [.replace(first), .apply(rest)] : [.replace(["default/a:p", "default/b:p"] + first)])
            )
        }
    }

    @Test func aNodeWithoutRulesGetsThemInPartsOfALimitedSize() async {
        let backend = RecordingBackend(startsEmpty: true, firstPartSize: 2)
        let reconciler = reconciler([backend])
        for index in 1...5 { await reconciler.upsert(service("s\(index)", "10.96.0.\(index)")) }
        for input in [ServiceProxyReconciler.Input.services, .endpointSlices] { await reconciler.markSynced(input) }
        #expect(await reconciler.syncOnce())
        #expect(
            backend.calls == [
                .replace(["default/s1:p", "default/s2:p"]), .apply(["default/s3:p", "default/s4:p"]),
                .apply(["default/s5:p"]),
            ]
        )
    }

    @Test func whatIsWrittenInPartsIsWhatOneTransactionWrites() async {
        var texts: [String] = []
        for size in [2, .max] {
            let access = FakeTableAccess()
            let backend = NFTablesBackend(.ipv4, ProxyConfiguration(), access: access, firstPartSize: size)
            let reconciler = reconciler([backend])
            for index in 1...5 {
                await reconciler.upsert(service("s\(index)", "10.96.0.\(index)"))
                await reconciler.upsert(slice("s\(index)", "10.244.0.\(index)", "10.244.1.\(index)"))
            }
            for input in [ServiceProxyReconciler.Input.services, .endpointSlices] { await reconciler.markSynced(input) }
            #expect(await reconciler.syncOnce())
            texts.append(access.ruleset.canonicalText(of: TableID(.ip, NFTablesBackend.tableName)))
        }
        #expect(texts[0] == texts[1] && texts[0].contains("default/s5:p"))
    }
}
