import BenchRunner
import BenchScenarios
import ControlStoreClient
import JSONTree
import LinuxSystem
import NetworkTypes
import RouteNetlink

/// A weft-store with the bench's objects, that runs in one namespace after the other.
///
/// A client of Kubernetes speaks TCP, and the store listens on loopback only: so it runs in the namespace of whoever
/// is measured. Its data stays, and is loaded once.
final class PeerStore {
    /// The folder of its data, socket and logs.
    let directory: String
    let client: StoreClient
    private let program: String
    private let cluster: SyntheticCluster
    private let policies: PolicyCluster?
    private let features: FeatureCluster?
    private var isLoaded = false

    /// A store with Services and, if that is asked for, pods and their policies, or Services of all kinds.
    init(_ cluster: SyntheticCluster, policies: PolicyCluster? = nil, features: FeatureCluster? = nil) throws {
        program = try PeerProgram.besideThisOne("weft-store")
        self.cluster = cluster
        self.policies = policies
        self.features = features
        directory = try File.createTemporaryDirectory(prefix: "weft-bench-")
        client = try StoreClient(ClientConfiguration(server: "unix:\(directory)/store.sock"))
    }

    func remove() async {
        await client.shutdown()
        try? File.removeTree(directory)
    }

    /// A fresh namespace of a node, with the node's address.
    static func nodeNamespace() throws -> NetworkNamespace {
        let namespace = try NetworkNamespace.anonymous()
        var connection = try RouteConnection.open(in: namespace)
        try connection.raiseLink(.name("lo"))
        guard let loopback = try connection.link(named: "lo") else { return namespace }
        try connection.addAddress(AddressSpec(IPPrefix(host: .v4(nodeAddress)), link: loopback.index))
        return namespace
    }

    private static let nodeAddress = IPv4Address(192, 0, 2, 1)

    /// Starts the store in a namespace, with all objects in it and its lists warm.
    func start(in namespace: NetworkNamespace) async throws -> PeerProcess {
        let process = try PeerProcess(
            "weft-store",
            program,
            [
                "--data", "\(directory)/data", "--listen", "unix:\(directory)/store.sock",
                "--listen", "127.0.0.1:\(PeerConfiguration.serverPort)",
            ] + ranges,
            in: namespace,
            log: "\(directory)/weft-store.log"
        )
        try await process.wait(.seconds(60), for: "answer", every: .milliseconds(10)) { [client] in
            (try? await client.text("/readyz")) != nil
        }
        if !isLoaded { try await load() }
        for path in ["/api/v1/services", "/apis/discovery.k8s.io/v1/endpointslices"] {
            try await client.send(APIRequest(.get, path, query: [("limit", "500")]))
        }
        return process
    }

    /// The addresses of Services and pods, of both families only where Services have both.
    private var ranges: [String] {
        features == nil
            ? ["--service-cidr", "10.96.0.0/12"]
            : ["--service-cidr", "10.96.0.0/12,fd96::/108", "--pod-cidr", "10.244.0.0/16,fd44::/48"]
    }

    private func load() async throws {
        let node: JSONValue = [
            "apiVersion": "v1", "kind": "Node", "metadata": ["name": .string(PeerConfiguration.nodeName)],
            "status": ["addresses": [["type": "InternalIP", "address": .string("\(Self.nodeAddress)")]]],
        ]
        try await client.send(APIRequest(.post, "/api/v1/nodes", body: node))
        let namespace: JSONValue = [
            "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(SyntheticCluster.namespace)],
        ]
        try await client.send(APIRequest(.post, "/api/v1/namespaces", body: namespace))
        let cluster = cluster
        try await create(cluster.serviceCount, at: Self.servicesPath) { [cluster.service($0)] }
        try await create(cluster.serviceCount, at: Self.slicesPath) { cluster.slices(ofService: $0) }
        if let policies { try await PolicyChanges(client: client).create(policies) }
        if let features { try await create(features) }
        isLoaded = true
    }

    /// Creates Services of all kinds, with what controllers would write of them.
    private func create(_ features: FeatureCluster) async throws {
        let namespace: JSONValue = [
            "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(FeatureCluster.namespace)],
        ]
        try await client.send(APIRequest(.post, "/api/v1/namespaces", body: namespace))
        // The API server has its own Service already.
        for object in features.objects where object.namespace == FeatureCluster.namespace {
            let services = "/api/v1/namespaces/\(object.namespace)/services"
            var service = object.service
            let status = service["status"] ?? [:]
            service["status"] = nil
            try await client.send(APIRequest(.post, services, body: service))
            var request = APIRequest(.patch, "\(services)/\(object.name)/status", body: ["status": status])
            request.contentType = "application/merge-patch+json"
            try await client.send(request)
            let slices = "/apis/discovery.k8s.io/v1/namespaces/\(object.namespace)/endpointslices"
            for slice in object.slices { try await client.send(APIRequest(.post, slices, body: slice)) }
        }
    }

    static let servicesPath = "/api/v1/namespaces/\(SyntheticCluster.namespace)/services"
    static let slicesPath =
        "/apis/discovery.k8s.io/v1/namespaces/\(SyntheticCluster.namespace)/endpointslices"

    /// Creates objects, some at a time.
    private func create(
        _ count: Int,
        at path: String,
        _ texts: @escaping @Sendable (Int) -> [String]
    ) async throws {
        let lanes = 16
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<lanes {
                group.addTask { [client] in
                    for number in stride(from: lane, to: count, by: lanes) {
                        for text in texts(number) {
                            try await client.send(APIRequest(.post, path, body: try Self.newObject(text)))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// An object without what only a server gives.
    static func newObject(_ text: String) throws -> JSONValue {
        var object = try JSONValue(parsing: text)
        for field in ["uid", "resourceVersion", "creationTimestamp"] {
            object.setValue(nil, at: ["metadata", field])
        }
        object["status"] = nil
        return object
    }

    /// Changes of the objects, by any number of tasks at once.
    var changes: StoreChanges { StoreChanges(client: client, cluster: cluster) }
}
