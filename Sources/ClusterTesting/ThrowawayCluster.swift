public import ControlStoreClient
import Glibc
import JSONTree
import LinuxSystem
public import NetworkTypes
public import TrafficTesting

/// A whole cluster on this machine, in network namespaces of its own: an underlay bridge, one namespace and one weftd
/// per node, one weft-store, pods that the real CNI plugin attached, and a client outside.
///
/// Nothing of it touches the machine's own network. Everything is found and removed by the layout's name.
public actor ThrowawayCluster {
    /// How the cluster is built.
    public struct Settings: Sendable, Hashable {
        /// The proxy mode of every weftd; empty: what ``configuration`` says.
        public var mode = "nftables"
        /// The KubeProxyConfiguration file of every weftd, instead of kube-proxy's flags; nil for none.
        public var configuration: String?
        /// Whether every weftd takes away what kube-proxy left.
        public var takesOver = false
        /// The node network of every weftd.
        public var network = "host-gw"
        /// How mode ipvs picks endpoints; nil for weftd's own choice.
        public var ipvsScheduler: String?
        /// A folder in which each weftd writes subnet.env and its network list; nil for none.
        public var podNetworkFiles: String?
        /// Whether it lives on when this process has ended.
        public var outlives = false

        /// nftables over host-gw, ending with this process.
        public init() {}

        /// The MTU that pods need, which a user of weft-cni writes into the network's configuration; nil for 1500.
        public var podMTU: UInt32? { network == "vxlan" ? ClusterLayout.overlayMTU : nil }
    }

    /// Names, addresses and files.
    public nonisolated let layout: ClusterLayout
    /// The client outside the cluster.
    public nonisolated let client: ClusterClient
    /// The nodes, in order of their numbers.
    public private(set) var nodes: [ClusterNode] = []
    /// The pods, in order of their start.
    public private(set) var pods: [ClusterPod] = []
    /// The API that everything goes through.
    public nonisolated let api: StoreClient

    /// How it is built.
    public nonisolated let settings: Settings
    private let programs: Programs
    private let processes: ClusterProcesses
    private var store: ChildProcess?
    private var daemons: [String: ChildProcess] = [:]
    private var servers: [String: ChildProcess] = [:]

    /// A cluster that does not exist yet; leftovers of its name are removed first.
    ///
    /// - Throws: when the leftovers can't be removed, or a program is missing.
    public init(_ layout: ClusterLayout, programs: Programs, settings: Settings = Settings()) throws {
        self.layout = layout
        self.programs = programs
        self.settings = settings
        processes = ClusterProcesses(programs: programs, layout: layout, outlive: settings.outlives)
        client = ClusterClient(name: "client", namespace: layout.clientNamespace, address: layout.clientAddress)
        api = try StoreClient(ClientConfiguration(server: "unix:\(layout.storeSocket)"))
        try Leftovers.remove(of: layout)
    }

    /// Makes the namespaces, the bridge, and the links and addresses of nodes and client.
    public func makeUnderlay() throws {
        try File.createDirectories(layout.directory)
        try Underlay(layout: layout).make()
    }

    /// Starts weft-store and waits until it is ready.
    public func startStore() async throws {
        let process = try processes.startStore()
        store = process
        try await wait(for: "weft-store", process, log: "weft-store") { [api] in
            (try? await api.text("/readyz")) != nil
        }
    }

    /// Registers the nodes and learns the pod CIDRs that the store gave them.
    public func registerNodes() async throws {
        for (index, name) in layout.nodeNames.enumerated() {
            let address = layout.address(ofNode: index + 1)
            let node = try await api.send(
                APIRequest(.post, "/api/v1/nodes", body: ClusterObjects.node(name, address: address))
            )
            guard let text = node[path: "spec", "podCIDR"]?.stringValue, let podCIDR = IPPrefix(text) else {
                throw ClusterError("node \(name): the store gave it no podCIDR")
            }
            nodes.append(
                ClusterNode(name: name, namespace: layout.namespace(ofNode: name), address: address, podCIDR: podCIDR)
            )
        }
    }

    /// Starts a node's weftd and waits until it is healthy.
    ///
    /// - Parameters:
    ///   - node: where.
    ///   - settings: other ones than the cluster's, for this weftd.
    /// - Throws: when it ends, or is not healthy in time, with its last words.
    public func startDaemon(on node: ClusterNode, _ settings: Settings? = nil) async throws {
        let process = try processes.startDaemon(settings ?? self.settings, node: node.name)
        daemons[node.name] = process
        let probe = HTTPProbe(node.address.endpoint(10256), path: "/healthz")
        try await wait(for: "weftd on \(node.name)", process, log: "weftd-\(node.name)") { [self] in
            (try? run(inNamespace: node.namespace) { try probe.get().status }) == 200
        }
    }

    /// Ends a node's weftd: with SIGTERM, and with SIGKILL when it still runs after `grace`, at once for zero.
    public func stopDaemon(on node: ClusterNode, grace: Duration) throws {
        guard let process = daemons.removeValue(forKey: node.name) else {
            throw ClusterError("no weftd runs on \(node.name)")
        }
        try process.stop(grace: grace)
    }

    /// Makes a pod as a kubelet does: the object, the namespace, CNI ADD, the server, and the running status.
    public func startPod(_ name: String, on node: ClusterNode, labels: [String: String]) async throws {
        try await api.send(
            APIRequest(.post, podsPath, body: ClusterObjects.pod(name, node: node.name, labels: labels))
        )
        let namespace = layout.namespace(ofPod: name)
        _ = try NetworkNamespace.create(named: namespace)
        let address = try attachment(pod: name, node: node).add()
        pods.append(ClusterPod(name: name, namespace: namespace, address: address, node: node.name))
        servers[name] = try processes.startServer(pod: name, port: 8080)
        try await waitForServer(IPEndpoint(address: address, port: 8080), pod: name)
        let status = ClusterObjects.runningStatus(address: address, hostAddress: node.address)
        try await patchStatus(of: name, status)
    }

    /// Ends a pod: its object, CNI DEL, its server, its namespace.
    public func stopPod(_ pod: ClusterPod) async throws {
        guard let node = nodes.first(where: { $0.name == pod.node }) else {
            throw ClusterError("pod \(pod.name): no node \(pod.node)")
        }
        try await api.send(
            APIRequest(.delete, "\(podsPath)/\(pod.name)", query: [("gracePeriodSeconds", "0")])
        )
        try attachment(pod: pod.name, node: node).delete()
        try servers.removeValue(forKey: pod.name)?.stop(grace: .zero)
        try NetworkNamespace.remove(named: pod.namespace)
        pods.removeAll { $0.name == pod.name }
    }

    /// Sets a pod's Ready condition, and returns when the store has acknowledged it.
    public func setReady(_ ready: Bool, pod: String) async throws {
        try await patchStatus(
            of: pod,
            ["conditions": [["type": "Ready", "status": .string(ready ? "True" : "False")]]]
        )
    }

    /// Creates a Service for pods with these labels.
    public func createService(_ name: String, type: String = "ClusterIP", selector: [String: String]) async throws {
        try await api.send(
            APIRequest(
                .post,
                servicesPath,
                body: ClusterObjects.service(name, type: type, selector: selector)
            )
        )
    }

    /// The address that the store gave a Service.
    public func clusterIP(of service: String) async throws -> IPAddress {
        let object = try await api.send(APIRequest(.get, "\(servicesPath)/\(service)"))
        guard let text = object[path: "spec", "clusterIP"]?.stringValue, let address = IPAddress(text) else {
            throw ClusterError("service \(service): no clusterIP")
        }
        return address
    }

    /// The node port that the store gave a Service's TCP or UDP port.
    public func nodePort(of service: String, _ transport: InternetSocket.Transport) async throws -> Port {
        let object = try await api.send(APIRequest(.get, "\(servicesPath)/\(service)"))
        let ports = object[path: "spec", "ports"]?.arrayValue ?? []
        let wanted = ports.first { $0["protocol"]?.stringValue == transport.rawValue.uppercased() }
        guard let number = wanted?["nodePort"]?.intValue, let port = Port(number) else {
            throw ClusterError("service \(service): no nodePort for \(transport.rawValue)")
        }
        return port
    }

    /// Ends every process and removes every namespace and file.
    public func remove() async throws {
        let running = Array(daemons.values) + Array(servers.values) + [store].compactMap { $0 }
        for process in running { try process.send(signal: SIGTERM) }
        let deadline = Deadline.after(Patience.duration(.seconds(3)))
        for process in running where try process.wait(until: deadline) == nil { try process.stop(grace: .zero) }
        (daemons, servers, store) = ([:], [:], nil)
        await api.shutdown()
        try Leftovers.remove(of: layout)
    }

    private var podsPath: String { "/api/v1/namespaces/default/pods" }
    private var servicesPath: String { "/api/v1/namespaces/default/services" }

    private func attachment(pod: String, node: ClusterNode) throws -> PodAttachment {
        PodAttachment(
            plugin: programs.weftCNI,
            layout: layout,
            pod: pod,
            node: node.name,
            nodeNamespace: try .open(named: node.namespace),
            podCIDR: node.podCIDR,
            mtu: settings.podMTU
        )
    }

    private func patchStatus(of pod: String, _ status: JSONValue) async throws {
        var request = APIRequest(.patch, "\(podsPath)/\(pod)/status", body: ["status": status])
        request.contentType = "application/merge-patch+json"
        try await api.send(request)
    }

    private func waitForServer(_ endpoint: IPEndpoint, pod: String) async throws {
        guard let process = servers[pod] else { return }
        let namespace = layout.namespace(ofPod: pod)
        try await wait(for: "the server of \(pod)", process, log: "pod-\(pod)") { [self] in
            (try? run(inNamespace: namespace) { try Probe(.tcp, endpoint, timeout: 200).ask() }) != nil
        }
    }

    private func wait(
        for what: String,
        _ process: ChildProcess,
        log: String,
        until isReady: @Sendable () async -> Bool
    ) async throws {
        let patience = Patience.duration(.seconds(30))
        let deadline = Deadline.after(patience)
        while await !isReady() {
            if let status = try process.poll() {
                throw ClusterError("\(what) ended with \(status): \(lastLines(of: log))")
            }
            guard !deadline.hasPassed else {
                throw ClusterError("\(what) is not ready after \(patience.components.seconds) s: \(lastLines(of: log))")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private func lastLines(of log: String) -> String {
        let text = (try? File.readText(layout.log(of: log))) ?? ""
        return text.split(separator: "\n").suffix(3).joined(separator: " | ")
    }
}
