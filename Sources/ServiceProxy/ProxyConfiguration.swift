public import NetworkTypes
public import ServicePlan

/// The choices of whoever runs the proxy.
public struct ProxyConfiguration: Hashable, Sendable {
    /// The bit of the packet mark that asks for masquerade; kube-proxy's masqueradeBit 14.
    public var masqueradeMark: UInt32
    /// Node ports are taken on the node's addresses in these ranges; empty, or with a range of everything: on all.
    public var nodePortAddresses: [IPPrefix]
    /// Node ports are taken on the node's first address of each family only, whatever ``nodePortAddresses`` says;
    /// kube-proxy's `primary`.
    public var takesNodePortsOnPrimaryAddress: Bool
    /// Node ports are taken on 127.0.0.0/8, too; kube-proxy's localhostNodePorts.
    ///
    /// It needs ``LoopbackRouting``, and IPv6 has no such thing.
    public var takesNodePortsOnLoopback: Bool
    /// Mode nftables counts each Service's packets and bytes, at the cost of a look-up for each packet.
    public var countsPackets: Bool
    /// The least time between two writes; changes that come meanwhile are written together.
    public var minimumSyncInterval: Duration
    /// The first wait after a failed write; it doubles up to ``maximumRetryDelay``.
    public var retryDelay: Duration
    /// The longest wait after a failed write.
    public var maximumRetryDelay: Duration
    /// How long a change may be pending before the proxy counts as unhealthy; kube-proxy: two sync periods.
    public var healthTimeout: Duration
    /// How often to look whether what could not be finished at once can be, such as removing endpoints that drain.
    public var unfinishedWorkInterval: Duration
    /// How often to look for what others did to things of which the kernel reports no changes, such as virtual servers;
    /// less often where a look takes long.
    public var lookInterval = Duration.seconds(2)
    /// How mode ipvs picks an endpoint: the name of a scheduler of the kernel, such as rr, wrr, lc, sh or mh.
    public var ipvsScheduler: String
    /// Mode ipvs: a range for each family whose addresses are given to virtual servers that can't stand on a ClusterIP.
    ///
    /// They never leave the node. A family without a range here uses 240.0.0.0/12 or fd77:6566:74::/96.
    public var ipvsAddressRanges: [IPPrefix]
    /// Mode ipvs: virtual servers with an address in these ranges are others', whatever they are.
    public var ipvsExcludedRanges: [IPPrefix] = []
    /// Mode ipvs: the node answers ARP for an address on the address's own link only, and asks with no other one.
    public var ipvsStrictARP = false
    /// Mode ipvs: how long the kernel knows connections without packets.
    public var ipvsTimeouts = IPVSConnectionTimes()

    /// Makes a configuration; what is not given is as Weft ships it.
    public init(
        masqueradeMark: UInt32 = 0x4000,
        nodePortAddresses: [IPPrefix] = [],
        takesNodePortsOnPrimaryAddress: Bool = false,
        takesNodePortsOnLoopback: Bool = false,
        countsPackets: Bool = false,
        minimumSyncInterval: Duration = .milliseconds(10),
        retryDelay: Duration = .milliseconds(100),
        maximumRetryDelay: Duration = .seconds(30),
        healthTimeout: Duration = .seconds(60),
        unfinishedWorkInterval: Duration = .seconds(10),
        ipvsScheduler: String = "rr",
        ipvsAddressRanges: [IPPrefix] = []
    ) {
        self.masqueradeMark = masqueradeMark
        self.nodePortAddresses = nodePortAddresses
        self.takesNodePortsOnPrimaryAddress = takesNodePortsOnPrimaryAddress
        self.takesNodePortsOnLoopback = takesNodePortsOnLoopback
        self.countsPackets = countsPackets
        self.minimumSyncInterval = minimumSyncInterval
        self.retryDelay = retryDelay
        self.maximumRetryDelay = maximumRetryDelay
        self.healthTimeout = healthTimeout
        self.unfinishedWorkInterval = unfinishedWorkInterval
        self.ipvsScheduler = ipvsScheduler
        self.ipvsAddressRanges = ipvsAddressRanges
    }

    /// Whether a virtual server with an address is nobody's business here.
    func excludesVirtualServer(on address: IPAddress) -> Bool {
        ipvsExcludedRanges.contains { $0.family == address.family && $0.contains(address) }
    }

    /// The addresses of a node that take node ports in a family; nil: all.
    public func nodePortAddresses(of node: NodeContext, _ family: IPFamily) -> [IPAddress]? {
        if takesNodePortsOnPrimaryAddress { return node.addresses.first { $0.family == family }.map { [$0] } ?? [] }
        let addresses = node.interfaceAddresses.isEmpty ? node.addresses : node.interfaceAddresses
        let ranges = nodePortAddresses.filter { $0.family == family }
        guard !ranges.isEmpty, !ranges.contains(where: { $0.length == 0 }) else { return nil }
        var taken = addresses.filter { address in
            address.family == family && !address.isLoopback && ranges.contains { $0.contains(address) }
        }
        if takesNodePorts(onLoopbackOf: family), ranges.contains(where: { $0.contains(.loopback(family)) }) {
            taken.append(.loopback(family))
        }
        return Array(Set(taken)).sorted()
    }

    /// Whether node ports are taken on a family's loopback addresses, if the ranges allow it.
    func takesNodePorts(onLoopbackOf family: IPFamily) -> Bool { takesNodePortsOnLoopback && family == .ipv4 }
}

/// How long IPVS knows connections without packets; zero leaves the kernel's time.
public struct IPVSConnectionTimes: Hashable, Sendable {
    /// Established TCP connections.
    public var tcp: Duration
    /// TCP connections after a FIN.
    public var tcpFin: Duration
    /// UDP.
    public var udp: Duration

    /// Makes times; what is not given is left as it is.
    public init(tcp: Duration = .zero, tcpFin: Duration = .zero, udp: Duration = .zero) {
        self.tcp = tcp
        self.tcpFin = tcpFin
        self.udp = udp
    }
}
