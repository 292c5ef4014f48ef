public import NFTables
public import NetworkTypes

/// What went to and came from the frontends of one kind of a Service port, since their rules were made.
public struct ServiceCount: Hashable, Sendable {
    /// Which frontends.
    public struct Frontends: Hashable, Sendable {
        /// The Service port as element comments have it, cut where they are: "default/web:http".
        public var servicePort: String
        /// The kind: "ClusterIP".
        public var kind: String
        /// The protocol.
        public var transport: TransportProtocol
        /// The family.
        public var family: IPFamily
    }

    /// Which frontends.
    public var frontends: Frontends
    /// Packets and bytes in both directions, network headers included.
    public var counter: Counter
}

/// Reads what mode nftables counts, where it was told to (``ProxyConfiguration/countsPackets``).
public enum ServiceCounters {
    /// Reads the counters of the calling thread's network namespace, over a socket of its own: no write waits for it.
    ///
    /// - Parameter family: the family.
    /// - Returns: the counts, ordered by name; none without counters.
    /// - Throws: ``NFTablesError``.
    public static func read(_ family: IPFamily) throws(NFTablesError) -> [ServiceCount] {
        let table = TableID(TableFamily(family), NFTablesBackend.tableName)
        var connection = try NFTablesConnection()
        var sums: [ServiceCount.Frontends: Counter] = [:]
        for set in LayoutSet.counting {
            for element in try connection.counts(of: set.declaration(table, family)) ?? [] {
                guard let frontends = ServiceCount.Frontends(element, set, family) else { continue }
                sums[frontends, default: Counter()].packets &+= element.counter.packets
                sums[frontends, default: Counter()].bytes &+= element.counter.bytes
            }
        }
        return sums.map { ServiceCount(frontends: $0.key, counter: $0.value) }
            .sorted { ($0.frontends.servicePort, $0.frontends.kind) < ($1.frontends.servicePort, $1.frontends.kind) }
    }
}

extension ServiceCount.Frontends {
    /// From an element as a frontend has it; nil for another one.
    fileprivate init?(_ element: ElementCount, _ set: LayoutSet, _ family: IPFamily) {
        // The protocol stands behind the address, where there is one.
        let (bytes, index) = (element.key.bytes, set == .counts ? family.addressLength : 0)
        guard let comment = element.comment, bytes.indices.contains(index),
            let transport = TransportProtocol(rawValue: bytes[index])
        else { return nil }
        let words = comment.split(separator: " ")
        servicePort = words.first.map(String.init) ?? comment
        kind = words.count == 2 ? String(words[1]) : ""
        self.transport = transport
        self.family = family
    }
}
