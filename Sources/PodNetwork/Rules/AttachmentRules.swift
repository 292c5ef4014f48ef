import Glibc
import LinuxSystem
import NFTables
import NetworkTypes

/// What is in the network's tables for single attachments: found by the elements' comments, so that nothing needs to be
/// remembered and an attachment whose container is gone is found as well.
enum AttachmentRules {
    /// How long it is tried while others change the rules all the time.
    static let timeout = Duration.seconds(10)

    /// The sets of a network whose elements are attachments', by table.
    private static func sets(_ network: String) -> [(table: Table, sets: [NamedSet])] {
        [(SenderRules.table(network), [SenderRules.ports(network), SenderRules.allowed(network)])]
            + IPFamily.allCases.map {
                (PortRules.table(network, $0), PortRules.attachmentSets(network, $0))
            }
            + [(FirewallMember.table(network), [FirewallMember.members(network)])]
    }

    /// What is to go.
    private struct Removal {
        var transaction = Transaction()
        /// Whether whole tables go.
        var takesTables = false
        /// How many elements of others stay.
        var remaining = 0
        /// Where published ports led that go.
        var targets: [PortTarget] = []
    }

    /// Removes what is there for an attachment; and tables in which nothing is left then.
    ///
    /// - Returns: notes on connections that could not be removed.
    /// - Throws: code 100, or 11 when others change the rules all the time.
    @discardableResult
    static func remove(_ id: AttachmentID) throws(CNIError) -> [String] {
        try remove(network: id.network) { $0 == id.hostInterfaceName }
    }

    /// Removes what is there for the attachments that are not to stay.
    ///
    /// - Returns: as `remove(_:)`.
    /// - Throws: as `remove(_:)`.
    @discardableResult
    static func remove(network: String, except valid: [AttachmentID]) throws(CNIError) -> [String] {
        let kept = Set(valid.map(\.hostInterfaceName))
        return try remove(network: network) { !kept.contains($0) }
    }

    private static func remove(network: String, where isStale: (String) -> Bool) throws(CNIError) -> [String] {
        do throws(NFTablesError) {
            var connection = try NFTablesConnection()
            return try remove(network: network, &connection, where: isStale)
        } catch {
            throw CNIError(error)
        }
    }

    /// Removes what is there for some attachments, over a connection that is there.
    ///
    /// - Parameters:
    ///   - network: the network's name.
    ///   - connection: the connection.
    ///   - isStale: whose elements go, by the names of their ends in the host's namespace.
    /// - Returns: notes on connections that could not be removed.
    /// - Throws: why not.
    static func remove(
        network: String,
        _ connection: inout NFTablesConnection,
        where isStale: (String) -> Bool
    ) throws(NFTablesError) -> [String] {
        let deadline = Deadline.after(timeout)
        var notes: [String] = []
        repeat {
            do throws(NFTablesError) {
                let generation = try connection.generation().identifier
                let removal = try removal(network: network, where: isStale, &connection)
                if removal.transaction.isEmpty { return notes }
                // Whose table goes because nothing would be left must be sure of that; others only take what is theirs.
                try connection.commit(removal.transaction, ifGeneration: removal.takesTables ? generation : nil)
                notes += PublishedFlows.forget(leadingTo: removal.targets)
                // Of several that go at once each may have seen the others' elements: who is among the last looks again.
                if removal.remaining > 64 { return notes }
            } catch {
                guard error.code == .generationChanged || error.isNotFound else { throw error }
                usleep(UInt32.random(in: 100...5000))
            }
        } while !deadline.hasPassed
        throw NFTablesError(.generationChanged, operation: "remove elements of network \(network)")
    }

    private static func removal(
        network: String,
        where isStale: (String) -> Bool,
        _ connection: inout NFTablesConnection
    ) throws(NFTablesError) -> Removal {
        var removal = Removal()
        for (table, sets) in sets(network) {
            guard try connection.has(table) else { continue }
            var deletions = Transaction()
            var stays = false
            for set in sets {
                guard let elements = try connection.elements(of: set) else { continue }
                let stale = elements.filter { isStale($0.comment.map(owner) ?? "") }
                deletions.delete(stale, from: set)
                removal.targets += stale.compactMap { PortTarget($0.key, of: set) }
                removal.remaining += elements.count - stale.count
                if stale.count < elements.count { stays = true }
            }
            if stays {
                removal.transaction.append(deletions)
            } else {
                removal.takesTables = true
                removal.transaction.delete(table)
                if table == FirewallMember.table(network) {
                    removal.transaction.append(try Firewall.removal(network: network, &connection))
                }
            }
        }
        return removal
    }

    /// The first word of a comment.
    private static func owner(_ comment: String) -> String {
        String(comment.prefix { $0 != " " })
    }
}
