public import JSONTree
public import NetworkTypes

/// A pod, as far as its network is concerned.
public struct Pod: APIObject {
    /// Where a pod is in its life.
    public enum Phase: String, Hashable, Sendable {
        /// Accepted, not all containers started.
        case pending = "Pending"
        /// On a node, with a container running.
        case running = "Running"
        /// All containers ended well.
        case succeeded = "Succeeded"
        /// All containers ended, one of them badly.
        case failed = "Failed"
        /// The node does not say.
        case unknown = "Unknown"
    }

    /// The kind.
    public static var resource: ResourceKind { .pod }
    /// The tree.
    public var json: JSONValue

    /// Takes a tree as it is.
    public init(unchecked json: JSONValue) { self.json = json }

    /// What is wanted.
    public var spec: PodSpec {
        get { self[view: "spec"] }
        set { json["spec"] = newValue.json }
    }
    /// Where it is in its life.
    public var phase: Phase {
        get { json[path: "status", "phase"]?.stringValue.flatMap(Phase.init) ?? .pending }
        set { json[path: "status", "phase"] = .string(newValue.rawValue) }
    }
    /// Whether all its containers ended for good, so that its address may be another's.
    public var isFinished: Bool { phase == .succeeded || phase == .failed }
    /// The node's address.
    public var hostIP: String? { json[path: "status", "hostIP"]?.stringValue }
    /// Its addresses as they are written, at most one of each family.
    public var podIPs: [String] {
        get {
            let list = (json[path: "status", "podIPs"]?.arrayValue ?? []).compactMap { $0["ip"]?.stringValue }
            if !list.isEmpty { return list.filter { !$0.isEmpty } }
            return [json[path: "status", "podIP"]?.stringValue].compactMap { $0?.isEmpty == false ? $0 : nil }
        }
        set {
            json[path: "status", "podIP"] = newValue.first.map(JSONValue.string)
            json[path: "status", "podIPs"] =
                newValue.isEmpty ? nil : .array(newValue.map { ["ip": .string($0)] })
        }
    }
    /// Its addresses, at most one of each family.
    public var addresses: [IPAddress] { podIPs.compactMap { IPAddress($0) } }
    /// Its conditions.
    public var conditions: [Condition] {
        get { statusConditions }
        set { statusConditions = newValue }
    }
    /// Whether its containers say that they are ready.
    public var isReady: Bool { conditions.contains { $0.type == "Ready" && $0.status == .true } }
}

/// What is wanted of a pod.
public struct PodSpec: JSONView {
    /// The tree below `spec`.
    public var json: JSONValue

    /// Takes a tree as it is.
    public init(json: JSONValue) { self.json = json }

    /// The node that it runs on; nil before it has one.
    public var nodeName: String? {
        get { self[string: "nodeName"].flatMap { $0.isEmpty ? nil : $0 } }
        set { self[string: "nodeName"] = newValue }
    }
    /// Whether it shares its node's network.
    public var usesHostNetwork: Bool { self[bool: "hostNetwork"] ?? false }
    /// Its host name, if it wants another than its own name.
    public var hostname: String? { self[string: "hostname"] }
    /// The Service below whose name it wants its host name.
    public var subdomain: String? { self[string: "subdomain"] }
    /// When containers are started again: `Always`, `OnFailure`, `Never`.
    public var restartPolicy: String { self[string: "restartPolicy"] ?? "Always" }
    /// How many seconds it has to end in order.
    public var terminationGracePeriodSeconds: Int { self[int: "terminationGracePeriodSeconds"] ?? 30 }
    /// Its containers.
    public var containers: [Container] {
        get { self[list: "containers"] }
        set { self[list: "containers"] = newValue }
    }
    /// The containers that run first; those that go on running have the restart policy `Always`.
    public var initContainers: [Container] {
        get { self[list: "initContainers"] }
        set { self[list: "initContainers"] = newValue }
    }

    /// The number of the port that a name and a protocol stand for in this pod; nil when no container has it.
    public func containerPort(named name: String, transport: TransportProtocol) -> Int? {
        let sidecars = initContainers.filter { $0.restartPolicy == "Always" }
        for container in containers + sidecars {
            for port in container.ports where port.name == name && port.transport == transport {
                return port.containerPort
            }
        }
        return nil
    }
}

/// A container of a pod.
public struct Container: JSONView {
    /// The tree.
    public var json: JSONValue

    /// Takes a tree as it is.
    public init(json: JSONValue) { self.json = json }

    /// Makes a container.
    public init(name: String, image: String, ports: [ContainerPort] = []) {
        json = ["name": .string(name), "image": .string(image)]
        self.ports = ports
    }

    /// The name, unique within the pod.
    public var name: String { self[string: "name"] ?? "" }
    /// The image.
    public var image: String { self[string: "image"] ?? "" }
    /// Its own restart policy; only containers that run first may have one.
    public var restartPolicy: String? { self[string: "restartPolicy"] }
    /// The ports that it tells of.
    public var ports: [ContainerPort] {
        get { self[list: "ports"] }
        set { self[list: "ports"] = newValue }
    }
}

/// A port that a container tells of.
public struct ContainerPort: JSONView {
    /// The tree.
    public var json: JSONValue

    /// Takes a tree as it is.
    public init(json: JSONValue) { self.json = json }

    /// Makes a port.
    public init(name: String = "", containerPort: Int, transport: TransportProtocol = .tcp) {
        json = [:]
        if !name.isEmpty { self[string: "name"] = name }
        self[int: "containerPort"] = containerPort
        self[string: "protocol"] = transport.kubernetesName
    }

    /// The name that Services may refer to.
    public var name: String { self[string: "name"] ?? "" }
    /// The number; 0 when missing.
    public var containerPort: Int { self[int: "containerPort"] ?? 0 }
    /// The protocol; nil when the text names none that there is.
    public var transport: TransportProtocol? { TransportProtocol(name: self[string: "protocol"] ?? "TCP") }
    /// The port of the node that leads to it; nil when there is none.
    public var hostPort: Int? { self[int: "hostPort"].flatMap { $0 == 0 ? nil : $0 } }
    /// The node's address to which the host port is bound; nil for all.
    public var hostIP: String? { self[string: "hostIP"].flatMap { $0.isEmpty ? nil : $0 } }
}
