import NFTables
import NetworkTypes
import ServicePlan

extension ServiceLayout {
    /// The version of the layout, which the table's comment carries: another one is replaced as a whole.
    static let version = 1
    /// The table's comment.
    static let comment = "\(commentPrefix)\(version)"
    /// What the comments of all versions begin with.
    private static let commentPrefix = "weft services, layout "

    /// Takes a table over that an earlier run left, and tells what of it must change to be as wanted.
    ///
    /// Groups, slots, classes and numbers stay as they are in the kernel, so that nothing changes if the Services did
    /// not. Returns nil for a table that is not as this version would have left it: then it is to be replaced.
    static func adopting(
        _ present: PresentTable,
        _ specs: [ServicePortSpec],
        _ options: LayoutOptions
    ) -> (layout: ServiceLayout, changes: LayoutChanges, refused: [ServicePortIdentity])? {
        guard present.comment == comment, let hints = AdoptionHints(present, options.family) else { return nil }
        var layout = ServiceLayout(options, sets: hints.sets.filter { !LayoutSet.fixed.contains($0) })
        let portHints = hints.ports(specs)
        let groups = portHints.values.flatMap { [$0.cluster, $0.local].compactMap(\.self) }
        layout.reserve(groups, highestNumber: max(hints.highestNumber, present.highestRememberedNumber))
        var wanted = LayoutChanges()
        wanted.newChains = layout.rules.fixedChains
        for lasting in hints.lastingClasses { wanted.append(layout.adopt(lasting)) }
        let planned = specs.map { PlanChange(identity: $0.identity, family: $0.family, spec: $0) }
        let (made, refused) = layout.apply(planned, hints: portHints)
        wanted.append(made)
        guard var changes = LayoutChanges(chains: wanted.newChains, present, layout.rules) else { return nil }
        changes.newSets = wanted.newSets
        changes.compare(layout.elements(andClassesOf: wanted), present.sets)
        return (layout, changes, refused)
    }

    /// All that a new table holds beside the fixed sets.
    ///
    /// Of the table whose place it takes, groups and endpoints keep their numbers as far as they can be read, and with
    /// them clients their endpoints.
    static func building(
        _ specs: [ServicePortSpec],
        _ options: LayoutOptions,
        inPlaceOf present: PresentTable? = nil
    ) -> (layout: ServiceLayout, changes: LayoutChanges, refused: [ServicePortIdentity]) {
        var layout = ServiceLayout(options)
        let planned = specs.map { PlanChange(identity: $0.identity, family: $0.family, spec: $0) }
        var changes = LayoutChanges()
        var portHints: [ServicePortIdentity: PortHint] = [:]
        if let present, present.comment?.hasPrefix(commentPrefix) == true,
            let hints = AdoptionHints(present, options.family)
        {
            portHints = hints.ports(specs)
            let groups = portHints.values.flatMap { [$0.cluster, $0.local].compactMap(\.self) }
            layout.reserve(groups, highestNumber: max(hints.highestNumber, present.highestRememberedNumber))
            changes.added[.affinity] = present.remembered()
            if changes.added[.affinity]?.isEmpty == true { changes.added[.affinity] = nil }
        }
        let (made, refused) = layout.apply(planned, hints: portHints)
        changes.newChains = layout.rules.fixedChains
        changes.append(made)
        for placed in layout.optionElements { changes.add(placed) }
        return (layout, changes, refused)
    }

    private func elements(andClassesOf wanted: LayoutChanges) -> [PlacedElement] {
        let classes = [LayoutSet.classes, .insideClasses].flatMap { set in
            (wanted.added[set] ?? []).map { PlacedElement(set, $0) }
        }
        return classes + allElements() + optionElements
    }

    /// The elements that stem from the node's options and not from Services.
    private var optionElements: [PlacedElement] {
        (rules.options.nodePortAddresses ?? []).map {
            PlacedElement(.nodePortAddresses, SetElement(LayoutKey.address($0)))
        }
    }
}
