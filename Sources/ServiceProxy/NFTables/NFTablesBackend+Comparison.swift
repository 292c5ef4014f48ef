import NFTables
import NetworkTypes
public import ServicePlan

/// What the kernel's table has, beside what it should have.
public struct KernelComparison: Hashable, Sendable {
    /// Something that is not as it should be.
    public struct Difference: Hashable, Sendable {
        /// Whether it should be there and is not; otherwise it is there and should not be.
        public var isMissing: Bool
        /// The set or map.
        public var set: String
        /// The element, as nft writes it.
        public var element: String
    }

    /// What there is to compare with.
    public enum State: Hashable, Sendable {
        /// No table: mode nftables is not in use in this network namespace, or has not begun.
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
        comparison.take(adopted.changes, adopted.layout)
        return comparison
    }
}

extension KernelComparison {
    fileprivate mutating func take(_ changes: LayoutChanges, _ layout: ServiceLayout) {
        var owners: [PlacedElement: ServicePortIdentity] = [:]
        for (identity, port) in layout.ports {
            for element in port.elements(identity) + port.endpointElements() { owners[element] = identity }
        }
        // What should go is somebody's if something else of theirs has the same place.
        var places: [Place: ServicePortIdentity] = [:]
        for (placed, identity) in owners { places[Place(placed)] = identity }
        otherDifferences = changes.newChains.count + changes.retiredChains.count
        for (isMissing, part) in [(true, changes.added), (false, changes.removed)] {
            for (set, elements) in part.sorted(by: { $0.key.order < $1.key.order }) {
                let declaration = layout.rules.set(set)
                for element in elements {
                    let placed = PlacedElement(set, element)
                    guard let owner = owners[placed] ?? places[Place(placed)] ?? layout.port(commentedOn: element)
                    else {
                        otherDifferences += 1
                        continue
                    }
                    let text = element.text(key: declaration.key, content: declaration.content)
                    differences[owner, default: []].append(
                        Difference(isMissing: isMissing, set: set.name, element: text)
                    )
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

extension ServiceLayout {
    /// The Service port that an element's comment names.
    fileprivate func port(commentedOn element: SetElement) -> ServicePortIdentity? {
        guard let name = element.comment?.split(separator: " ").first.map(String.init) else { return nil }
        return ports.keys.filter { $0.description == name }.min()
    }
}
