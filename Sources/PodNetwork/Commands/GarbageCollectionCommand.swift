import LinuxSystem
import NetworkTypes

/// GC: removes what belongs to attachments that the runtime doesn't know any more.
struct GarbageCollectionCommand {
    let invocation: Invocation
    let network: NetworkConfiguration
    let type: PluginType

    /// Removes links, rules, reservations and, when nothing stays, the network's rules; goes on after a failure.
    ///
    /// - Throws: all that could not be removed, in one error.
    func run() throws(CNIError) -> CommandOutcome {
        let valid = try network.validAttachments()
        let hints = RemovalHints(network, type)
        var backend = try AttachmentBackend.open()
        var failures = type.isChained ? [] : try backend.removePairs(network: network.name, except: valid)
        if type == .weft || type == .bandwidth {
            failures += try backend.removeLimiters(network: network.name, except: valid)
        }
        if hints.mayHaveRules {
            failures += Self.failure { () throws(CNIError) in
                try AttachmentRules.remove(network: network.name, except: valid)
            }
        }
        if !type.isChained, let directory = try HostLocalConfiguration.dataDirectory(of: network) {
            if let store = try ReservationStore.openExisting(dataDirectory: directory, network: network.name) {
                failures += try releaseReservations(store, except: valid, hints, &backend)
            }
        } else if let delegate = hints.delegate {
            failures += Self.failure { () throws(CNIError) in
                try IPAMDelegate(type: delegate, invocation: invocation, network: network).run(.collectGarbage)
            }
        }
        if valid.isEmpty, hints.masquerades { try AttachmentBackend.removeMasquerade(network: network.name) }
        guard failures.isEmpty else {
            throw CNIError(
                .kernelRefused,
                "could not remove \(failures.count) leftovers of network \(network.name)",
                details: failures.joined(separator: "; ")
            )
        }
        return CommandOutcome(notes: backend.notes)
    }

    private static func failure(_ body: () throws(CNIError) -> Void) -> [String] {
        do throws(CNIError) {
            try body()
            return []
        } catch {
            return [error.description]
        }
    }

    private func releaseReservations(
        _ store: borrowing ReservationStore,
        except valid: [AttachmentID],
        _ hints: RemovalHints,
        _ backend: inout AttachmentBackend
    ) throws(CNIError) -> [String] {
        let kept = Set(valid.map(Holder.init))
        let keptContainers = Set(valid.map(\.containerID))
        // A file without an interface, of an old version of the reference, stays with its container.
        let stale = try store.reservations().filter { reservation in
            let holder = reservation.holder
            return holder.interface.isEmpty ? !keptContainers.contains(holder.containerID) : !kept.contains(holder)
        }
        if let bridge = hints.gatewayLink { backend.forget(stale.map(\.address), bridge: bridge) }
        HeldAddresses(addresses: stale.map(\.address)).forget()
        var failures: [String] = []
        for reservation in stale {
            do throws(CNIError) {
                try store.removeReservation(of: reservation.address, heldBy: reservation.holder)
            } catch {
                failures.append("\(reservation.address): \(error)")
            }
        }
        for record in try store.records.all() where !kept.contains(record.holder) {
            try store.records.remove(record.holder)
        }
        return failures
    }
}
