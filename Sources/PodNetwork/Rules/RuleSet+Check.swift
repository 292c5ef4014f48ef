import NFTables

extension RuleSets {
    /// What is missing in the kernel, one sentence each.
    ///
    /// - Throws: code 100 when the kernel can't be asked.
    func faults() throws(CNIError) -> [String] {
        guard !sets.isEmpty else { return [] }
        do throws(NFTablesError) {
            var connection = try NFTablesConnection()
            var faults: [String] = []
            for set in sets {
                for case (let text, let elements, let named) in set.expected {
                    let present = try connection.elements(of: named).map { $0.map(\.key) }
                    if let present, elements.allSatisfy({ present.contains($0) }) { continue }
                    faults.append(text)
                }
            }
            return faults
        } catch {
            throw CNIError(error)
        }
    }
}
