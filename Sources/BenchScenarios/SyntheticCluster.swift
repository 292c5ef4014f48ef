public import NetworkTypes

/// Services with ClusterIPs and endpoints of their own, as an API server would send them: the same in every run.
///
/// Service number n has the address 10.96.1.0 + n and the TCP port 80; its endpoints are ready, on other nodes, at
/// port 8080 of addresses from 10.128.0.0 on.
public struct SyntheticCluster: Sendable {
    /// The prefix that holds all endpoints, and the pods that ask.
    public static let podPrefix = "10.128.0.0/9"
    /// The port of all Services.
    public static let port: Port = 80
    /// The port of all endpoints.
    public static let targetPort: Port = 8080
    /// The most endpoints of one EndpointSlice, as Kubernetes' controller cuts them.
    static let sliceSize = 100
    /// The namespace of all objects.
    public static let namespace = "bench"

    /// How many Services there are.
    public let serviceCount: Int
    /// How many endpoints each of them has.
    public let endpointCount: Int
    /// The one address of all endpoints, instead of addresses of their own.
    public let sharedEndpoint: IPv4Address?

    /// A cluster.
    ///
    /// - Parameters:
    ///   - serviceCount: how many Services.
    ///   - endpointCount: how many endpoints each of them has.
    ///   - sharedEndpoint: an address that all endpoints have, so that one pod answers for every Service.
    public init(services serviceCount: Int, endpoints endpointCount: Int, sharedEndpoint: IPv4Address? = nil) {
        self.serviceCount = serviceCount
        self.endpointCount = endpointCount
        self.sharedEndpoint = sharedEndpoint
    }

    /// The address of a Service.
    public static func clusterIP(_ service: Int) -> IPv4Address { IPv4Address(rawValue: 0x0a60_0100 + UInt32(service)) }

    /// The name of a Service; the order of the names is that of the numbers.
    public static func name(_ service: Int) -> String {
        let digits = String(service)
        return "service-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    /// The address of an endpoint; a moved one stands behind all others.
    ///
    /// - Parameters:
    ///   - service: the Service's number.
    ///   - endpoint: its number within the Service.
    ///   - move: how often endpoints were moved before: each place is taken once.
    /// - Returns: its address.
    func address(_ service: Int, _ endpoint: Int, move: Int = 0) -> IPv4Address {
        if move > 0 { return Self.movedAddress(move) }
        if let sharedEndpoint { return sharedEndpoint }
        return IPv4Address(rawValue: 0x0a80_0001 + UInt32(service * endpointCount + endpoint))
    }

    /// Where the endpoint goes that is moved as the nth one.
    public static func movedAddress(_ move: Int) -> IPv4Address { IPv4Address(rawValue: 0x0af0_0000 + UInt32(move)) }
}
