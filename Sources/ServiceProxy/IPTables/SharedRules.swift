import NFTables
import NetworkTypes

/// The rules of the chains that all Service ports share, put together from one port after the other.
struct SharedRules {
    private let wanted: Set<TopChain>
    private var rules: [TopChain: [IPTablesRule]] = [:]
    private var clusterIPs: Set<IPAddress> = []

    /// Collects for some of the chains.
    init(_ wanted: Set<TopChain> = Set(TopChain.allCases)) { self.wanted = wanted }

    /// Takes a port's; ports come in the order of their identities.
    mutating func add(_ port: PortRules) {
        for (chain, some) in port.shared where wanted.contains(chain) { rules[chain, default: []] += some }
        clusterIPs.formUnion(port.clusterIPs)
    }

    /// The chains with all their rules, those that no port has a part in included.
    func chains(_ top: TopRules) -> [(chain: TopChain, rules: [IPTablesRule])] {
        let addresses = clusterIPs.sorted()
        return TopChain.allCases.filter(wanted.contains).map { chain in
            var all = (rules[chain] ?? []) + top.fixed(chain)
            if chain == .clusterIPs { all += addresses.map(top.unknownPort) }
            if chain == .filterServices { all += top.unknownPortJump(addresses) }
            return (chain, all)
        }
    }
}
