import LinuxSystem
import NFTables
import Netlink
import NetworkTypes
import RouteNetlink

/// Turns a spec into the kernel's objects with few requests, and undoes what it made when one of them fails.
struct AttachmentBackend: ~Copyable {
    /// The host's namespace: the one that the plugin was started in.
    var host: RouteConnection
    /// What could not be done and is not fatal; for standard error.
    var notes: [String] = []

    /// How long the kernel may take to see the new link's carrier; it takes microseconds.
    static let carrierTimeout = Duration.seconds(3)

    /// Opens a backend in the calling thread's namespace.
    ///
    /// - Throws: code 100 when there is no netlink socket to be had.
    static func open() throws(CNIError) -> AttachmentBackend {
        do {
            return AttachmentBackend(host: try RouteConnection.open())
        } catch {
            throw CNIError(error)
        }
    }

    private init(host: consuming RouteConnection) {
        self.host = host
    }

    /// Makes the attachment.
    ///
    /// - Parameters:
    ///   - spec: what is to be there.
    ///   - pod: the container's namespace.
    /// - Returns: what came to be.
    /// - Throws: the first failure. The veth pair is gone then; the bridge, which others share, stays.
    mutating func attach(_ spec: AttachmentSpec, in pod: NetworkNamespace) throws(CNIError) -> AttachmentStatus {
        let bridge = try ensureBridge(spec)
        let pair = try createPair(spec, bridge: bridge, pod: pod)
        do throws(CNIError) {
            try configurePod(spec, pair, bridge: bridge, pod: pod)
            try ensureMasquerade(spec)
        } catch {
            removePair(pair, neighbors: spec.hostEnd.neighbors, bridge: bridge)
            throw error
        }
        return AttachmentStatus(
            bridgeMAC: bridge.mac,
            bridgeMTU: Int(bridge.mtu),
            hostMAC: pair.mac,
            mtu: Int(pair.mtu)
        )
    }
}

extension AttachmentBackend {
    private func ensureMasquerade(_ spec: AttachmentSpec) throws(CNIError) {
        guard !spec.masqueradedSubnets.isEmpty else { return }
        do throws(NFTablesError) {
            var connection = try NFTablesConnection()
            try MasqueradeRules(network: spec.id.network, subnets: spec.masqueradedSubnets).ensure(&connection)
        } catch {
            throw CNIError(error)
        }
    }

    /// Removes a network's masquerade rules, if there are any.
    ///
    /// - Throws: code 100.
    static func removeMasquerade(network: String) throws(CNIError) {
        do throws(NFTablesError) {
            var connection = try NFTablesConnection()
            try connection.commit(MasqueradeRules.removal(network: network))
        } catch {
            throw CNIError(error)
        }
    }
}
