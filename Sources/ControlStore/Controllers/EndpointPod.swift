public import ClusterModel
import NetworkTypes

/// What matters of a pod for endpoints, read from it once.
public struct EndpointPod: Hashable, Sendable {
    /// A container's port by which Services may refer to it.
    public struct PortKey: Hashable, Sendable {
        let name: String
        let transport: TransportProtocol
    }

    /// Which pod it is.
    public let key: ObjectKey
    let uid: String
    let labels: Labels
    let addresses: [IPAddress]
    let nodeName: String?
    let hostname: String?
    let subdomain: String?
    let isReady: Bool
    let isBeingDeleted: Bool
    let isFinished: Bool
    let namedPorts: [PortKey: Int]

    /// Reads a pod.
    public init(_ pod: Pod) {
        let spec = pod.spec
        key = pod.key
        uid = pod.uid
        labels = pod.labels
        addresses = pod.addresses
        nodeName = spec.nodeName
        hostname = spec.hostname
        subdomain = spec.subdomain
        isReady = pod.isReady
        isBeingDeleted = pod.metadata.isBeingDeleted
        isFinished = pod.isFinished
        var ports: [PortKey: Int] = [:]
        for container in spec.containers + spec.initContainers.filter({ $0.restartPolicy == "Always" }) {
            for port in container.ports where !port.name.isEmpty {
                guard let transport = port.transport else { continue }
                let key = PortKey(name: port.name, transport: transport)
                if ports[key] == nil { ports[key] = port.containerPort }
            }
        }
        namedPorts = ports
    }

    /// The number of a port that a Service targets; nil when no container has a port of that name.
    func number(of target: PortReference, _ transport: TransportProtocol) -> Int? {
        switch target {
        case .number(let number): number
        case .name(let name): namedPorts[PortKey(name: name, transport: transport)]
        }
    }
}
