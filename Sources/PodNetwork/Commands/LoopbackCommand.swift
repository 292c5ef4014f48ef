import LinuxSystem
import Netlink
import NetworkTypes
import RouteNetlink

/// The commands of `loopback`: the container's `lo`, raised.
struct LoopbackCommand {
    let invocation: Invocation
    let network: NetworkConfiguration

    /// Does the command of the call.
    func run() throws(CNIError) -> CommandOutcome {
        switch invocation.command {
        case .add: return try add()
        case .delete:
            // A namespace that is gone has no lo to lower.
            if let pod = try PodNamespace.openIfPresent(invocation) { _ = try change(pod, isUp: false) }
        case .check:
            guard try change(PodNamespace.open(invocation), isUp: nil)?.isUp == true else {
                throw CNIError(.notAsExpected, "lo is down in the container")
            }
        case .collectGarbage, .status, .version: break
        }
        return CommandOutcome()
    }

    private func add() throws(CNIError) -> CommandOutcome {
        let previous = try network.previousResult()
        let link = try change(PodNamespace.open(invocation), isUp: true)
        if let previous { return CommandOutcome(previous.json(version: network.version)) }
        var result = AttachmentResult()
        result.interfaces = [.init(name: "lo", mac: link?.mac, sandbox: invocation.networkNamespace)]
        result.addresses = IPFamily.allCases.compactMap { family in
            let length = family == .ipv4 ? 8 : 128
            return IPPrefix(address: .loopback(family), length: length).map { .init(prefix: $0, interface: 0) }
        }
        return CommandOutcome(result.json(version: network.version))
    }

    private func change(_ pod: NetworkNamespace, isUp: Bool?) throws(CNIError) -> Link? {
        do throws(NetlinkError) {
            var connection = try RouteConnection.open(in: pod)
            if let isUp { try connection.setLink(.name("lo"), .up(isUp)) }
            return try connection.link(named: "lo")
        } catch {
            throw CNIError(error)
        }
    }
}
