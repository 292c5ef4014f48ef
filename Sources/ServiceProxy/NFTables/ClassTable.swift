import NFTables

/// The classes and chains that the table has.
struct ClassTable: Sendable {
    private(set) var ids: [ServiceClass: UInt32] = [:]
    private var uses: [ServiceClass: Int] = [:]
    private var passingIDs: Set<UInt32> = []
    /// Chains that are there, with the number of chains and classes that go to them; lasting ones are not counted.
    private(set) var chainUses: [String: Int] = [:]
    private var passingTargets: [String: [String]] = [:]
    private(set) var sets: Set<LayoutSet> = []

    /// Enters what is there without any class.
    init(fixedChains: [String], sets: [LayoutSet]) {
        for chain in fixedChains { chainUses[chain] = 0 }
        self.sets = Set(sets)
    }

    /// Enters a set that is there.
    mutating func adopt(_ set: LayoutSet) { sets.insert(set) }

    /// Makes sure of a class that one more frontend has; returns its id.
    mutating func use(
        _ wanted: ServiceClass,
        _ rules: LayoutRules,
        preferredID: UInt32?,
        _ changes: inout LayoutChanges
    ) -> UInt32? {
        uses[wanted, default: 0] += 1
        if let id = ids[wanted] { return id }
        // The chains that a class with affinity falls back to belong to a lasting class, and are told by its id.
        if wanted.affinitySeconds != nil, wanted.forgetful.isLasting {
            _ = use(wanted.forgetful, rules, preferredID: nil, &changes)
            release(wanted.forgetful, &changes)
        }
        guard let id = newID(wanted, preferred: preferredID) else { return nil }
        ids[wanted] = id
        for set in rules.sets(for: wanted) where sets.insert(set).inserted { changes.newSets.append(set) }
        for chain in rules.chains(for: wanted) { install(chain, &changes) }
        chainUses[wanted.chain, default: 0] += 1
        changes.add(Self.element(wanted, id))
        return id
    }

    /// Gives up one use of a class; a passing class that nobody has any more goes with its chains.
    mutating func release(_ unwanted: ServiceClass, _ changes: inout LayoutChanges) {
        let left = (uses[unwanted] ?? 1) - 1
        uses[unwanted] = left > 0 ? left : nil
        guard left <= 0, !unwanted.isLasting, let id = ids.removeValue(forKey: unwanted) else { return }
        passingIDs.remove(id)
        changes.remove(Self.element(unwanted, id))
        drop(unwanted.chain, &changes)
    }

    /// The element that leads from a class to its chain.
    static func element(_ serviceClass: ServiceClass, _ id: UInt32) -> PlacedElement {
        PlacedElement(
            serviceClass.isInside ? .insideClasses : .classes,
            SetElement(LayoutKey.number(id), verdict: .goto(serviceClass.chain))
        )
    }

    private mutating func newID(_ wanted: ServiceClass, preferred: UInt32?) -> UInt32? {
        if let id = wanted.lastingID { return id }
        let major = UInt32(wanted.passingMajor) << 16
        let candidates = [preferred].compactMap(\.self).filter { $0 & 0xffff_0000 == major }
        let id =
            candidates.first { !passingIDs.contains($0) }
            ?? (1...0xffff).lazy.map { major | $0 }.first { !passingIDs.contains($0) }
        if let id { passingIDs.insert(id) }
        return id
    }

    private mutating func install(_ chain: LayoutChain, _ changes: inout LayoutChanges) {
        guard chainUses[chain.name] == nil else { return }
        chainUses[chain.name] = 0
        changes.newChains.append(chain)
        if !chain.isLasting { passingTargets[chain.name] = chain.targets }
        for target in chain.targets { chainUses[target, default: 0] += 1 }
    }

    private mutating func drop(_ chain: String, _ changes: inout LayoutChanges) {
        let left = (chainUses[chain] ?? 1) - 1
        chainUses[chain] = left
        guard left <= 0, let targets = passingTargets.removeValue(forKey: chain) else { return }
        chainUses[chain] = nil
        // A chain that came and goes within one transaction never was.
        if let index = changes.newChains.firstIndex(where: { $0.name == chain }) {
            changes.newChains.remove(at: index)
        } else {
            changes.retiredChains.append(chain)
        }
        for target in targets { drop(target, &changes) }
    }
}
