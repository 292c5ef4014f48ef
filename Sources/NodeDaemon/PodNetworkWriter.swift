import ClusterModel
import LinuxSystem
import Logging
import Netlink
import NetworkTypes
import NodeNetwork
import NodePlan
import RouteNetlink

/// Writes the files for the CNI plugins as soon as the node's pod network is ready, and keeps them right.
///
/// Level-triggered: it looks, and writes what differs. It looks often until it is done, and every ten seconds then, so a
/// Node that is registered anew with another range, a tunnel with another MTU, and a removed file are all followed.
struct PodNetworkWriter: Sendable {
    let files: PodNetworkFiles
    let clusterCIDRs: [IPPrefix]
    /// How other nodes' pods are reached; nil when somebody else sees to it.
    let network: NodeNetworkReconciler?
    /// The own Node.
    let node: @Sendable () -> Node?
    let logger: Logger

    /// Until the task is cancelled.
    ///
    /// - Throws: `CancellationError`.
    func run() async throws {
        var known: Set<String> = []
        var isWritten = false
        while true {
            let problems = look(&isWritten)
            for problem in problems.subtracting(known).sorted() {
                logger.warning("files for CNI plugins", metadata: ["problem": "\(problem)"])
            }
            known = problems
            try await Task.sleep(for: isWritten ? .seconds(10) : .milliseconds(200))
        }
    }

    /// Returns what is wrong; nothing while the network is not ready yet.
    private func look(_ isWritten: inout Bool) -> Set<String> {
        do {
            guard let subnet = try subnet() else { return [] }
            for path in try files.write(subnet) {
                logger.notice("written for CNI plugins", metadata: ["file": "\(path)"])
            }
            isWritten = true
        } catch {
            return ["\(error)"]
        }
        var problems = Set(files.rivals().map { "\($0) sorts before \(PodNetworkFiles.listName): runtimes take it" })
        if clusterCIDRs.isEmpty {
            problems.insert(
                "--cluster-cidr is not given: pods' packets to the outside keep their address, and subnet.env has no"
                    + " FLANNEL_NETWORK"
            )
        }
        return problems
    }

    /// What the node was given; nil while the network is not ready.
    private func subnet() throws(NetlinkError) -> NodeSubnet? {
        guard let node = node(), !node.podPrefixes.isEmpty, network?.isSynced ?? true else { return nil }
        let subnets = node.podPrefixes.map(\.masked)
        if let mtu = network?.podMTU {
            let links = Set(subnets.map(\.family)).map(VXLANDevice.name).sorted()
            return NodeSubnet(networks: clusterCIDRs, subnets: subnets, mtu: mtu, links: links)
        }
        let link = try Self.link(with: node.internalAddresses)
        return NodeSubnet(
            networks: clusterCIDRs,
            subnets: subnets,
            mtu: link?.mtu ?? Self.usualMTU,
            links: network == nil ? [] : (link.map { [$0.name] } ?? [])
        )
    }

    /// Ethernet's.
    private static let usualMTU: UInt32 = 1500

    /// The link that has one of these addresses.
    private static func link(with addresses: [IPAddress]) throws(NetlinkError) -> Link? {
        var connection = try RouteConnection.open()
        let present = try connection.addresses()
        guard let found = present.first(where: { addresses.contains($0.prefix.address) }) else { return nil }
        return try connection.link(index: found.link)
    }
}
