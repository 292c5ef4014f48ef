import ArgumentParser
import ClusterModel
import ControlStoreClient
import Glibc
import NetworkTypes
import ServiceExplain
import ServicePlan
import ServiceProxy

/// Where an explanation's facts come from: the store's objects, the node's options, the kernel.
struct ExplainSource: ParsableArguments {
    @Option(help: "The store or API server: http://HOST:PORT, https://HOST:PORT or unix:/path/to.sock.")
    var server: String?
    @Option(help: "A kubeconfig file instead of --server; its current context is used.") var kubeconfig: String?
    @Option(help: "The name of the Node that this machine is; its host name by default.") var nodeName: String?
    @Option(name: .customLong("cluster-cidr"), help: "As weftd's.") var clusterCIDR: String?
    @Flag(help: "As weftd's.") var masqueradeAll = false
    @Option(name: .customLong("nodeport-addresses"), help: "As weftd's.") var nodePortAddresses: String?
    @Option(help: "As weftd's: nftables, iptables or ipvs.") var mode = ExplainMode.nftables
    @Option(help: "As weftd's.") var ipvsScheduler = "rr"
    @Flag(help: "Explain the plan alone, without reading the kernel.") var noKernel = false

    /// The cluster's objects.
    struct Cluster {
        var services: [Service]
        var slices: [EndpointSlice]
        var node: Node
    }

    /// Reads everything, and explains.
    func explainer<Result>(_ explain: (Cluster, ServiceExplainer) throws -> Result) async throws -> Result {
        let cluster = try await read()
        let ranges = try prefixes(clusterCIDR, "--cluster-cidr")
        let contexts = NodeContextSource(clusterCIDRs: ranges, masqueradeAll: masqueradeAll)
        let isPrimary = nodePortAddresses == "primary"
        let configuration = ProxyConfiguration(
            nodePortAddresses: isPrimary ? [] : try prefixes(nodePortAddresses, "--nodeport-addresses"),
            takesNodePortsOnPrimaryAddress: isPrimary,
            ipvsScheduler: ipvsScheduler
        )
        var planner = ServicePlanner(node: contexts.context(of: cluster.node))
        for service in cluster.services { planner.upsert(service) }
        for slice in cluster.slices { planner.upsert(slice) }
        _ = planner.takeDirty()
        var taken: [IPFamily: [IPAddress]] = [:]
        var kernel: [IPFamily: KernelComparison] = [:]
        for family in IPFamily.allCases {
            taken[family] = configuration.nodePortAddresses(of: planner.node, family)
            if !noKernel { kernel[family] = try comparison(family, configuration, planner) }
        }
        return try explain(cluster, ServiceExplainer(planner, nodePortAddresses: taken, kernel: kernel))
    }

    private func comparison(
        _ family: IPFamily,
        _ configuration: ProxyConfiguration,
        _ planner: ServicePlanner
    ) throws -> KernelComparison {
        let (specs, node) = (planner.specs(family), planner.node)
        do {
            switch mode {
            case .nftables: return try NFTablesBackend(family, configuration).comparison(with: specs, node: node)
            case .iptables: return try IPTablesBackend(family, configuration).comparison(with: specs, node: node)
            case .ipvs: return try IPVSBackend(family, configuration).comparison(with: specs, node: node)
            }
        } catch {
            throw ExplainFailure("the kernel's rules can't be read: \(error); run as root, or give --no-kernel")
        }
    }

    private func read() async throws -> Cluster {
        let client = try StoreClient(try ClientConfiguration(kubeconfig: kubeconfig, server: server))
        let name = nodeName ?? Self.hostName()
        do {
            let services = try await client.list(Service.self, Self.selection("!\(EndpointSlice.proxyNameLabel)"))
            let slices = try await client.list(EndpointSlice.self, Self.selection("!\(EndpointSlice.headlessLabel)"))
            let node = try await client.get(Node.self, name)
            await client.shutdown()
            return Cluster(services: services.items, slices: slices.items, node: node)
        } catch {
            await client.shutdown()
            throw error.code == .notFound ? ExplainFailure("\(error); give --node-name") : error
        }
    }

    private static func selection(_ labels: String) -> Selection { Selection(labels: labels) }

    private static func hostName() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).lowercased()
    }

    private func prefixes(_ text: String?, _ option: String) throws -> [IPPrefix] {
        try (text ?? "").split(separator: ",").map { part in
            guard let prefix = IPPrefix(part) else {
                throw ValidationError("\(option) \"\(part)\": no prefix; give one like 10.244.0.0/16")
            }
            return prefix.masked
        }
    }
}

/// The modes of the service proxy.
enum ExplainMode: String, ExpressibleByArgument, CaseIterable { case nftables, iptables, ipvs }
