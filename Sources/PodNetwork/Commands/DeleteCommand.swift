import LinuxSystem
import NetworkTypes

/// DEL: undoes an attachment, as far as it is there.
///
/// It reads as little of the configuration as it can: a runtime calls DEL also after an ADD that failed because of a key,
/// and a container whose DEL fails can't be removed.
struct DeleteCommand {
    let invocation: Invocation
    let network: NetworkConfiguration
    let type: PluginType

    private var id: AttachmentID { AttachmentID(network: network.name, invocation) }

    /// Removes rules, interface and addresses and, with the network's last attachment, the network's rules.
    ///
    /// - Throws: what could not be removed.
    func run() throws(CNIError) -> CommandOutcome {
        let pod = try PodNamespace.openIfPresent(invocation)
        var backend = try AttachmentBackend.open()
        let hints = RemovalHints(network, type)
        // What fails now must not keep the rest.
        var failures: [CNIError] = []
        func attempt(_ body: () throws(CNIError) -> Void) {
            do throws(CNIError) { try body() } catch { failures.append(error) }
        }
        let rules = hints.mayHaveRules || hints.masquerades ? try RuleRemoval.open() : nil
        if hints.mayHaveRules, let rules {
            attempt { () throws(CNIError) in backend.notes += try rules.remove(id) }
        }
        attempt { () throws(CNIError) in try removeRulesOfLast(hints, rules) }
        if type == .tuning {
            let directory = (try? network.reader.string("dataDir")) ?? LinkBackup.standardDirectory
            backend.notes += LinkBackup(id, directory: directory).restore(id.interface, in: pod)
        }
        if type == .weft || type == .bandwidth {
            attempt { () throws(CNIError) in try backend.removeLimiter(of: id) }
        }
        if !type.isChained {
            // The interface first: an address that is given back while it is in use would be given to the next container.
            if try !backend.removePair(of: id), let pod {
                try AttachmentBackend.removeInterface(invocation.interfaceName, in: pod)
            }
            attempt { () throws(CNIError) in try releaseAddresses(&backend, hints, rules) }
        }
        if let failure = failures.first { throw failure }
        return CommandOutcome(notes: backend.notes)
    }

    /// Removes the network's rules if no other attachment has an address: what others removed meanwhile, or when another
    /// one comes meanwhile, is seen to once the address is given back.
    private func removeRulesOfLast(_ hints: RemovalHints, _ rules: RuleRemoval?) throws(CNIError) {
        guard hints.masquerades, !type.isChained, let rules,
            let directory = try HostLocalConfiguration.dataDirectory(of: network),
            let store = try ReservationStore.openExisting(dataDirectory: directory, network: network.name)
        else { return }
        let own = try store.addresses(of: Holder(id))
        if try store.isEmpty(but: own) { try rules.removeMasquerade(network: network.name) }
    }

    private func releaseAddresses(
        _ backend: inout AttachmentBackend,
        _ hints: RemovalHints,
        _ rules: RuleRemoval?
    ) throws(CNIError) {
        if let directory = try HostLocalConfiguration.dataDirectory(of: network) {
            return try release(in: directory, hints, rules, &backend)
        }
        if let delegate = hints.delegate {
            // Only the delegate knows the addresses, and the runtime, which hands on what ADD said.
            if invocation.namesPod, let result = (try? network.previousResult()) ?? nil {
                HeldAddresses(addresses: result.addresses.map(\.prefix.address)).forget()
            }
            try IPAMDelegate(type: delegate, invocation: invocation, network: network).run(.delete)
        }
        if hints.masquerades, try !backend.hasPairs(network: network.name) {
            try rules?.removeMasquerade(network: network.name)
        }
    }

    private func release(
        in directory: String,
        _ hints: RemovalHints,
        _ rules: RuleRemoval?,
        _ backend: inout AttachmentBackend
    ) throws(CNIError) {
        let holder = Holder(id)
        guard let store = try ReservationStore.openExisting(dataDirectory: directory, network: network.name) else {
            return
        }
        // All of this under the lock: whoever gets the address next must not have it forgotten, nor the rules removed.
        let addresses = try store.addresses(of: holder)
        if let bridge = hints.gatewayLink { backend.forget(addresses, bridge: bridge) }
        if invocation.namesPod { HeldAddresses(addresses: addresses).forget() }
        try store.release(addresses, of: holder)
        if hints.masquerades, try store.isEmpty() { try rules?.removeMasquerade(network: network.name) }
    }
}

/// What DEL and GC need to know of a configuration, read so that nothing malformed keeps them from their work.
struct RemovalHints {
    /// Whether the network masquerades.
    let masquerades: Bool
    /// Whether single attachments may have rules.
    let mayHaveRules: Bool
    /// The link on which the host knows the containers as neighbours; nil without a bridge.
    let gatewayLink: String?
    /// The type of the IPAM plugin that is executed; nil when there is none.
    let delegate: String?

    init(_ network: NetworkConfiguration, _ type: PluginType) {
        let reader = network.reader
        masquerades = (try? reader.bool("ipMasq")) ?? false
        mayHaveRules =
            [.weft, .portmap, .firewall].contains(type) || (try? reader.bool("macspoofchk")) ?? true
        let isBridge =
            switch type {
            case .bridge: true
            case .weft: ["bridge", nil].contains((try? reader.string("interfaceType")) ?? nil)
            default: false
            }
        let bridge = (try? reader.string("bridge")) ?? BridgeConfiguration.defaultName
        let vlan = (try? reader.integer("vlan")) ?? 0
        gatewayLink = isBridge ? (vlan > 0 ? "\(bridge).\(vlan)" : bridge) : nil
        let ipam = (try? reader.reader("ipam"))?.flatMap { (try? $0.string("type")) ?? nil }
        let isOurs = ipam == nil || ipam == "host-local" || ipam == "weft"
        delegate = isOurs || type.isChained || type == .loopback ? nil : ipam
    }
}
