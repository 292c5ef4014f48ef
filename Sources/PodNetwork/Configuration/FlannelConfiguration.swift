import JSONTree
import NetworkTypes

/// Flannel's plugin: what the node was given (subnet.env) becomes the configuration of another type.
enum FlannelConfiguration {
    /// The configuration that is delegated to.
    ///
    /// Only ADD, CHECK and STATUS need the node's subnet: DEL and GC find everything by network, container and interface.
    ///
    /// - Throws: code 7 for a `delegate` that says what only flannel may say; 11 (STATUS: 50) while there is no subnet.
    static func delegate(
        _ network: NetworkConfiguration,
        _ command: CNICommand
    ) throws(CNIError) -> (PluginType, NetworkConfiguration) {
        let reader = network.reader
        let given = try reader.reader("delegate") ?? KeyReader(JSONObject(), path: "delegate.")
        for key in ["name", "ipam"] where given.value(key) != nil {
            throw given.invalid(key, "flannel sets it itself; what it adds to ipam stands in the key \"ipam\"")
        }
        let typeName = try given.string("type") ?? PluginType.bridge.rawValue
        guard let type = PluginType(rawValue: typeName), !type.isChained, type != .flannel, type != .loopback else {
            throw given.unsupported("type", "\"\(typeName)\"", "it is bridge, ptp, macvlan or ipvlan")
        }
        var document = given.object
        document["name"] = .string(network.name)
        document["cniVersion"] = .string(network.version.rawValue)
        document["type"] = .string(typeName)
        for key in ["runtimeConfig", "prevResult", "args", "cni.dev/valid-attachments"] {
            if let value = reader.value(key) { document[key] = value }
        }
        var ipam = try reader.reader("ipam")?.object ?? JSONObject()
        if ipam["type"]?.stringValue == nil { ipam["type"] = "host-local" }
        switch command {
        case .add, .check, .status: try fill(&document, &ipam, given, type, reader, command)
        case .delete, .collectGarbage, .version: break
        }
        document["ipam"] = .object(ipam)
        return (type, try NetworkConfiguration(parsing: JSONValue.object(document).bytes()))
    }

    private static func fill(
        _ document: inout JSONObject,
        _ ipam: inout JSONObject,
        _ given: KeyReader,
        _ type: PluginType,
        _ reader: KeyReader,
        _ command: CNICommand
    ) throws(CNIError) {
        let file: SubnetFile
        do throws(CNIError) {
            file = try SubnetFile.read(reader.string("subnetFile") ?? SubnetFile.standardPath)
        } catch {
            guard command == .status, error.code == .tryAgainLater else { throw error }
            throw CNIError(.notAvailable, error.message, details: error.details)
        }
        if given.value("ipMasq") == nil { document["ipMasq"] = .bool(!file.daemonMasquerades) }
        if given.value("mtu") == nil, let mtu = file.mtu { document["mtu"] = JSONValue(mtu) }
        if type == .bridge, given.value("isGateway") == nil { document["isGateway"] = true }
        ipam = file.hostLocalSection(ipam)
    }
}
