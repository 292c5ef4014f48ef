public import Conntrack
import Netlink
public import NetworkTypes
public import PolicyPlan

/// What becomes of established connections that policies no longer allow.
public enum ExistingFlows: String, Hashable, Sendable, CaseIterable {
    /// They are cut.
    case cut
    /// They go on until they end.
    case keep
}

/// Which connections a change of policies ends.
public struct ForbiddenFlows: Sendable {
    private let addresses: Set<IPAddress>
    private let model: PolicyModel
    private let ownAddresses: Set<IPAddress>

    /// Judges the connections of some addresses.
    ///
    /// - Parameters:
    ///   - addresses: those whose peers or chains changed.
    ///   - model: what is allowed now.
    ///   - ownAddresses: the node's own; its traffic with its pods is always allowed.
    public init(of addresses: Set<IPAddress>, _ model: PolicyModel, ownAddresses: Set<IPAddress>) {
        self.addresses = addresses
        self.model = model
        self.ownAddresses = ownAddresses
    }

    /// Whether no connection is concerned.
    public var isEmpty: Bool { addresses.isEmpty }

    /// Whether a connection is not allowed any more.
    ///
    /// Policies see the destination after translation, which is where the answers come from, and the source before.
    public func contains(_ flow: Flow) -> Bool {
        let (source, destination) = (flow.original.source, flow.reply.source)
        guard addresses.contains(source) || addresses.contains(destination), !ownAddresses.contains(source),
            !ownAddresses.contains(destination)
        else { return false }
        return !model.allows(source, destination, flow.original.transport, flow.reply.sourcePort ?? 0)
    }
}

/// Removes connections from the kernel's connection tracking.
public struct FlowCutter: Sendable {
    private let remove: @Sendable (IPFamily, ForbiddenFlows) throws -> Int

    /// Removes by a function of one's own, which returns the number of connections that it removed.
    public init(_ remove: @escaping @Sendable (IPFamily, ForbiddenFlows) throws -> Int) { self.remove = remove }

    /// Works in the calling thread's network namespace.
    public static let kernel = FlowCutter { family, forbidden in
        var connection = try ConntrackConnection.open()
        let flows = try connection.dump(FlowFilter(family: family)).filter(forbidden.contains)
        return flows.isEmpty ? 0 : try connection.delete(flows)
    }

    /// Removes the forbidden connections of a family.
    ///
    /// - Parameters:
    ///   - family: the family.
    ///   - forbidden: which ones they are.
    /// - Returns: how many there were.
    /// - Throws: why the kernel's table could not be read or changed.
    public func cut(_ family: IPFamily, _ forbidden: ForbiddenFlows) throws -> Int { try remove(family, forbidden) }
}
