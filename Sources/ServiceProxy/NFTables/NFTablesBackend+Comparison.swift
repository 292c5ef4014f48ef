import NFTables
import NetworkTypes
public import ServicePlan

/// What the kernel has in a mode, beside what it should have.
public struct KernelComparison: Hashable, Sendable {
    /// Something that is not as it should be.
    public struct Difference: Hashable, Sendable {
        /// Whether it should be there and is not; otherwise it is there and should not be.
        public var isMissing: Bool
        /// The set or map; in mode iptables the chain, in mode ipvs also the virtual server.
        public var set: String
        /// The element, as nft writes it; in mode iptables the rule, in mode ipvs also the real server.
        public var element: String
    }

    /// What there is to compare with.
    public enum State: Hashable, Sendable {
        /// No table: the mode is not in use in this network namespace, or has not begun.
        case absent
        /// A table whose rules are not as this version writes them; its comment tells the layout.
        case foreign(comment: String?)
        /// A table of this version's rules.
        case present
    }

    /// What there is to compare with.
    public var state: State
    /// The name of the table.
    public var table: String
    /// What is not as it should be, by Service port.
    public var differences: [ServicePortIdentity: [Difference]] = [:]
    /// How many differences belong to no Service port among those that were compared.
    public var otherDifferences = 0
    /// The mode whose rules these are.
    public var mode = "nftables"

    mutating func add(_ owner: ServicePortIdentity?, isMissing: Bool, _ set: String, _ element: String) {
        guard let owner else {
            otherDifferences += 1
            return
        }
        differences[owner, default: []].append(Difference(isMissing: isMissing, set: set, element: element))
    }
}

extension NFTablesBackend {
    /// Compares the kernel's table, read through libnftnl, with what it should hold; nothing is written.
    ///
    /// - Parameters:
    ///   - specs: all Service ports of the family, ordered by identity.
    ///   - node: the node's circumstances.
    /// - Returns: what differs.
    /// - Throws: why the kernel's table could not be read.
    public func comparison(with specs: [ServicePortSpec], node: NodeContext) throws -> KernelComparison {
        let options = options(node)
        var comparison = KernelComparison(state: .absent, table: "\(options.table)")
        guard let present = try access.present(options.table) else { return comparison }
        guard let adopted = ServiceLayout.adopting(present, specs, options) else {
            comparison.state = .foreign(comment: present.comment)
            return comparison
        }
        comparison.state = .present
        let elements = adopted.layout.ports.map { identity, port in
            (identity, port.elements(identity) + port.endpointElements())
        }
        comparison.take(adopted.changes, elements, adopted.layout.rules)
        return comparison
    }
}

extension KernelComparison {
    /// Takes over how a table must change, given what each Service port has in it.
    mutating func take(
        _ changes: LayoutChanges,
        _ elements: [(ServicePortIdentity, [PlacedElement])],
        _ rules: LayoutRules
    ) {
        var owners: [PlacedElement: ServicePortIdentity] = [:]
        var names: [String: ServicePortIdentity] = [:]
        for (identity, placed) in elements {
            for element in placed { owners[element] = identity }
            names[identity.description] = min(identity, names[identity.description] ?? identity)
        }
        // What should go is somebody's if something else of theirs has the same place.
        var places: [Place: ServicePortIdentity] = [:]
        for (placed, identity) in owners { places[Place(placed)] = identity }
        otherDifferences = changes.newChains.count + changes.retiredChains.count
        for (isMissing, part) in [(true, changes.added), (false, changes.removed)] {
            for (set, elements) in part.sorted(by: { $0.key.order < $1.key.order }) {
                let declaration = rules.set(set)
                for element in elements {
                    let placed = PlacedElement(set, element)
                    // The comment names the Service port first.
                    let name = element.comment?.split(separator: " ").first.map(String.init)
                    let owner = owners[placed] ?? places[Place(placed)] ?? name.flatMap { names[$0] }
                    let text = element.text(key: declaration.key, content: declaration.content)
                    add(owner, isMissing: isMissing, set.name, text)
                }
            }
        }
    }

    private struct Place: Hashable {
        var set: LayoutSet
        var key: ElementValue

        init(_ placed: PlacedElement) {
            set = placed.set
            key = placed.element.key
        }
    }
}
