public import BenchRunner
import ClusterModel
import Conntrack
import LinuxSystem
import NetworkTypes
import ServicePlan
import ServiceProxy

/// What a TCP connection to a Service costs the client, beside one straight to the pod.
///
/// Each mode has a client, a node and a pod of its own; every Service leads to that one pod. The baseline's node has no
/// rules at all.
public final class ConnectScenario: BenchScenario {
    /// `connect`.
    public let name = "connect"
    /// What it asks.
    public let question = "How long does connect() to the first, the middle and the last Service take?"
    /// The number of Services.
    public let parameters: [BenchParameter]
    /// The direct way, and each mode with each place.
    public let variants: [BenchVariant]
    /// The direct way.
    public let baseline = "direct"
    /// A little for the connections, and more for the rules before them.
    public let expectedWork: Double

    private let cluster: SyntheticCluster
    private let count: Int
    /// By the mode's name, or the baseline's.
    private var nodes: [String: ConnectNode] = [:]
    private static let places = ["first", "middle", "last"]

    /// A scenario of one size.
    ///
    /// - Parameters:
    ///   - modes: what is compared.
    ///   - services: how many Services there are in each mode.
    ///   - connections: how many connections each round makes to each place.
    public init(_ modes: [BenchMode], services: Int, connections: Int = 500) {
        parameters = [BenchParameter("services", services)]
        variants =
            [BenchVariant("direct")]
            + modes.flatMap { mode in
                Self.places.map { BenchVariant("\(mode.rawValue) \($0)", column: mode.rawValue, part: $0) }
            }
        cluster = SyntheticCluster(services: services, endpoints: 1, sharedEndpoint: NodeNetworkPlan.podAddress)
        count = connections
        expectedWork = Double(services * modes.count) / 2 + 4000
    }

    /// Wires the variant's node, and programs the Services into it.
    public func setUp(_ variant: BenchVariant) throws {
        if nodes[variant.column] == nil {
            let mode = BenchMode(rawValue: variant.column)
            if let reason = mode?.reasonForAbsence { throw BenchError(reason) }
            nodes[variant.column] = try ConnectNode(mode, cluster)
        }
        // The first packets look up neighbours, and show that the way is open.
        _ = try nodes[variant.column]?.connect(to: target(variant), times: 20)
    }

    /// Connects many times.
    public func measure(_ variant: BenchVariant, round: Int) throws -> [BenchMeasurement] {
        guard let node = nodes[variant.column] else { return [] }
        try node.forgetFlows()
        let times = try node.connect(to: target(variant), times: count)
        return [BenchMeasurement("connect", times.each, processorTime: times.processor / Double(count))]
    }

    /// Lets the namespaces go.
    public func tearDown() { nodes = [:] }

    private func target(_ variant: BenchVariant) -> IPEndpoint {
        let service: Int
        switch variant.part {
        case "first": service = 0
        case "middle": service = cluster.serviceCount / 2
        case "last": service = cluster.serviceCount - 1
        default:
            return IPEndpoint(address: .v4(NodeNetworkPlan.podAddress), port: SyntheticCluster.targetPort)
        }
        return IPEndpoint(address: .v4(SyntheticCluster.clusterIP(service)), port: SyntheticCluster.port)
    }
}

/// One mode's client, node and pod.
private final class ConnectNode {
    private let network: NodeNetworkPlan
    private let timer: ConnectTimer
    private let hasRules: Bool

    init(_ mode: BenchMode?, _ cluster: SyntheticCluster) throws {
        let network = try NodeNetworkPlan()
        self.network = network
        hasRules = mode != nil
        timer = try withNetworkNamespace(network.pod) {
            try ConnectTimer(listeningOn: SyntheticCluster.targetPort)
        }
        if let mode { try Self.program(mode, cluster, network.node) }
    }

    private static func program(_ mode: BenchMode, _ cluster: SyntheticCluster, _ node: NetworkNamespace) throws {
        var planner = ServicePlanner(node: ClusterProgramming.node)
        for service in try ClusterDecoding.list(cluster.serviceList, of: Service.self) { planner.upsert(service) }
        for slice in try ClusterDecoding.list(cluster.sliceList, of: EndpointSlice.self) { planner.upsert(slice) }
        try withNetworkNamespace(node) {
            let report = try mode.backend().replaceAll(with: planner.specs(.ipv4), node: planner.node)
            if let refused = report.refused.first { throw BenchError("no room in the rules for \(refused)") }
        }
    }

    /// Connections of earlier rounds would make the table's look-ups slower.
    func forgetFlows() throws {
        guard hasRules else { return }
        var conntrack = try ConntrackConnection.open(in: network.node)
        try conntrack.deleteAll()
    }

    func connect(to endpoint: IPEndpoint, times count: Int) throws -> ConnectTimer.Times {
        try withNetworkNamespace(network.client) { try timer.connect(to: endpoint, times: count) }
    }
}
