import JSONTree
import NetworkTypes
import ServicePlan
import ServiceProxy

/// `/configz`: what the daemon works with, in the fields of kube-proxy's KubeProxyConfiguration where there is one.
enum ConfigurationPage {
    static func text(_ options: DaemonOptions) -> String {
        var addresses = options.nodePortAddresses.map { JSONValue.string("\($0)") }
        if options.takesNodePortsOnPrimaryAddress { addresses = ["primary"] }
        let bit = options.proxy.masqueradeMark.trailingZeroBitCount
        let configuration: JSONObject = [
            "kind": "KubeProxyConfiguration", "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
            "mode": .string(options.mode.rawValue), "hostnameOverride": .string(options.nodeName),
            "clusterCIDR": .string(options.clusterCIDRs.map { "\($0)" }.joined(separator: ",")),
            "healthzBindAddress": .string(options.healthAddress.map { "\($0)" } ?? ""),
            "metricsBindAddress": .string(options.metricsAddress.map { "\($0)" } ?? ""),
            "nodePortAddresses": .array(addresses),
            "nftables": ["masqueradeBit": JSONValue(bit), "masqueradeAll": .bool(options.contexts.masqueradeAll)],
            "iptables": [
                "masqueradeBit": JSONValue(bit), "masqueradeAll": .bool(options.contexts.masqueradeAll),
                "localhostNodePorts": .bool(options.proxy.takesNodePortsOnLoopback),
            ],
            "ipvs": ["scheduler": .string(options.proxy.ipvsScheduler)],
        ]
        let ours: JSONObject = [
            "network": .string(options.network.rawValue), "policy": .string(options.policy.rawValue),
            "serviceCounters": .bool(options.proxy.countsPackets),
        ]
        return JSONValue.object([
            "kubeproxy.config.k8s.io": .object(configuration), "weft.dev": .object(ours),
        ]).description
    }
}
