import NFTables
public import PolicyPlan

extension NFTablesPolicyBackend {
    /// What the table would need to be as a model wants it; nothing is written.
    ///
    /// - Parameter model: everything, compiled with the numbers of ``hints()``.
    /// - Returns: the missing operations in nft's notation, one a line; nil if there is no table.
    /// - Throws: why the kernel can't be read.
    public func differences(from model: PolicyModel) throws -> [String]? {
        guard let present = try access.present(rules.table) else { return nil }
        guard present.comment == Self.comment else { return ["another layout: \(present.comment ?? "none")"] }
        let wanted = wantedContent(model)
        let there = content(present, wanted)
        let missing = wanted.transaction(from: there.content, presentSets: there.sets, rules)
        return missing.script.split(separator: "\n").map(String.init)
    }
}
