import BenchScenarios

/// What the programs are told: the same API server, node and pod addresses, and the same least time between two syncs.
enum PeerConfiguration {
    /// The node that they run on.
    static let nodeName = "bench-node"
    /// Where the store listens, in the namespace of each program.
    static let serverPort = 8080
    /// All pods' addresses.
    static let clusterCIDR = SyntheticCluster.podPrefix

    /// A kubeconfig for the store on loopback, which needs no proof of who asks.
    static let kubeconfig = """
        apiVersion: v1
        kind: Config
        current-context: bench
        clusters:
        - name: bench
          cluster: {server: "http://127.0.0.1:\(serverPort)"}
        contexts:
        - name: bench
          context: {cluster: bench, user: bench}
        users:
        - name: bench
          user: {}

        """

    /// A KubeProxyConfiguration (kubeproxy.config.k8s.io/v1alpha1).
    ///
    /// The least time between syncs is weftd's, 10 ms, instead of kube-proxy's second; 0 would mean the default.
    /// Connection tracking's limits are the host's business, and left alone.
    static func kubeProxy(mode: String, kubeconfig: String) -> String {
        """
        apiVersion: kubeproxy.config.k8s.io/v1alpha1
        kind: KubeProxyConfiguration
        mode: \(mode)
        hostnameOverride: \(nodeName)
        clientConnection:
          kubeconfig: \(kubeconfig)
          acceptContentTypes: application/json
          contentType: application/json
          qps: 1000
          burst: 1000
        bindAddress: 0.0.0.0
        healthzBindAddress: 127.0.0.1:10256
        metricsBindAddress: 127.0.0.1:10249
        clusterCIDR: \(clusterCIDR)
        oomScoreAdj: 0
        conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
        iptables: {minSyncPeriod: 10ms, syncPeriod: 30s}
        ipvs: {minSyncPeriod: 10ms, syncPeriod: 30s}
        nftables: {minSyncPeriod: 10ms, syncPeriod: 30s}

        """
    }
}
