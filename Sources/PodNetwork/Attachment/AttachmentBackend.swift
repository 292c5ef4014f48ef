import LinuxSystem
import NFTables
import Netlink
import NetworkTypes
import RouteNetlink

/// Turns the parts of a spec into the kernel's objects with few requests.
struct AttachmentBackend: ~Copyable {
    /// The host's namespace: the one that the plugin was started in.
    var host: RouteConnection
    /// What could not be done and is not fatal; for standard error.
    var notes: [String] = []

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
}

extension AttachmentBackend {
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
