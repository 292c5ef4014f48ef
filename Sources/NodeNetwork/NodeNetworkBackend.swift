import ClusterModel
import Netlink
import NetworkTypes
import NodePlan
public import RouteNetlink

/// How the pods of other nodes are reached.
public enum NodeNetworkKind: Hashable, Sendable {
    /// By routes through the other nodes' own addresses; all nodes are on one network.
    case hostGateway
    /// Through a VXLAN tunnel between the nodes, in flannel's form; they only have to reach each other.
    case vxlan
}

/// One way to reach other nodes' pods: renders the Nodes into the kernel of one network namespace.
///
/// Confined to the reconciler's loop. What it makes stays when it ends, and the next one adopts it.
protocol NodeNetworkBackend: AnyObject {
    /// What its reconciler must hear of from the kernel.
    var groups: [RouteMonitor.Group] { get }

    /// Takes in the Nodes there are; pure.
    ///
    /// - Returns: the families that pods have addresses of, and what is wrong with Nodes.
    func plan(_ nodes: [Node]) -> (families: Set<IPFamily>, problems: [String])

    /// Makes the kernel hold what was planned last, and nothing else of ours.
    ///
    /// What can't be done for one node is a failure of the outcome, and the rest is done.
    /// - Throws: when the kernel can't be asked what it holds.
    func apply() throws(NetlinkError) -> NodeNetworkOutcome
}

/// What one sync did, and what follows from it.
struct NodeNetworkOutcome: Sendable {
    /// Routes, neighbours and forwarding entries that were made.
    var added = 0
    /// Those that said something else before.
    var replaced = 0
    /// Those of ours that nothing wants any more.
    var removed = 0
    /// Those that were right already.
    var unchanged = 0
    /// Routes to other nodes' pods that are there now.
    var routeCount = 0
    /// What was done beside, one line each.
    var changes: [String] = []
    /// What could not be done, each naming the node or the link.
    var failures: [String] = []
    /// What of the kernel to look at.
    var interest = KernelInterest()
    /// The largest packet that reaches every other node's pods; nil where that is the links' own matter.
    var podMTU: UInt32?
    /// The annotations by which other nodes find this one.
    var annotations: [String: String] = [:]

    /// Whether the kernel was changed.
    var isChange: Bool { added + replaced + removed > 0 || !changes.isEmpty }
}

/// Which of the kernel's changes call for a sync: those that others make to what is ours.
struct KernelInterest: Hashable, Sendable {
    /// Links that ours depend on.
    var links: Set<UInt32> = []
    /// Links that are looked after by name, whoever makes or removes them.
    var names = Set(IPFamily.allCases.map(VXLANDevice.name))
    /// Links of ours: with their neighbours, forwarding entries and routes.
    var devices: Set<UInt32> = []
    /// Where our routes lead.
    var destinations: Set<IPPrefix> = []

    /// Whether a change matters; `nil` stands for changes that were lost.
    func matters(_ change: RouteChange?) -> Bool {
        switch change {
        case .routeSet(let route):
            destinations.contains(route.destination)
        case .routeRemoved(let route):
            route.spec.protocol == .weftNodeNetwork
        case .addressSet(let address), .addressRemoved(let address):
            // Each pod's link brings a link-local address.
            !address.prefix.address.isLinkLocal
        case .linkSet(let link), .linkRemoved(let link):
            links.contains(link.index) || names.contains(link.name)
        case .neighborSet(let neighbor), .neighborRemoved(let neighbor):
            devices.contains(neighbor.link) && !neighbor.address.isMulticast
        case .forwardingEntrySet(let entry), .forwardingEntryRemoved(let entry):
            devices.contains(entry.link)
        case nil: true
        }
    }
}

extension RouteProtocol {
    /// The number by which Weft's routes to other nodes are known among others': `proto 87` in `ip route`.
    ///
    /// Numbers from 5 on are free for programs; 87 is none of those that linux/rtnetlink.h or iproute2 name.
    public static let weftNodeNetwork = RouteProtocol(rawValue: 87)
}
