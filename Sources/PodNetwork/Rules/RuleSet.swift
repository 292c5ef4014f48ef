import NFTables
import NetworkTypes

/// One table of a network, of one purpose: what has to be in it for an attachment, and how it is made when it isn't there.
protocol RuleSet {
    /// The tables that it is in, one a family.
    var tables: [Table] { get }

    /// Adds the attachment's part to a table that is there; nothing to do for the kernel when it is in it already.
    var addition: Transaction { get }

    /// Makes the table with the attachment's part; fails when one of its chains is there, so that no rule is ever there
    /// twice.
    var creation: Transaction { get }

    /// Puts the part in the place of what is in its way; nil when that is someone else's.
    var replacement: Transaction? { get }

    /// The keys that must be in sets, and what CHECK says when they are not.
    var expected: [(fault: String, keys: [ElementValue], set: NamedSet)] { get }
}

extension RuleSet {
    /// Sees to it that the rules are there, however many do so at once.
    ///
    /// - Parameter committer: the kernel, in the calling thread's namespace.
    /// - Throws: why not.
    func ensure(_ committer: inout some NFTablesCommitting & ~Copyable) throws(NFTablesError) {
        // Another process may make, or (a last DEL) remove, the tables between two steps: go round a few times.
        var tries = 5
        while true {
            do {
                return try committer.commit(addition)
            } catch  where error.isAlreadyExists {
                guard let replacement else { throw error }
                return try committer.commit(replacement)
            } catch  where error.isNotFound {
                do {
                    return try committer.commit(creation)
                } catch  where error.isAlreadyExists && tries > 0 {
                    tries -= 1
                }
            }
        }
    }
}

/// Several rule sets of one attachment.
struct RuleSets {
    /// All of them.
    var sets: [any RuleSet] = []

    /// Those that a spec needs: one a family, as one family's table may be there without the other's.
    init(_ spec: AttachmentSpec) {
        for family in IPFamily.allCases {
            let subnets = spec.masqueradedSubnets.filter { $0.family == family }
            if !subnets.isEmpty { sets.append(MasqueradeRules(network: spec.id.network, subnets: subnets)) }
            let addresses = spec.podEnd.addresses.filter { $0.family == family }
            let ports = spec.ports.map { PortRules(id: spec.id, configuration: $0, addresses: addresses) }
            if let ports, !ports.families.isEmpty { sets.append(ports) }
        }
        if spec.checksSender, let port = spec.hostEnd?.name, let mac = spec.podEnd.mac {
            sets.append(SenderRules(id: spec.id, port: port, mac: mac))
        }
    }

    /// Sees to it that all are there: with one transaction where their tables are, as they are but for a network's first
    /// attachment.
    ///
    /// - Throws: why not.
    func ensure(_ connection: inout NFTablesConnection) throws(NFTablesError) {
        // A question is cheap. A transaction that fails waits until no packet is under way any more (RCU): milliseconds.
        var present: [any RuleSet] = []
        for set in sets {
            if try Self.areThere(set.tables, &connection) {
                present.append(set)
                continue
            }
            do {
                try connection.commit(set.creation)
            } catch  where error.isAlreadyExists {
                try set.ensure(&connection)
            }
        }
        try Self.add(present, &connection)
    }

    private static func areThere(
        _ tables: [Table],
        _ connection: inout NFTablesConnection
    ) throws(NFTablesError) -> Bool {
        for table in tables where try !connection.has(table) { return false }
        return true
    }

    private static func add(_ sets: [any RuleSet], _ connection: inout NFTablesConnection) throws(NFTablesError) {
        if sets.count > 1 {
            var all = Transaction()
            for set in sets { all.append(set.addition) }
            do {
                return try connection.commit(all)
            } catch  where error.isNotFound || error.isAlreadyExists {}
        }
        for set in sets { try set.ensure(&connection) }
    }
}
