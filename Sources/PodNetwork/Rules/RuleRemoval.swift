import NFTables
import NetworkTypes

/// The connection over which a DEL removes rules.
///
/// To close one waits until what was removed over it is gone (an RCU grace period, ten milliseconds and more). So rules go
/// before the link, whose removal waits for the same, and the connection is closed last.
final class RuleRemoval {
    private var connection: NFTablesConnection

    private init() throws(NFTablesError) { connection = try NFTablesConnection() }

    /// Opens it.
    ///
    /// - Returns: nil on a kernel without nf_tables, where no rules can be.
    /// - Throws: code 100.
    static func open() throws(CNIError) -> RuleRemoval? {
        do throws(NFTablesError) {
            return try RuleRemoval()
        } catch {
            if error.code == .unsupported { return nil }
            throw CNIError(error)
        }
    }

    /// Removes what is there for an attachment.
    ///
    /// - Returns: notes on connections that could not be removed.
    /// - Throws: as `AttachmentRules.remove(_:)`.
    func remove(_ id: AttachmentID) throws(CNIError) -> [String] {
        do throws(NFTablesError) {
            return try AttachmentRules.remove(network: id.network, &connection) { $0 == id.hostInterfaceName }
        } catch {
            throw CNIError(error)
        }
    }

    /// Removes a network's masquerade rules, where they are.
    ///
    /// - Throws: code 100.
    func removeMasquerade(network: String) throws(CNIError) {
        do throws(NFTablesError) {
            var transaction = Transaction()
            for table in MasqueradeRules.tables(network) where try connection.has(table) { transaction.delete(table) }
            do throws(NFTablesError) {
                try connection.commit(transaction)
            } catch {
                // Another DEL was faster.
                if !error.isNotFound { throw error }
                try connection.commit(MasqueradeRules.removal(network: network))
            }
        } catch {
            throw CNIError(error)
        }
    }
}
