import LinuxSystem
import NetworkTypes

/// ADD, DEL and CHECK as an IPAM plugin that another plugin executes (`host-local`).
struct HostLocalCommand {
    let invocation: Invocation
    let network: NetworkConfiguration

    private var id: AttachmentID { AttachmentID(network: network.name, invocation) }

    /// Does the command of the call.
    func run() throws(CNIError) -> CommandOutcome {
        switch invocation.command {
        case .add: return try add()
        case .check: return try check()
        default:
            guard let directory = try HostLocalConfiguration.dataDirectory(of: network),
                let store = try ReservationStore.openExisting(dataDirectory: directory, network: network.name)
            else { return CommandOutcome() }
            try store.release(Holder(id))
            return CommandOutcome()
        }
    }

    private func configuration() throws(CNIError) -> HostLocalConfiguration {
        guard let ipam = try network.reader.reader("ipam") else {
            throw CNIError(.invalidConfiguration, "missing ipam", details: "host-local reads its ranges there")
        }
        return try HostLocalConfiguration(network, ipam, arguments: CNIArguments(invocation.arguments))
    }

    /// The result names addresses and routes, but no interfaces.
    private func add() throws(CNIError) -> CommandOutcome {
        let configuration = try configuration()
        var result = AttachmentResult()
        let addresses = try AddressAllocator(configuration: configuration, attachment: id).allocate()
        result.addresses = addresses.map { .init(prefix: $0.prefix, gateway: $0.gateway) }
        result.routes = configuration.routes
        if let path = configuration.resolvConf, let text = try? File.readText(path) {
            result.dns = ResolvConf.dns(text)
        }
        return CommandOutcome(result.json(version: network.version))
    }

    private func check() throws(CNIError) -> CommandOutcome {
        let configuration = try configuration()
        let store = try ReservationStore.openExisting(
            dataDirectory: configuration.dataDirectory,
            network: network.name
        )
        guard try store?.addresses(of: Holder(id)).isEmpty == false else {
            throw CNIError(.notAsExpected, "\(id) has no address", details: "none is reserved for it")
        }
        return CommandOutcome()
    }
}
