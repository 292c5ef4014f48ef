import NFTables
import NetworkTypes

/// What is in the network's tables for single attachments: found by the elements' comments, so that nothing needs to be
/// remembered and an attachment whose container is gone is found as well.
enum AttachmentRules {
    /// The sets of a network whose elements are attachments', by table.
    private static func sets(_ network: String) -> [(table: Table, sets: [NamedSet])] {
        [(SenderRules.table(network), [SenderRules.ports(network), SenderRules.allowed(network)])]
            + IPFamily.allCases.map {
                (PortRules.table(network, $0), PortRules.attachmentSets(network, $0))
            }
    }

    /// Removes what is there for an attachment; and tables in which nothing is left then.
    ///
    /// - Throws: code 100, or 11 when others change the rules all the time.
    static func remove(_ id: AttachmentID) throws(CNIError) {
        try remove(network: id.network) { $0 == id.hostInterfaceName }
    }

    /// Removes what is there for the attachments that are not to stay.
    ///
    /// - Throws: as `remove(_:)`.
    static func remove(network: String, except valid: [AttachmentID]) throws(CNIError) {
        let kept = Set(valid.map(\.hostInterfaceName))
        try remove(network: network) { !kept.contains($0) }
    }

    private static func remove(network: String, where isStale: (String) -> Bool) throws(CNIError) {
        do throws(NFTablesError) {
            var connection = try NFTablesConnection()
            // The elements are read first: whoever changes the rules meanwhile has us read them again.
            for _ in 0..<20 {
                let generation = try connection.generation()
                let transaction = try removal(network: network, where: isStale, &connection)
                if transaction.isEmpty { return }
                do {
                    return try connection.commit(transaction, ifGeneration: generation.identifier)
                } catch  where error.code == .generationChanged || error.isNotFound {}
            }
            throw NFTablesError(.generationChanged, operation: "remove elements of network \(network)")
        } catch {
            throw CNIError(error)
        }
    }

    private static func removal(
        network: String,
        where isStale: (String) -> Bool,
        _ connection: inout NFTablesConnection
    ) throws(NFTablesError) -> Transaction {
        var transaction = Transaction()
        for (table, sets) in sets(network) {
            var deletions = Transaction()
            var stays = false
            var isThere = false
            for set in sets {
                guard let elements = try connection.elements(of: set) else { continue }
                isThere = true
                let stale = elements.filter { isStale($0.comment.map(owner) ?? "") }
                deletions.delete(stale, from: set)
                if stale.count < elements.count { stays = true }
            }
            guard isThere else { continue }
            if stays {
                transaction.append(deletions)
            } else {
                transaction.delete(table)
            }
        }
        return transaction
    }

    /// The first word of a comment.
    private static func owner(_ comment: String) -> String {
        String(comment.prefix { $0 != " " })
    }
}
