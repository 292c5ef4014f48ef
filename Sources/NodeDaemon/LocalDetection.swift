import ServicePlan

/// kube-proxy's options for how pods of this node are told, checked.
struct LocalDetection {
    let detection: NodeContextSource.Detection

    /// The longest name of an interface (IFNAMSIZ without the closing zero).
    private static let longestInterfaceName = 15

    /// - Parameters:
    ///   - mode: `--detect-local-mode`.
    ///   - bridge: `--pod-bridge-interface`.
    ///   - prefix: `--pod-interface-name-prefix`.
    /// - Throws: `.option`, naming the option and what is accepted.
    init(_ mode: String?, _ bridge: String?, _ prefix: String?) throws(NodeDaemonError) {
        switch mode ?? "ClusterCIDR" {
        case "ClusterCIDR": detection = .clusterCIDR
        case "NodeCIDR": detection = .nodeCIDR
        case "None": detection = .none
        case "BridgeInterface":
            detection = .bridgeInterface(try Self.name(bridge, "--pod-bridge-interface", "BridgeInterface"))
        case "InterfaceNamePrefix":
            detection = .interfaceNamePrefix(
                try Self.name(prefix, "--pod-interface-name-prefix", "InterfaceNamePrefix")
            )
        case let other:
            throw NodeDaemonError(
                .option,
                "--detect-local-mode \"\(other)\": unknown; allowed is ClusterCIDR, NodeCIDR, BridgeInterface, "
                    + "InterfaceNamePrefix, None"
            )
        }
    }

    private static func name(
        _ name: String?,
        _ option: String,
        _ mode: String
    ) throws(NodeDaemonError) -> String {
        guard let name, !name.isEmpty else {
            throw NodeDaemonError(.option, "--detect-local-mode \(mode) needs \(option)")
        }
        guard name.utf8.count <= longestInterfaceName, !name.contains("/"), !name.contains(where: \.isWhitespace) else {
            throw NodeDaemonError(
                .option,
                "\(option) \"\(name)\": not an interface's name; at most \(longestInterfaceName) characters, no '/' or space"
            )
        }
        return name
    }
}
