import JSONTree

/// Keys that change what is done, and that this version doesn't do: an error, because a container without its port
/// mapping or its limit is worse than none.
enum UnsupportedKeys {
    static func refuse(_ reader: KeyReader, _ type: PluginType) throws(CNIError) {
        if type == .portmap || type == .bandwidth || type == .tuning {
            throw reader.unsupported("type", "\"\(type.rawValue)\"", "weft-cni doesn't do this yet")
        }
        // A plugin of the reference ignores what the runtime has for another one of the chain.
        guard type == .weft, let runtime = try reader.reader("runtimeConfig") else { return }
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
