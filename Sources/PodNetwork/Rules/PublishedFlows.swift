import Conntrack
import NFTables
import Netlink
import NetworkTypes
import RouteNetlink

/// Where a published port leads: an element of a network's set `targets`.
struct PortTarget: Hashable, Sendable {
    let address: IPAddress
    let transport: TransportProtocol
    let port: Port

    /// Reads a key; nil for one of another set.
    init?(_ key: ElementValue, of set: NamedSet) {
        guard set.name == PortRules.targetsName else { return nil }
        // Each field of a concatenation fills whole words.
        let bytes = key.bytes
        let length = bytes.count - 8
        guard length == 4 || length == 16, let address = IPAddress(bytes: bytes.prefix(length)),
            let transport = TransportProtocol(rawValue: bytes[length])
        else { return nil }
        self.address = address
        self.transport = transport
        port = Port(rawValue: UInt16(bytes[length + 4]) << 8 | UInt16(bytes[length + 5]))
    }
}

/// Connections of UDP that a port's coming or going makes stale: connection tracking would go on sending them to where they
/// went, as long as packets come.
enum PublishedFlows {
    /// Removes those to ports that are published now: they lead to an earlier container, or to the host itself.
    ///
    /// - Returns: a note where that fails: the ADD is as good without it.
    static func forget(_ rules: PortRules, _ host: inout RouteConnection) -> [String] {
        let mappings = rules.configuration.mappings.filter { $0.transport == .udp }
        guard !mappings.isEmpty else { return [] }
        do throws(NetlinkError) {
            var local: Set<IPAddress> = []
            for address in try host.addresses() { local.insert(address.prefix.address) }
            var connection = try ConntrackConnection.open()
            for family in rules.families {
                for mapping in mappings where mapping.isPublished(in: family) {
                    var filter = FlowFilter(family: family, .udp)
                    filter.originalDestinationPort = mapping.hostPort
                    filter.originalDestination = mapping.hostAddress
                    // What goes to other hosts' ports of that number stays: an answer may be under way.
                    let flows = try connection.dump(filter).filter { flow in
                        flow.original.destination.isLoopback || local.contains(flow.original.destination)
                    }
                    if !flows.isEmpty { try connection.delete(flows) }
                }
            }
            return []
        } catch {
            return ["connections to the published ports from before may go on to where they went: \(error)"]
        }
    }

    /// Removes those that lead to containers' ports which are not published any more.
    ///
    /// - Returns: a note where that fails.
    static func forget(leadingTo targets: [PortTarget]) -> [String] {
        let targets = Set(targets.filter { $0.transport == .udp })
        guard !targets.isEmpty else { return [] }
        do throws(NetlinkError) {
            var connection = try ConntrackConnection.open()
            for target in targets {
                var filter = FlowFilter(family: target.address.family, .udp)
                filter.replySource = target.address
                let flows = try connection.dump(filter).filter { flow in
                    flow.status.contains(.destinationTranslated) && flow.reply.sourcePort == target.port
                }
                if !flows.isEmpty { try connection.delete(flows) }
            }
            return []
        } catch {
            return ["connections to the container's ports may go on to its address: \(error)"]
        }
    }
}
