import NFTables
import NetworkTypes

/// The tables of iptables that have rules of ours.
enum IPTablesTable: String, CaseIterable, Sendable {
    case filter
    case nat
}

/// The chains that are there whatever the Services are, and whose rules come from all of them.
enum TopChain: CaseIterable, Sendable {
    case filterServices, externalServices, filterNodePorts, forward, firewall, clusterIPs
    case services, nodePorts, postrouting, markMasquerade

    /// All the names of such chains are kube-proxy's but one: it has no rules for unknown ports of a ClusterIP.
    var name: String {
        switch self {
        case .filterServices, .services: "KUBE-SERVICES"
        case .externalServices: "KUBE-EXTERNAL-SERVICES"
        case .filterNodePorts, .nodePorts: "KUBE-NODEPORTS"
        case .forward: "KUBE-FORWARD"
        case .firewall: "KUBE-PROXY-FIREWALL"
        case .clusterIPs: "WEFT-CLUSTER-IPS"
        case .postrouting: "KUBE-POSTROUTING"
        case .markMasquerade: Self.markMasqueradeName
        }
    }

    static let markMasqueradeName = "KUBE-MARK-MASQ"

    var table: IPTablesTable {
        switch self {
        case .filterServices, .externalServices, .filterNodePorts, .forward, .firewall, .clusterIPs: .filter
        case .services, .nodePorts, .postrouting, .markMasquerade: .nat
        }
    }
}

/// A rule of ours in a chain that the kernel calls: the way to one of our chains.
struct BaseJump: Sendable {
    let table: IPTablesTable
    /// iptables' name of the base chain.
    let chain: String
    let rule: IPTablesRule

    private init(_ from: String, _ to: TopChain, _ comment: String, newOnly: Bool = false) {
        table = to.table
        chain = from
        let state: [IPTablesRule.Match] = newOnly ? [.connectionState(.new, isInverted: false)] : []
        rule = IPTablesRule(state + [.comment(comment)], .jump(to.name))
    }

    /// All of them, each chain's in the order in which kube-proxy's end up.
    ///
    /// One is not kube-proxy's: the node's own connections to an address from outside are refused like all others.
    static let all: [BaseJump] = [
        BaseJump("INPUT", .firewall, "kubernetes load balancer firewall", newOnly: true),
        BaseJump("INPUT", .filterNodePorts, "kubernetes health check service ports"),
        BaseJump("INPUT", .externalServices, "kubernetes externally-visible service portals", newOnly: true),
        BaseJump("FORWARD", .firewall, "kubernetes load balancer firewall", newOnly: true),
        BaseJump("FORWARD", .forward, "kubernetes forwarding rules"),
        BaseJump("FORWARD", .filterServices, "kubernetes service portals", newOnly: true),
        BaseJump("FORWARD", .externalServices, "kubernetes externally-visible service portals", newOnly: true),
        BaseJump("OUTPUT", .firewall, "kubernetes load balancer firewall", newOnly: true),
        BaseJump("OUTPUT", .filterServices, "kubernetes service portals", newOnly: true),
        BaseJump("OUTPUT", .externalServices, "kubernetes externally-visible service portals", newOnly: true),
        BaseJump("PREROUTING", .services, "kubernetes service portals"),
        BaseJump("OUTPUT", .services, "kubernetes service portals"),
        BaseJump("POSTROUTING", .postrouting, "kubernetes postrouting rules"),
    ]

    /// The base chain as iptables-nft makes it.
    static func baseChain(_ table: TableID, _ name: String) -> Chain? {
        let isNAT = table.name == IPTablesTable.nat.rawValue
        let kind: BaseChain.Kind = isNAT ? .nat : .filter
        let base: BaseChain? =
            switch name {
            case "PREROUTING": BaseChain(kind, .prerouting, priority: .destinationNAT)
            case "INPUT": BaseChain(kind, .input, priority: isNAT ? .sourceNAT : .filter)
            case "FORWARD": BaseChain(kind, .forward, priority: .filter)
            case "OUTPUT": BaseChain(kind, .output, priority: isNAT ? .destinationNAT : .filter)
            case "POSTROUTING": BaseChain(kind, .postrouting, priority: .sourceNAT)
            default: nil
            }
        return base.map { Chain(table, name, base: $0) }
    }
}
