import JSONTree
import LinuxSystem
import NetworkTypes
import RouteNetlink

/// ADD: attaches a container to the network.
struct AddCommand {
    let invocation: Invocation
    let network: NetworkConfiguration
    let type: PluginType

    /// Makes the attachment; when anything fails, nothing of it is left.
    ///
    /// - Parameter observer: called after each step, see `AttachmentSteps`.
    /// - Returns: the result in the configuration's version.
    /// - Throws: the first failure.
    func run(observer: (String) throws(CNIError) -> Void) throws(CNIError) -> CommandOutcome {
        let configuration = try AttachmentConfiguration(
            network,
            type,
            arguments: CNIArguments(invocation.arguments),
            interface: invocation.interfaceName
        )
        let previous = try network.previousResult()
        let id = AttachmentID(network: network.name, invocation)
        if type.isChained, previous == nil {
            throw CNIError(
                .invalidConfiguration,
                "\(type.rawValue) must be called as chained plugin",
                details: "it needs the result of the plugin before it, prevResult"
            )
        }
        let given = type.isChained ? previous?.addresses(of: invocation) ?? [] : []
        var work = AttachmentWork(
            invocation: invocation,
            network: network,
            configuration: configuration,
            pod: try PodNamespace.open(invocation),
            previous: previous,
            backend: try .open(),
            spec: AttachmentSpec(id, configuration, IPAMAnswer(given, routes: []))
        )
        try AttachmentSteps(configuration).run(&work, observer: observer)
        var result = type.isChained ? AttachmentResult() : work.result()
        if let limiter = work.limiter {
            result.interfaces.append(.init(name: limiter.name, mac: limiter.mac, mtu: Int(limiter.mtu)))
        }
        if let previous { result.merge(after: previous) }
        if let tuning = work.spec.tuning { result.apply(tuning, to: invocation) }
        return CommandOutcome(result.json(version: network.version), notes: configuration.notes + work.backend.notes)
    }
}

extension AttachmentWork {
    /// The result that the runtime gets, interfaces in the reference's order: bridge, end in the host's namespace,
    /// container's interface.
    borrowing func result() -> AttachmentResult {
        var result = AttachmentResult()
        if let bridge {
            result.interfaces.append(.init(name: bridge.name, mac: bridge.mac, mtu: Int(bridge.mtu)))
        }
        if let hostEnd {
            result.interfaces.append(.init(name: hostEnd.name, mac: hostEnd.mac, mtu: Int(hostEnd.mtu)))
        }
        let mtu = (podEnd ?? hostEnd).map { Int($0.mtu) }
        result.interfaces.append(
            .init(
                name: spec.podEnd.name,
                mac: podEnd?.mac ?? spec.podEnd.mac,
                mtu: mtu,
                sandbox: invocation.networkNamespace
            )
        )
        let index = result.interfaces.count - 1
        let gateways = ipam.gatewayPrefixes
        result.addresses = ipam.addresses.map { address in
            let implied =
                spec.forwardedFamilies.isEmpty
                ? nil : gateways.first { $0.masked == address.prefix.masked }?.address
            return .init(prefix: address.prefix, gateway: address.gateway ?? implied, interface: index)
        }
        result.routes = spec.podEnd.routes
        // What the configuration says of name servers counts, else what IPAM says.
        result.dns = configuration.dns.isEmpty ? ipam.dns : configuration.dns
        return result
    }
}
