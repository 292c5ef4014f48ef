import NFTables
import Netlink
import NetworkTypes
import RouteNetlink

/// Puts the attachment's part into the network's rules: masquerade, allowed senders, published ports.
struct RulesStep: AttachmentStep {
    let name = "rules"

    func apply(_ work: inout AttachmentWork) throws(CNIError) {
        let rules = RuleSets(work.spec)
        guard !rules.sets.isEmpty else { return }
        if work.spec.portRules?.isReachedFromLoopback == true { try routeLoopback(&work) }
        var conflict: String?
        do throws(NFTablesError) {
            var connection = try NFTablesConnection()
            do throws(NFTablesError) {
                try rules.ensure(&connection)
            } catch {
                if error.isAlreadyExists { conflict = work.spec.portRules?.conflict(&connection) }
                throw error
            }
        } catch {
            guard let conflict else { throw CNIError(error) }
            throw CNIError(.alreadyExists, conflict, details: "a port of the host leads to one container only")
        }
        guard let ports = work.spec.portRules else { return }
        let notes = PublishedFlows.forget(ports, &work.backend.host)
        work.backend.notes += notes
    }

    /// Lets packets from the host's 127.0.0.1 leave by the link to the container (`route_localnet`).
    private func routeLoopback(_ work: inout AttachmentWork) throws(CNIError) {
        let address = work.spec.podEnd.addresses.first { $0.family == .ipv4 }?.address
        do throws(NetlinkError) {
            var index = work.gateway?.index ?? work.hostEnd?.index
            if index == nil, let address { index = try work.backend.host.route(to: address)?.spec.link }
            guard let index else { return }
            var change = LinkChange()
            change.routesLoopback = true
            try work.backend.host.setLink(.index(index), change)
        } catch {
            throw CNIError(error)
        }
    }

    func undo(_ work: inout AttachmentWork) -> String? {
        do throws(CNIError) {
            try AttachmentRules.remove(work.id)
            return nil
        } catch {
            return "rules are left: \(error)"
        }
    }
}
