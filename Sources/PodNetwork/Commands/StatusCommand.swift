import LinuxSystem
import NetworkTypes
import RouteNetlink

/// STATUS: whether an ADD could be served now.
struct StatusCommand {
    let network: NetworkConfiguration

    /// Looks at what an ADD needs.
    ///
    /// - Throws: code 50 with the reason when it could not be served; what ADD would say of a broken configuration.
    func run() throws(CNIError) -> CommandOutcome {
        let configuration = try BridgeConfiguration(network, arguments: CNIArguments(""))
        var backend = try AttachmentBackend.open()
        if let fault = backend.faultOfBridge(configuration.bridge) { throw CNIError(.notAvailable, fault) }
        if let ipam = configuration.ipam { try checkPools(ipam) }
        return CommandOutcome()
    }

    private func checkPools(_ ipam: HostLocalConfiguration) throws(CNIError) {
        let reserved: [IPAddress]
        do throws(CNIError) {
            let store = try ReservationStore.openExisting(dataDirectory: ipam.dataDirectory, network: network.name)
            reserved = try store?.reservedAddresses() ?? []
        } catch {
            throw CNIError(.notAvailable, "the address store can't be used", details: error.description)
        }
        for pool in ipam.pools {
            let count = reserved.count { address in
                pool.range(containing: address).map { $0.gateway != address } == true
            }
            guard count < pool.capacity else {
                throw CNIError(
                    .notAvailable,
                    "no IP addresses available in range set: \(pool)",
                    details: "\(count) of \(pool.capacity) are reserved in \(ipam.dataDirectory)/\(network.name)"
                )
            }
        }
    }
}

extension AttachmentBackend {
    /// Why a bridge of this name can't be used; nil when it can, or will be made.
    fileprivate mutating func faultOfBridge(_ name: String) -> String? {
        do {
            guard let link = try host.link(named: name), link.kind != "bridge" else { return nil }
            return "\(name) is a link of another kind than bridge (\(link.kind ?? "not a virtual link"))"
        } catch {
            return "the kernel doesn't answer: \(error)"
        }
    }
}
