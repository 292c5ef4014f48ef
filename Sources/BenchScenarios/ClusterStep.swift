/// One change of a cluster's objects, as a controller or a user makes it.
public struct ClusterStep: Hashable, Sendable {
    /// What changes.
    public enum Kind: Hashable, Sendable, CaseIterable {
        /// A Service's last endpoint goes to another address.
        case moved
        /// A Service comes that has no endpoints yet.
        case added
        /// It gets all its endpoints.
        case filled
        /// They go again.
        case emptied
        /// It goes.
        case removed
        /// A Service gets one more endpoint.
        case grown
        /// It loses that one.
        case shrunk
        /// A Service gets as many endpoints more as it has.
        case doubled
        /// It loses them.
        case halved

        /// What tables call it; nil: it only brings back what was before, and has no figures.
        public var metric: String? {
            switch self {
            case .moved: "one endpoint moved"
            case .added: "a Service added"
            case .filled: "its endpoints added"
            case .grown: "scaled by one"
            case .doubled: "scaled to twice"
            case .emptied, .removed, .shrunk, .halved: nil
            }
        }
    }

    /// What changes.
    public var kind: Kind
    /// The number of the Service; those that are added come behind all others.
    public var service: Int
    /// How often endpoints were moved until this one was last: each move leads to an address of its own.
    public var move = 0

    /// Describes a change.
    public init(kind: Kind, service: Int, move: Int = 0) {
        self.kind = kind
        self.service = service
        self.move = move
    }

    /// The metrics of all kinds that have one, in the order of tables.
    public static let metrics = Kind.allCases.compactMap(\.metric)

    /// So many changes of each kind, all over the cluster, after which only the moved endpoints are elsewhere.
    ///
    /// - Parameters:
    ///   - cluster: the cluster.
    ///   - count: how many of each kind.
    ///   - before: how many of each kind were made before.
    /// - Returns: the changes, in an order in which they can be made.
    public static func steps(of cluster: SyntheticCluster, _ count: Int, after before: Int = 0) -> [ClusterStep] {
        let (ofPresent, ofNew): ([Kind], [Kind]) = (
            [.moved, .grown, .shrunk, .doubled, .halved], [.added, .filled, .emptied, .removed]
        )
        var steps: [ClusterStep] = []
        for number in before + 1..<before + 1 + max(0, count) {
            // By a stride that has no divisor in common with the cluster's size.
            let present = number * 7919 % cluster.serviceCount
            steps += ofPresent.map { ClusterStep(kind: $0, service: present, move: number) }
            steps += ofNew.map { ClusterStep(kind: $0, service: cluster.serviceCount + number) }
        }
        return steps
    }
}

extension SyntheticCluster {
    /// What a change does to an object.
    public enum Change: Hashable, Sendable {
        /// The Service, in JSON, is new.
        case newService(String)
        /// The EndpointSlice, in JSON, is new.
        case newSlice(String)
        /// The EndpointSlice, in JSON, has other endpoints.
        case changedSlice(String)
        /// No Service has this name any more.
        case noService(String)
        /// No EndpointSlice has this name any more.
        case noSlice(String)
    }

    /// What a step does to an object.
    public func change(_ step: ClusterStep) -> Change {
        let (number, move) = (step.service, step.move)
        switch step.kind {
        case .moved: return .changedSlice(movedSlice(ofService: number, move: move))
        case .added: return .newService(service(number))
        case .filled: return .newSlice(slice(ofService: number, index: 0))
        case .emptied: return .noSlice(Self.sliceName(number))
        case .removed: return .noService(Self.name(number))
        case .grown: return .changedSlice(slice(ofService: number, index: 0, move: move, more: 1))
        case .doubled: return .changedSlice(slice(ofService: number, index: 0, move: move, more: endpointCount))
        case .shrunk, .halved: return .changedSlice(slice(ofService: number, index: 0, move: move))
        }
    }
}
