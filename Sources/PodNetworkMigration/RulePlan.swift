import NFTables
import NFTablesInspect
import NetworkTypes

/// What of the rules is a leftover, and the transaction that removes it: pure, from listings.
struct RulePlan {
    private(set) var findings: [Finding] = []
    private(set) var transaction = Transaction()
    private let live: LiveContainers
    /// Why flannel's rules stay; nil when it doesn't run.
    private let flannel: String?

    init(_ tables: [TableListing], live: LiveContainers, flannel: String?) {
        self.live = live
        self.flannel = flannel
        for table in tables {
            let name = table.id.name
            if ForeignNames.flannelTables.contains(name) {
                lookAtFlannels(table)
            } else if ForeignNames.containerTables.contains(name) {
                lookAtOwn(table)
            } else {
                lookAtShared(table)
            }
        }
    }

    private mutating func add(_ kind: Finding.Kind, _ name: String, owner: String = "", leftover reason: String) {
        findings.append(Finding(kind, name, owner: owner, .leftover, reason))
    }

    private mutating func keep(_ kind: Finding.Kind, _ name: String, owner: String = "", _ reason: String) {
        findings.append(Finding(kind, name, owner: owner, .kept, reason))
    }

    // MARK: Tables of their own

    private mutating func lookAtFlannels(_ table: TableListing) {
        if let flannel { return keep(.table, "\(table.id)", owner: "flanneld", flannel) }
        transaction.delete(Table(table.id))
        add(.table, "\(table.id)", owner: "flanneld", leftover: "flanneld doesn't run")
    }

    /// A table goes with its last container's rule; until then the rules of those that are gone do.
    private mutating func lookAtOwn(_ table: TableListing) {
        let rules = table.rules.compactMap { rule in
            rule.comment.flatMap(ForeignNames.container).map { (rule, $0.id, live.has($0.id, isCut: $0.isCut)) }
        }
        guard rules.contains(where: { $0.2 }) else {
            transaction.delete(Table(table.id))
            return add(.table, "\(table.id)", leftover: "no container that it has rules of is there")
        }
        keep(.table, "\(table.id)", "containers that it has rules of are there")
        for (rule, id, isLive) in rules where !isLive {
            transaction.delete(Rule(table.id, rule.chain, handle: rule.handle))
            add(
                .rule,
                "\(table.id) \(rule.chain) handle \(rule.handle)",
                owner: id,
                leftover: "its container is gone"
            )
        }
    }

    // MARK: Tables that others use too

    private mutating func lookAtShared(_ table: TableListing) {
        var roles: [String: ForeignNames.Role] = [:]
        for chain in table.chains {
            roles[chain.name] = ForeignNames.role(chain.name, "\(table.id.family)", table.id.name)
        }
        guard !roles.isEmpty else { return }
        var removal = ChainRemoval(table, roles)
        decideContainers(table, roles, &removal)
        decidePorts(table, roles, &removal)
        decideForward(table, roles, &removal)
        for (chain, role) in roles.sorted(by: { $0.key < $1.key }) where role == .flannel {
            if let flannel {
                keep(.chain, "\(table.id) \(chain)", owner: "flanneld", flannel)
            } else {
                removal.remove(chain, owner: "flanneld", reason: "flanneld doesn't run")
            }
        }
        removal.finish()
        transaction.append(removal.transaction)
        findings += removal.findings
    }

    private mutating func decideContainers(
        _ table: TableListing,
        _ roles: [String: ForeignNames.Role],
        _ removal: inout ChainRemoval
    ) {
        for (chain, role) in roles.sorted(by: { $0.key < $1.key }) where role == .container {
            let (owner, isLive) = owner(of: chain, in: table)
            if isLive {
                keep(.chain, "\(table.id) \(chain)", owner: owner, "its container is there")
            } else {
                removal.remove(chain, owner: owner, reason: "its container is gone")
            }
        }
    }

    /// Whose a chain is: by its name, by the comments of what leads to it, or by the addresses there.
    private func owner(of chain: String, in table: TableListing) -> (String, isLive: Bool) {
        if chain.hasPrefix(ForeignNames.spoofPrefix) {
            let rest = chain.dropFirst(ForeignNames.spoofPrefix.count)
            let id = live.ids.first { rest == $0 || rest.hasPrefix("\($0)-") }
            return (id ?? String(rest), id != nil)
        }
        let jumps = table.rules.filter { $0.target == chain }
        let named = jumps.compactMap { $0.comment.flatMap(ForeignNames.container) }
        if let first = named.first {
            return (first.id, named.contains { live.has($0.id, isCut: $0.isCut) })
        }
        let addresses = jumps.compactMap(\.source)
        return (addresses.first?.description ?? "", addresses.contains { live.addresses.contains($0) })
    }

    private mutating func decidePorts(
        _ table: TableListing,
        _ roles: [String: ForeignNames.Role],
        _ removal: inout ChainRemoval
    ) {
        let used = roles.contains { $0.value == .container && !removal.goes($0.key) && isPorts($0.key) }
        for (chain, role) in roles.sorted(by: { $0.key < $1.key }) where role == .ports {
            if used {
                keep(.chain, "\(table.id) \(chain)", "containers with published ports are there")
            } else {
                removal.remove(chain, reason: "no container has published ports by it")
            }
        }
    }

    private func isPorts(_ chain: String) -> Bool { chain.hasPrefix("CNI-DN-") || chain.hasPrefix("CNI-SN-") }

    /// CNI-FORWARD goes when each of its rules is a gone container's, or leads to a chain that goes with it.
    private mutating func decideForward(
        _ table: TableListing,
        _ roles: [String: ForeignNames.Role],
        _ removal: inout ChainRemoval
    ) {
        let forward = roles.filter { $0.value == .forward || $0.value == .aroundForward }
        guard !forward.isEmpty else { return }
        let administrators = table.rules.contains { $0.chain == "CNI-ADMIN" }
        var stale: [(ListedRule, IPAddress)] = []
        var reason = administrators ? "CNI-ADMIN has rules of the administrator" : ""
        for rule in table.rules where rule.chain == "CNI-FORWARD" {
            if rule.target.map({ roles[$0] == .aroundForward }) == true { continue }
            guard let address = rule.source ?? rule.destination else {
                reason = "CNI-FORWARD has rules of others"
                continue
            }
            if live.addresses.contains(address) {
                reason = "containers that it accepts are there"
            } else {
                stale.append((rule, address))
            }
        }
        for chain in forward.keys.sorted() {
            if reason.isEmpty {
                removal.remove(chain, reason: "no container that it accepts is there")
            } else {
                keep(.chain, "\(table.id) \(chain)", reason)
            }
        }
        guard !reason.isEmpty else { return }
        for (rule, address) in stale {
            transaction.delete(Rule(table.id, rule.chain, handle: rule.handle))
            add(
                .rule,
                "\(table.id) \(rule.chain) handle \(rule.handle)",
                owner: "\(address)",
                leftover: "no container has this address"
            )
        }
    }
}
