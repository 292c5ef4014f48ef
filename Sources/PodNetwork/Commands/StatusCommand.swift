import LinuxSystem
import NetworkTypes
import RouteNetlink

/// STATUS: whether an ADD could be served now.
struct StatusCommand {
    let invocation: Invocation
    let network: NetworkConfiguration
    let type: PluginType

    /// Looks at what an ADD needs.
    ///
    /// - Throws: code 50 with the reason when it could not be served, 51 when the containers that are there are cut off,
    ///   too; what ADD would say of a broken configuration.
    func run() throws(CNIError) -> CommandOutcome {
        let configuration: AttachmentConfiguration
        do throws(CNIError) {
            configuration = try AttachmentConfiguration(network, type, arguments: CNIArguments(""))
        } catch {
            guard error.code == .tryAgainLater else { throw error }
            throw CNIError(.notAvailable, error.message, details: error.details)
        }
        var backend = try AttachmentBackend.open()
        if let bridge = configuration.bridge { try backend.checkBridge(bridge, isInUse: configuration.ipam) }
        if case .sublink(let sublink) = configuration.interface, let master = sublink.master,
            !sublink.isMasterInContainer
        {
            try backend.checkMaster(master)
        }
        switch configuration.ipam {
        case .hostLocal(let local):
            try checkPools(local)
            for link in local.links { try backend.checkOverlay(link) }
        case .delegated(let type):
            try IPAMDelegate(type: type, invocation: invocation, network: network).run(.status)
        case nil: break
        }
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
    /// Refuses a bridge whose name belongs to something else, and one that is lowered: its containers are cut off.
    fileprivate mutating func checkBridge(
        _ bridge: BridgeConfiguration,
        isInUse ipam: IPAMConfiguration?
    ) throws(CNIError) {
        guard let link = try link(named: bridge.name) else { return }
        guard link.kind == "bridge" else {
            let kind = link.kind ?? "not a virtual link"
            throw CNIError(.notAvailable, "\(bridge.name) is a link of another kind than bridge (\(kind))")
        }
        guard !link.isUp else { return }
        throw CNIError(
            .limitedConnectivity,
            "the bridge \(bridge.name) is down",
            details: "its containers are cut off until the next ADD, or ip link set \(bridge.name) up"
        )
    }

    fileprivate mutating func checkMaster(_ name: String) throws(CNIError) {
        guard let link = try link(named: name) else {
            throw CNIError(.limitedConnectivity, "the host has no link \(name)", details: "it is the key \"master\"")
        }
        guard link.isUp else {
            throw CNIError(.limitedConnectivity, "\(name) is down", details: "ip link set \(name) up")
        }
    }

    /// A link to the other nodes that is gone cuts off the containers that are there, too.
    fileprivate mutating func checkOverlay(_ name: String) throws(CNIError) {
        guard let link = try link(named: name) else {
            throw CNIError(
                .limitedConnectivity,
                "the link \(name) to the other nodes is gone",
                details: "weftd makes it again, if it runs: see its log"
            )
        }
        guard link.isUp else {
            throw CNIError(
                .limitedConnectivity,
                "the link \(name) to the other nodes is down",
                details: "ip link set \(name) up"
            )
        }
    }

    private mutating func link(named name: String) throws(CNIError) -> Link? {
        do {
            return try host.link(named: name)
        } catch {
            throw CNIError(.notAvailable, "the kernel doesn't answer", details: "\(error)")
        }
    }
}
