import JSONTree
import LinuxSystem
import NetworkTypes

/// ADD: attaches a container to the network.
struct AddCommand {
    let invocation: Invocation
    let network: NetworkConfiguration

    private var attachment: AttachmentID {
        AttachmentID(network: network.name, containerID: invocation.containerID, interface: invocation.interfaceName)
    }

    /// Makes the attachment; when anything fails, nothing of it is left.
    ///
    /// - Returns: the result in the configuration's version.
    /// - Throws: the first failure.
    func run() throws(CNIError) -> CommandOutcome {
        let configuration = try BridgeConfiguration(network, arguments: CNIArguments(invocation.arguments))
        let previous = try network.previousResult()
        let pod = try PodNamespace.open(invocation)
        var backend = try AttachmentBackend.open()
        let allocator = configuration.ipam.map { AddressAllocator(configuration: $0, attachment: attachment) }
        let addresses = try allocator?.allocate() ?? []
        do throws(CNIError) {
            let spec = AttachmentSpec(attachment, configuration, addresses: addresses)
            let status = try backend.attach(spec, in: pod)
            var result = spec.result(status, sandbox: invocation.networkNamespace, assigned: addresses)
            result.dns = Self.dns(configuration)
            if let previous { result.merge(after: previous) }
            return CommandOutcome(result.json(version: network.version), notes: backend.notes)
        } catch {
            guard let allocator else { throw error }
            throw Self.releasing(allocator, after: error)
        }
    }

    /// Gives the addresses back; what goes wrong then is told with the error that led to it.
    private static func releasing(_ allocator: AddressAllocator, after error: CNIError) -> CNIError {
        do {
            try allocator.release()
            return error
        } catch let second {
            return CNIError(
                error.code,
                error.message,
                details: "\(error.details); and the addresses are still reserved: \(second)",
                errno: error.errno
            )
        }
    }

    /// The configuration's name servers, or those of the file that host-local is told to read.
    private static func dns(_ configuration: BridgeConfiguration) -> JSONObject {
        guard configuration.dns.isEmpty, let path = configuration.ipam?.resolvConf else { return configuration.dns }
        return (try? File.readText(path)).map(ResolvConf.dns) ?? JSONObject()
    }
}
