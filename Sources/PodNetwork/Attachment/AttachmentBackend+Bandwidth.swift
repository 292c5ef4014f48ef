import LinuxSystem
import Netlink
import NetworkTypes
import RouteNetlink

extension AttachmentBackend {
    /// The end in the host's namespace of a pair that another plugin made: found by the container's end.
    ///
    /// - Throws: code 7 when the interface is no pair's.
    mutating func hostEnd(of id: AttachmentID, in pod: NetworkNamespace) throws(CNIError) -> Link {
        do throws(NetlinkError) {
            var container = try RouteConnection.open(in: pod)
            if let index = try container.link(named: id.interface)?.lowerLink, let end = try host.link(index: index),
                end.kind == "veth"
            {
                return end
            }
        } catch {
            throw CNIError(error)
        }
        throw CNIError(
            .invalidConfiguration,
            "can't limit the bandwidth of \(id.interface)",
            details: "it is no veth pair with an end in the host's namespace"
        )
    }

    /// Removes the link that slows down what the container sends, if there is one.
    ///
    /// - Throws: code 100 when the kernel refuses.
    mutating func removeLimiter(of id: AttachmentID) throws(CNIError) {
        do throws(NetlinkError) {
            try host.deleteLink(.name(id.limiterName))
        } catch {
            throw CNIError(error)
        }
    }

    /// Removes a network's limiting links of attachments that are not to stay.
    ///
    /// - Returns: what could not be removed, and why.
    /// - Throws: code 100 or 11 when the links can't be listed.
    mutating func removeLimiters(network: String, except valid: [AttachmentID]) throws(CNIError) -> [String] {
        let prefix = AttachmentID.aliasPrefix(network: network)
        let kept = Set(valid.map(\.limiterName))
        do throws(NetlinkError) {
            var failures: [String] = []
            for link in try host.links(LinkFilter(kind: "ifb"))
            where link.alias?.hasPrefix(prefix) == true && !kept.contains(link.name) {
                do throws(NetlinkError) {
                    try host.deleteLink(.index(link.index))
                } catch {
                    failures.append("\(link.name): \(error)")
                }
            }
            return failures
        } catch {
            throw CNIError(error)
        }
    }

    /// What is not as the limits say, one sentence each.
    ///
    /// - Throws: code 100 when the kernel can't be asked.
    mutating func faults(
        _ bandwidth: BandwidthConfiguration,
        of id: AttachmentID,
        in pod: NetworkNamespace
    ) throws(CNIError) -> [String] {
        let end = try hostEnd(of: id, in: pod)
        do throws(NetlinkError) {
            var faults: [String] = []
            if let limit = bandwidth.ingress {
                let rates = try host.disciplines(link: end.index) + host.classes(link: end.index)
                if !rates.contains(where: { $0.rate == limit.bytesPerSecond }) {
                    faults.append("what goes to the container is not limited to \(limit.rate) bits/s on \(end.name)")
                }
            }
            if let limit = bandwidth.egress {
                let limiter = try host.link(named: id.limiterName)
                let rates = try limiter.map { link throws(NetlinkError) in
                    try host.disciplines(link: link.index).compactMap(\.rate)
                }
                if rates?.contains(limit.bytesPerSecond) != true {
                    faults.append(
                        "what the container sends is not limited to \(limit.rate) bits/s on \(id.limiterName)"
                    )
                }
            }
            return faults
        } catch {
            throw CNIError(error)
        }
    }
}
