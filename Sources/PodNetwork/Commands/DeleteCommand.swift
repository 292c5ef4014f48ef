import LinuxSystem
import NetworkTypes

/// DEL: undoes an attachment, as far as it is there.
///
/// It reads as little of the configuration as it can: a runtime calls DEL also after an ADD that failed because of a key,
/// and a container whose DEL fails can't be removed.
struct DeleteCommand {
    let invocation: Invocation
    let network: NetworkConfiguration

    /// Removes interface, addresses and, with the network's last attachment, its rules.
    ///
    /// - Throws: what could not be removed.
    func run() throws(CNIError) -> CommandOutcome {
        let attachment = AttachmentID(
            network: network.name,
            containerID: invocation.containerID,
            interface: invocation.interfaceName
        )
        let pod = try PodNamespace.openIfPresent(invocation)
        var backend = try AttachmentBackend.open()
        // The interface first: an address that is given back while it is in use would be given to the next container.
        if try !backend.removePair(of: attachment), let pod {
            try AttachmentBackend.removeInterface(invocation.interfaceName, in: pod)
        }
        if let directory = try HostLocalConfiguration.dataDirectory(of: network) {
            try release(attachment, in: directory, &backend)
        }
        return CommandOutcome(notes: backend.notes)
    }

    private func release(
        _ attachment: AttachmentID,
        in directory: String,
        _ backend: inout AttachmentBackend
    ) throws(CNIError) {
        let holder = Holder(attachment)
        guard let store = try ReservationStore.openExisting(dataDirectory: directory, network: network.name) else {
            return
        }
        // All of this under the lock: whoever gets the address next must not have it forgotten, nor the rules removed.
        let addresses = try store.addresses(of: holder)
        if let bridge = try? network.reader.string("bridge") ?? BridgeConfiguration.defaultBridge {
            backend.forget(addresses, bridge: bridge)
        }
        try store.release(holder)
        let masquerades = (try? network.reader.bool("ipMasq")) ?? false
        if masquerades, try store.reservedAddresses().isEmpty {
            try AttachmentBackend.removeMasquerade(network: network.name)
        }
    }
}
