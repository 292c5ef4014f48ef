import NFTables
import NetworkTypes

/// The set in weftd's policy tables of the addresses whose pods' rules are not in yet.
///
/// An element's comment says whose address it is, so that weftd need not wait for the pod's status to have it.
struct HeldAddresses {
    let addresses: [IPAddress]

    /// The set of a family: `hold` in `ip weft-policy` or `ip6 weft-policy`.
    static func set(_ family: IPFamily) -> NamedSet {
        NamedSet(TableID(TableFamily(family), "weft-policy"), "hold", key: [.address(family)])
    }

    private var families: [IPFamily] {
        IPFamily.allCases.filter { family in addresses.contains { $0.family == family } }
    }

    private func keys(_ family: IPFamily) -> Set<ElementValue> {
        Set(addresses.filter { $0.family == family }.map { ElementValue(.address($0)) })
    }

    /// Holds them, in one transaction.
    ///
    /// What another pod left under one of them is replaced: the comment counts.
    ///
    /// - Parameters:
    ///   - comment: whose they are.
    ///   - connection: the kernel.
    /// - Returns: false if nobody enforces policies here; nothing was held then.
    /// - Throws: the kernel's refusal.
    func hold(_ comment: String, _ connection: inout NFTablesConnection) throws(NFTablesError) -> Bool {
        var transaction = Transaction()
        for family in families {
            let set = Self.set(family)
            guard let present = try connection.elements(of: set) else { return false }
            let keys = keys(family)
            transaction.delete(present.filter { keys.contains($0.key) }, from: set)
            transaction.add(keys.sorted().map { SetElement($0, comment: comment) }, to: set)
        }
        try connection.commit(transaction)
        return true
    }

    /// Whether one of them is held.
    ///
    /// - Throws: why the kernel can't be asked.
    func areHeld(_ connection: inout NFTablesConnection) throws(NFTablesError) -> Bool {
        for family in families {
            let keys = keys(family)
            if (try connection.elements(of: Self.set(family)) ?? []).contains(where: { keys.contains($0.key) }) {
                return true
            }
        }
        return false
    }

    /// Lets them go at the end of their pod; that it did not come so far, or that nobody enforces policies here any more,
    /// is no reason to keep the pod.
    func forget() {
        if addresses.isEmpty { return }
        do throws(NFTablesError) {
            var connection = try NFTablesConnection()
            try release(&connection)
        } catch {}
    }

    /// Lets them go, as far as they are held.
    ///
    /// - Throws: the kernel's refusal, or that somebody changes the set all the time.
    func release(_ connection: inout NFTablesConnection) throws(NFTablesError) {
        for _ in 0..<20 {
            var transaction = Transaction()
            for family in families {
                let keys = keys(family)
                let set = Self.set(family)
                transaction.delete((try connection.elements(of: set) ?? []).filter { keys.contains($0.key) }, from: set)
            }
            do {
                return try connection.commit(transaction)
            } catch {
                // weftd let one go meanwhile: look again.
                guard error.isNotFound else { throw error }
            }
        }
        throw NFTablesError(.generationChanged, operation: "release held addresses")
    }
}
