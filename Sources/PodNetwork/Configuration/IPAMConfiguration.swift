import JSONTree
import NetworkTypes

/// Where an attachment's addresses come from: the `ipam` section.
enum IPAMConfiguration: Hashable, Sendable {
    /// From a directory of reservations, in this process.
    case hostLocal(HostLocalConfiguration)
    /// From another plugin of this type, which is executed.
    case delegated(String)

    /// Reads the section; nil when there is no `ipam`, or one without a type: a network without addresses.
    ///
    /// - Parameters:
    ///   - network: the decoded configuration.
    ///   - arguments: CNI_ARGS, whose IP is requested too.
    ///   - defaults: gets what the node's subnet file says where the configuration says nothing.
    /// - Throws: code 6 and 7 for malformed keys; 11 when the subnet file is not there yet.
    init?(
        _ network: NetworkConfiguration,
        arguments: CNIArguments,
        defaults: inout AttachmentConfiguration
    ) throws(CNIError) {
        guard let ipam = try network.reader.reader("ipam"), let type = try ipam.string("type") else { return nil }
        switch type {
        case "host-local": self = .hostLocal(try HostLocalConfiguration(network, ipam, arguments: arguments))
        case "weft":
            let file = try SubnetFile.read(ipam.string("subnetFile") ?? SubnetFile.standardPath)
            if defaults.mtu == nil { defaults.mtu = file.mtu }
            let section = KeyReader(file.hostLocalSection(ipam.object), path: ipam.path)
            self = .hostLocal(try HostLocalConfiguration(network, section, arguments: arguments))
        default:
            guard NameRules.isIdentifier(type) else {
                throw ipam.invalid("type", "\"\(type)\" is not the name of a plugin")
            }
            self = .delegated(type)
        }
    }

    /// The reservations' configuration, where they are made in this process.
    var hostLocal: HostLocalConfiguration? {
        if case .hostLocal(let configuration) = self { configuration } else { nil }
    }
}
