import LinuxSystem
import Netlink
import NetworkTypes
import RouteNetlink

extension AttachmentBackend {
    /// Removes the veth pair of an attachment from the host's side alone: the container's namespace may be gone.
    ///
    /// - Returns: false when there was none.
    /// - Throws: code 100 when the kernel refuses.
    mutating func removePair(of attachment: AttachmentID) throws(CNIError) -> Bool {
        do throws(NetlinkError) {
            guard let link = try host.link(named: attachment.hostInterfaceName), Self.isOurs(link, attachment) else {
                return false
            }
            return try host.deleteLink(.index(link.index))
        } catch {
            throw CNIError(error)
        }
    }

    /// Whether a link of the attachment's name is the attachment's: another one's with the same hash has its own alias.
    ///
    /// An ADD that was killed in the middle leaves none.
    private static func isOurs(_ link: Link, _ attachment: AttachmentID) -> Bool {
        link.kind == "veth" && (link.alias ?? attachment.alias) == attachment.alias
    }

    /// Removes the container's interface from its own side: a link on one of the host's, or a pair that the reference
    /// made, whose other end's name is not known.
    ///
    /// Only what this plugin makes: what else a container may have under that name is not ours to remove.
    ///
    /// - Throws: code 100 when the kernel refuses.
    static func removeInterface(_ name: String, in pod: NetworkNamespace) throws(CNIError) {
        do throws(NetlinkError) {
            var connection = try RouteConnection.open(in: pod)
            guard let link = try connection.link(named: name), let kind = link.kind,
                ["veth", "macvlan", "ipvlan"].contains(kind)
            else { return }
            try connection.deleteLink(.index(link.index))
        } catch {
            throw CNIError(error)
        }
    }

    /// Has the host forget addresses on a bridge, if that is there.
    mutating func forget(_ addresses: [IPAddress], bridge: String) {
        guard !addresses.isEmpty, let link = try? host.link(named: bridge) else { return }
        forget(addresses, link: link.index)
    }

    /// Whether any attachment of a network has a pair.
    ///
    /// - Throws: code 100 or 11 when the links can't be listed.
    mutating func hasPairs(network: String) throws(CNIError) -> Bool {
        let prefix = AttachmentID.aliasPrefix(network: network)
        do throws(NetlinkError) {
            return try host.links(LinkFilter(kind: "veth")).contains { $0.alias?.hasPrefix(prefix) == true }
        } catch {
            throw CNIError(error)
        }
    }

    /// Removes the veth pairs of a network's attachments that are not to stay.
    ///
    /// - Parameters:
    ///   - network: the network's name.
    ///   - valid: those that stay.
    /// - Returns: what could not be removed, and why.
    /// - Throws: code 100 or 11 when the links can't be listed.
    mutating func removePairs(network: String, except valid: [AttachmentID]) throws(CNIError) -> [String] {
        let prefix = AttachmentID.aliasPrefix(network: network)
        let kept = Set(valid.map(\.hostInterfaceName))
        do throws(NetlinkError) {
            var failures: [String] = []
            for link in try host.links(LinkFilter(kind: "veth"))
            where link.alias?.hasPrefix(prefix) == true && !kept.contains(link.name) {
                do throws(NetlinkError) {
                    try host.deleteLink(.index(link.index))
                } catch {
                    failures.append("\(link.alias ?? link.name): \(error)")
                }
            }
            return failures
        } catch {
            throw CNIError(error)
        }
    }
}
