import ClusterTesting
import LinuxSystem
import NetworkTypes
import TrafficTesting

/// The main job of `weft demo`: builds a cluster, proves with packets that it works, and removes it.
public struct DemoRun: Sendable {
    private let options: DemoOptions
    private let layout: ClusterLayout
    private let progress = Progress()

    /// A run that has not begun.
    public init(_ options: DemoOptions) {
        self.options = options
        layout = ClusterLayout(name: options.name, nodeCount: options.nodes)
    }

    /// Builds, checks, removes.
    ///
    /// Whatever happens, and also when the task is cancelled, nothing is left behind (unless `keep` asked for it).
    ///
    /// - Returns: every check; ``Report/holds`` says whether the cluster did all that was claimed.
    /// - Throws: one line that says what could not be built.
    public func run() async throws -> Report {
        try Preflight(options: options).check()
        let lock = try RunLock(layout)
        defer { lock.removeFile() }
        let found = try Leftovers.find(of: layout)
        progress.note("mode \(options.mode.rawValue), network \(options.network.rawValue)")
        if !found.isEmpty { progress.note("removing what an earlier run left: \(found.summary)") }
        var settings = ThrowawayCluster.Settings()
        settings.mode = options.mode.rawValue
        settings.network = options.network.rawValue
        settings.outlives = options.keep
        let cluster = try ThrowawayCluster(layout, programs: .besideThisOne(), settings: settings)
        do {
            try await build(cluster)
            var report = try await check(cluster)
            if !options.keep { report.checks.append(try await removal(of: cluster)) }
            return report
        } catch {
            progress.note("removing the cluster")
            try await cluster.remove()
            throw error
        }
    }

    /// Removes a cluster that an earlier run kept.
    public func takeDown() throws {
        try Preflight.checkUser()
        let lock = try RunLock(layout)
        defer { lock.removeFile() }
        let found = try Leftovers.find(of: layout)
        try Leftovers.remove(of: layout)
        progress.note("removed \(found.summary)")
    }

    /// How to look inside a cluster that was kept, and how to end it.
    public var lookInside: String { LookInside(options: options, layout: layout).text }

    private func build(_ cluster: ThrowawayCluster) async throws {
        try await step("underlay bridge, \(options.nodes) node namespaces, a client outside") {
            try await cluster.makeUnderlay()
        }
        try await step("weft-store") { try await cluster.startStore() }
        try await step("\(options.nodes) nodes registered, each with a pod CIDR") { try await cluster.registerNodes() }
        for node in await cluster.nodes {
            try await step("weftd on \(node.name) (\(node.address), pods \(node.podCIDR))") {
                try await cluster.startDaemon(on: node)
            }
        }
        try await step("\(options.nodes * DemoOptions.podsPerNode) pods, attached by weft-cni") {
            try await startPods(cluster)
        }
        try await step("Services web (NodePort), single, empty") { try await createServices(cluster) }
        try await step("Services programmed on every node") { try await waitUntilProgrammed(cluster) }
    }

    private func startPods(_ cluster: ThrowawayCluster) async throws {
        var number = 1
        for node in await cluster.nodes {
            for _ in 0..<DemoOptions.podsPerNode {
                let name = "web-\(number)"
                try await cluster.startPod(name, on: node, labels: ["app": "web", "pod": name])
                number += 1
            }
        }
    }

    private func createServices(_ cluster: ThrowawayCluster) async throws {
        try await cluster.createService(DemoService.web, type: "NodePort", selector: DemoService.webSelector)
        try await cluster.createService(DemoService.single, selector: ["pod": "web-1"])
        try await cluster.createService(DemoService.empty, selector: ["app": "nobody"])
    }

    /// Until every node's own traffic reaches all pods of `web`, and `single` and `empty` behave.
    private func waitUntilProgrammed(_ cluster: ThrowawayCluster) async throws {
        let patience = Patience.duration(.seconds(20))
        let deadline = Deadline.after(patience)
        let pods = await cluster.pods.count
        let web = Probe(.tcp, try await cluster.clusterIP(of: DemoService.web).endpoint(80), timeout: 200)
        let single = Probe(.tcp, try await cluster.clusterIP(of: DemoService.single).endpoint(80), timeout: 200)
        for node in await cluster.nodes {
            while true {
                let reached = Set(((try? cluster.ask(web, times: pods * 8, from: node)) ?? []).map(\.server))
                if reached.count == pods, (try? cluster.ask(single, from: node)) != nil { break }
                guard !deadline.hasPassed else {
                    throw ClusterError(
                        "\(node.name): after \(patience.components.seconds) s the Service reaches \(reached.count) of \(pods) pods"
                    )
                }
                try await Task.sleep(for: .milliseconds(5))
            }
        }
    }

    private func check(_ cluster: ThrowawayCluster) async throws -> Report {
        let checks: [any DemoCheck] = [
            PodToPodCheck(), NodeNetworkCheck(network: options.network), WholePacketCheck(network: options.network),
            SpreadCheck(transport: .tcp), SpreadCheck(transport: .udp), SameBridgeCheck(),
            HairpinCheck(), NodeClientCheck(), NoEndpointsCheck(), NodePortCheck(transport: .tcp),
            NodePortCheck(transport: .udp), PolicyCheck(), ScaleCheck(direction: .down), ScaleCheck(direction: .up),
            DaemonKilledCheck(),
        ]
        var report = Report(mode: options.mode, network: options.network, nodes: options.nodes)
        for check in checks {
            report.checks.append(try await proof(check.what) { try await check.run(in: cluster) })
        }
        return report
    }

    private func removal(of cluster: ThrowawayCluster) async throws -> Check {
        try await proof("removed") {
            try await cluster.remove()
            let left = try Leftovers.find(of: layout)
            return Finding(
                expected: "no namespace, process or file left",
                seen: "\(left.summary) left",
                holds: left.isEmpty
            )
        }
    }

    /// One step that ends with a line of the table.
    private func proof(_ what: String, _ body: () async throws -> Finding) async throws -> Check {
        try Task.checkCancellation()
        return try await progress.step(what, isGood: \.holds) {
            let start = MonotonicTime.now
            let finding = try await body()
            return Check(
                what: what,
                expected: finding.expected,
                seen: finding.seen,
                holds: finding.holds,
                milliseconds: (MonotonicTime.now - start).milliseconds
            )
        }
    }

    private func step(_ what: String, _ body: () async throws -> Void) async throws {
        try Task.checkCancellation()
        try await progress.step(what, body)
    }
}
