/// A `KubeProxyConfiguration` of `kubeproxy.config.k8s.io/v1alpha1`, as kube-proxy 1.36 has it.
///
/// A field holds what is given: an empty text, a duration of zero, an empty list and nil stand for what kube-proxy
/// does by itself (``withDefaults()``), as in its own files.
public struct KubeProxySettings: Hashable, Sendable {
    /// Features by name, on or off.
    public var featureGates: [String: Bool] = [:]
    /// How the API server is reached.
    public var clientConnection = ClientConnection()
    /// How it logs.
    public var logging = LoggingSettings()
    /// The Node's name, where it is not the host's.
    public var hostnameOverride = ""
    /// The node's address of its family, where the Node's status is not to be followed.
    public var bindAddress = ""
    /// Where health is served.
    public var healthzBindAddress = ""
    /// Where metrics are served.
    public var metricsBindAddress = ""
    /// Whether an address that can't be listened on ends the program.
    public var bindAddressHardFail = false
    /// Whether profiles are served.
    public var enableProfiling = false
    /// Metrics that were hidden in this version are shown.
    public var showHiddenMetricsForVersion = ""
    /// `iptables`, `ipvs` or `nftables`.
    public var mode = ""
    /// For modes iptables and ipvs.
    public var iptables = IPTablesSettings()
    /// For mode ipvs.
    public var ipvs = IPVSSettings()
    /// For mode nftables.
    public var nftables = NFTablesSettings()
    /// For Windows.
    public var winkernel = WindowsSettings()
    /// `ClusterCIDR`, `NodeCIDR`, `BridgeInterface` or `InterfaceNamePrefix`.
    public var detectLocalMode = ""
    /// For the two modes by interface.
    public var detectLocal = DetectLocalSettings()
    /// All pods' addresses, one range per family, separated by a comma.
    public var clusterCIDR = ""
    /// Where node ports are taken: ranges, or `primary` alone.
    public var nodePortAddresses: [String] = []
    /// How much the kernel would rather end this process than another one when memory is short, -1000 to 1000.
    public var oomScoreAdj: Int?
    /// The kernel's connection tracking.
    public var conntrack = ConntrackSettings()
    /// How often everything is asked for again.
    public var configSyncPeriod = Duration.zero
    /// Ignored by kube-proxy, too.
    public var portRange = ""
    /// For Windows.
    public var windowsRunAsService = false

    /// Settings without anything given.
    public init() {}
}

extension KubeProxySettings {
    /// `clientConnection`.
    public struct ClientConnection: Hashable, Sendable {
        /// The kubeconfig file.
        public var kubeconfig = ""
        /// The `Accept` header.
        public var acceptContentTypes = ""
        /// The `Content-Type` header.
        public var contentType = ""
        /// Requests per second.
        public var qps = 0.0
        /// Requests at once.
        public var burst = 0
    }

    /// `logging`.
    public struct LoggingSettings: Hashable, Sendable {
        /// `text` or `json`.
        public var format = ""
        /// How long lines may wait.
        public var flushFrequency = Duration.zero
        /// How much is logged, from 0.
        public var verbosity: Int?
        /// How much, by file.
        public var vmodule: [String] = []
        /// Of the formats.
        public var options = FormatOptions()
    }

    /// `logging.options`.
    public struct FormatOptions: Hashable, Sendable {
        /// As text.
        public var text = FormatOption()
        /// As JSON.
        public var json = FormatOption()
        /// What old files have in its place.
        public var infoBufferSize = ""
    }

    /// `logging.options.text` and `.json`.
    public struct FormatOption: Hashable, Sendable {
        /// Errors apart from the rest.
        public var splitStream = false
        /// A quantity of bytes.
        public var infoBufferSize = ""
    }

    /// `iptables`.
    public struct IPTablesSettings: Hashable, Sendable {
        /// The number of the packet mark's bit that asks for masquerade, 0 to 31.
        public var masqueradeBit: Int?
        /// Whether all traffic to ClusterIPs is masqueraded.
        public var masqueradeAll = false
        /// Whether node ports are taken on loopback.
        public var localhostNodePorts: Bool?
        /// The longest time between two looks at the whole.
        public var syncPeriod = Duration.zero
        /// The least time between two writes.
        public var minSyncPeriod = Duration.zero
    }

    /// `nftables`.
    public struct NFTablesSettings: Hashable, Sendable {
        /// The number of the packet mark's bit that asks for masquerade, 0 to 31.
        public var masqueradeBit: Int?
        /// Whether all traffic to ClusterIPs is masqueraded.
        public var masqueradeAll = false
        /// The longest time between two looks at the whole.
        public var syncPeriod = Duration.zero
        /// The least time between two writes.
        public var minSyncPeriod = Duration.zero
    }

    /// `ipvs`.
    public struct IPVSSettings: Hashable, Sendable {
        /// The longest time between two looks at the whole.
        public var syncPeriod = Duration.zero
        /// The least time between two writes.
        public var minSyncPeriod = Duration.zero
        /// The kernel's name of how an endpoint is picked.
        public var scheduler = ""
        /// Virtual servers of others, by range.
        public var excludeCIDRs: [String] = []
        /// Whether the node answers ARP on an address's own link only.
        public var strictARP = false
        /// How long an idle TCP connection is known; zero leaves the kernel's time.
        public var tcpTimeout = Duration.zero
        /// How long a TCP connection is known after its end; zero leaves the kernel's time.
        public var tcpFinTimeout = Duration.zero
        /// How long UDP is known; zero leaves the kernel's time.
        public var udpTimeout = Duration.zero
    }

    /// `winkernel`.
    public struct WindowsSettings: Hashable, Sendable {
        /// For Windows.
        public var networkName = ""
        /// For Windows.
        public var sourceVip = ""
        /// For Windows.
        public var enableDSR = false
        /// For Windows.
        public var rootHnsEndpointName = ""
        /// For Windows.
        public var forwardHealthCheckVip = false
    }

    /// `detectLocal`.
    public struct DetectLocalSettings: Hashable, Sendable {
        /// The pods' bridge.
        public var bridgeInterface = ""
        /// How the names of the pods' interfaces begin.
        public var interfaceNamePrefix = ""
    }

    /// `conntrack`.
    public struct ConntrackSettings: Hashable, Sendable {
        /// Tracked connections per processor; 0 leaves the kernel's limit.
        public var maxPerCore: Int?
        /// The least limit.
        public var min: Int?
        /// How long an idle established TCP connection is kept; nil: kube-proxy's, zero: the kernel's.
        public var tcpEstablishedTimeout: Duration?
        /// How long a TCP connection in CLOSE_WAIT is kept; nil: kube-proxy's, zero: the kernel's.
        public var tcpCloseWaitTimeout: Duration?
        /// Whether packets outside of a connection's window are taken for valid.
        public var tcpBeLiberal = false
        /// How long UDP without an answer is kept; zero: the kernel's time.
        public var udpTimeout = Duration.zero
        /// How long UDP with answers is kept; zero: the kernel's time.
        public var udpStreamTimeout = Duration.zero
    }
}
