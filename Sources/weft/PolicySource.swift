import ArgumentParser
import ClusterModel
import ControlStoreClient
import Glibc
import NetworkTypes
import PolicyEnforcer
import PolicyPlan

/// Where an explanation of policies has its facts from: the store's objects, and the kernel.
struct PolicySource: ParsableArguments {
    @Option(help: "The store or API server: http://HOST:PORT, https://HOST:PORT or unix:/path/to.sock.")
    var server: String?
    @Option(help: "A kubeconfig file instead of --server; its current context is used.") var kubeconfig: String?
    @Option(help: "The name of the Node that this machine is; its host name by default.") var nodeName: String?
    @Flag(help: "Explain the plan alone, without reading the kernel.") var noKernel = false

    /// The objects that policies speak of.
    struct Cluster {
        let pods: [Pod]
        let namespaces: [Namespace]
        let policies: [NetworkPolicy]

        /// All of them, compiled for a node or for all.
        func planner(nodeName: String?, hints: PolicyHints = PolicyHints()) -> PolicyPlanner {
            var planner = PolicyPlanner(nodeName: nodeName, hints: hints)
            for policy in policies { planner.upsert(policy) }
            for namespace in namespaces { planner.upsert(namespace) }
            for pod in pods { planner.upsert(pod) }
            _ = planner.takeChanges()
            return planner
        }
    }

    /// Reads all objects.
    func read() async throws -> Cluster {
        let client = try StoreClient(try ClientConfiguration(kubeconfig: kubeconfig, server: server))
        do {
            let cluster = Cluster(
                pods: try await client.list(Pod.self).items,
                namespaces: try await client.list(Namespace.self).items,
                policies: try await client.list(NetworkPolicy.self).items
            )
            await client.shutdown()
            return cluster
        } catch {
            await client.shutdown()
            throw error
        }
    }

    /// What the kernel has otherwise than planned for this node, in lines.
    func comparison(_ cluster: Cluster) throws -> [String] {
        let name = nodeName ?? Self.hostName()
        return try IPFamily.allCases.flatMap { family -> [String] in
            let table = NFTablesPolicyBackend.table(family)
            do {
                let backend = try NFTablesPolicyBackend(family)
                let model = cluster.planner(nodeName: name, hints: try backend.hints()).model
                guard let differences = try backend.differences(from: model) else {
                    return ["kernel: there is no table \(table): no weftd enforces policies here"]
                }
                if differences.isEmpty { return ["kernel: table \(table) is as planned for node \(name)"] }
                return ["kernel: table \(table) is not as planned for node \(name), it lacks:"]
                    + differences.map { "  \($0)" }
            } catch {
                throw PolicyExplainFailure("table \(table) can't be read: \(error); run as root, or give --no-kernel")
            }
        }
    }

    private static func hostName() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).lowercased()
    }
}
