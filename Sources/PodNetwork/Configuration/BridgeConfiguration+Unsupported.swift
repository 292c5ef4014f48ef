import JSONTree

/// Keys of the reference that change what the interface does, and that this version doesn't do: an error, because a
/// container without its VLAN or its port mapping is worse than none.
extension BridgeConfiguration {
    static func refuseUnsupported(_ reader: KeyReader, type: String) throws(CNIError) {
        guard NetworkConfiguration.bridgeTypes.contains(type) else {
            throw reader.unsupported(
                "type",
                "\"\(type)\"",
                "this program serves the types \(NetworkConfiguration.bridgeTypes.joined(separator: ", "))"
            )
        }
        for key in ["macspoofchk", "portIsolation", "enabledad", "disableContainerInterface"]
        where try reader.bool(key) {
            throw reader.unsupported(key, "true", "weft-cni doesn't do this yet; remove the key or set it to false")
        }
        if let vlan = try reader.integer("vlan"), vlan != 0 {
            throw reader.unsupported("vlan", "\(vlan)", "weft-cni doesn't tag bridge ports yet; remove the key")
        }
        if let trunk = reader.value("vlanTrunk"), trunk != .array([]) {
            throw reader.unsupported(
                "vlanTrunk",
                trunk.description,
                "weft-cni doesn't tag bridge ports yet; remove the key"
            )
        }
        if let backend = try reader.string("ipMasqBackend"), backend != "nftables" {
            throw reader.unsupported(
                "ipMasqBackend",
                "\"\(backend)\"",
                "weft-cni masquerades with nftables; remove the key"
            )
        }
        guard let runtime = try reader.reader("runtimeConfig") else { return }
        for key in ["portMappings", "bandwidth"] where runtime.value(key).map(isNotEmpty) == true {
            throw runtime.unsupported(
                key,
                runtime.value(key)?.description ?? "",
                "weft-cni doesn't do this yet; chain the plugin that does, and declare the capability there"
            )
        }
    }

    private static func isNotEmpty(_ value: JSONValue) -> Bool {
        switch value {
        case .array(let elements): !elements.isEmpty
        case .object(let members): !members.isEmpty
        default: true
        }
    }
}
