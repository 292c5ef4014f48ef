public import NetworkTypes

/// One way into a Service port: an address and port, or a port on every address of the node.
public struct Frontend: Hashable, Sendable {
    /// Where a frontend comes from.
    public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        /// `spec.clusterIPs`.
        case clusterIP
        /// `spec.externalIPs`.
        case externalIP
        /// `status.loadBalancer.ingress[].ip`, with ipMode VIP or none.
        case loadBalancer
        /// `spec.ports[].nodePort`.
        case nodePort

        /// The name that element comments and people use.
        public var name: String {
            switch self {
            case .clusterIP: "ClusterIP"
            case .externalIP: "ExternalIP"
            case .loadBalancer: "LoadBalancer"
            case .nodePort: "NodePort"
            }
        }
    }

    /// Where it comes from.
    public let kind: Kind
    /// The address that clients send to; nil for a node port, which is every address of the node that takes node ports.
    public let address: IPAddress?
    /// The port that clients send to.
    public let port: Port
    /// What happens to a new connection, by where it comes from.
    public var treatment: FrontendTreatment
    /// The only sources let in, ordered; empty: everybody.
    ///
    /// A source outside of them is dropped wherever it is.
    public var sourceRanges: [IPPrefix]

    /// Makes a frontend; nobody is shut out unless `sourceRanges` says so.
    public init(
        kind: Kind,
        address: IPAddress?,
        port: Port,
        treatment: FrontendTreatment,
        sourceRanges: [IPPrefix] = []
    ) {
        self.kind = kind
        self.address = address
        self.port = port
        self.treatment = treatment
        self.sourceRanges = sourceRanges
    }
}

extension Frontend: Comparable {
    /// Orders by kind, address and port: the order of rendering.
    public static func < (left: Frontend, right: Frontend) -> Bool {
        if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
        switch (left.address, right.address) {
        case (let leftAddress?, let rightAddress?) where leftAddress != rightAddress:
            return leftAddress < rightAddress
        case (nil, .some): return true
        case (.some, nil): return false
        default: return left.port < right.port
        }
    }
}
