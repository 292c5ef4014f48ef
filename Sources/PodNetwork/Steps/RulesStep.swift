import NFTables

/// Puts the attachment's part into the network's rules.
struct RulesStep: AttachmentStep {
    let name = "rules"

    func apply(_ work: inout AttachmentWork) throws(CNIError) {
        let rules = RuleSets(work.spec)
        guard !rules.sets.isEmpty else { return }
        do throws(NFTablesError) {
            var connection = try NFTablesConnection()
            try rules.ensure(&connection)
        } catch {
            throw CNIError(error)
        }
    }

    func undo(_ work: inout AttachmentWork) -> String? {
        do throws(CNIError) {
            try AttachmentRules.remove(work.id)
            return nil
        } catch {
            return "rules are left: \(error)"
        }
    }
}
