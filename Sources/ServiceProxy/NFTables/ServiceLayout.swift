import NFTables
import NetworkTypes
import ServicePlan

/// What the table of one family holds, and how it changes with the Services.
///
/// Group numbers, slots and class ids are given once and then kept, so a change of a Service touches only what is
/// different about it. After an error the value does not know any more what the kernel holds, and must be replaced by
/// one that was read from the kernel or built anew.
struct ServiceLayout: Sendable {
    let rules: LayoutRules
    private(set) var ports: [ServicePortIdentity: ProgrammedPort] = [:]
    private(set) var classes: ClassTable
    private var groupNumbers = NumberPool(1..<RangePool.start)
    private var endpointNumbers = NumberPool(RangePool.end..<UInt32(Int32.max))
    private var ranges = RangePool()
    private var hairpins: [IPAddress: Int] = [:]
    private var clusterIPs: [IPAddress: Int] = [:]

    /// A table without Services; `sets` are there besides the fixed ones.
    init(_ options: LayoutOptions, sets: [LayoutSet] = []) {
        rules = LayoutRules(options: options)
        classes = ClassTable(fixedChains: rules.fixedChains.map(\.name), sets: LayoutSet.fixed + sets)
    }

    /// Takes changes over and tells what they do to the table.
    ///
    /// A port that can't be had (there is no number left for it) is left out and returned.
    mutating func apply(
        _ planned: [PlanChange],
        hints: [ServicePortIdentity: PortHint] = [:]
    ) -> (changes: LayoutChanges, refused: [ServicePortIdentity]) {
        var changes = LayoutChanges()
        var released: [ServiceClass] = []
        var refused: [ServicePortIdentity] = []
        for change in planned {
            let old = ports[change.identity]
            var new = change.spec.flatMap { program($0, old, hints[change.identity], &changes) }
            if change.spec != nil && new == nil { refused.append(change.identity) }
            if new?.rows.isEmpty == true { new = nil }
            ports[change.identity] = new
            replace(change.identity, old, new, &changes)
            released += old?.classes ?? []
        }
        for unwanted in released { classes.release(unwanted, &changes) }
        changes.cancelOut()
        return (changes, refused)
    }

    /// Marks numbers as given that the kernel's table has, before anything else is programmed.
    mutating func reserve(_ hints: some Sequence<GroupHint>, highestNumber: UInt32) {
        for hint in hints {
            if hint.id < RangePool.start { groupNumbers.reserve(hint.id) }
            for number in hint.numbers { endpointNumbers.reserve(number) }
        }
        endpointNumbers.reserve(highestNumber)
    }

    /// Enters a lasting class that the kernel's table has, whether a Service uses it or not.
    mutating func adopt(_ lasting: ServiceClass) -> LayoutChanges {
        var changes = LayoutChanges()
        _ = classes.use(lasting, rules, preferredID: nil, &changes)
        classes.release(lasting, &changes)
        return changes
    }

    /// All elements that the table should hold beside those of its classes.
    func allElements() -> [PlacedElement] {
        var elements: [PlacedElement] = []
        for (identity, port) in ports.sorted(by: { $0.key < $1.key }) {
            elements += port.elements(identity)
            elements += port.endpointElements()
        }
        elements += hairpins.keys.sorted().map(Self.hairpin)
        elements += clusterIPs.keys.sorted().map(Self.clusterIP)
        return elements
    }

    private static func hairpin(_ address: IPAddress) -> PlacedElement {
        PlacedElement(.hairpin, SetElement(LayoutKey.pair(address)))
    }

    private static func clusterIP(_ address: IPAddress) -> PlacedElement {
        PlacedElement(.clusterIPs, SetElement(LayoutKey.address(address)))
    }

    // MARK: One port

    private mutating func program(
        _ spec: ServicePortSpec,
        _ old: ProgrammedPort?,
        _ hint: PortHint?,
        _ changes: inout LayoutChanges
    ) -> ProgrammedPort? {
        var port = ProgrammedPort()
        port.hasAffinity = spec.affinitySeconds != nil
        let treatments = spec.frontends.map(\.treatment)
        let isExternalLocal = treatments.contains(.externalLocal)
        if isExternalLocal || treatments.contains(where: { $0.scope == .cluster }) {
            let known = old.map { GroupHint($0.cluster) } ?? hint?.cluster
            guard let made = group(spec.clusterEndpoints, known ?? nil, port.hasAffinity) else { return nil }
            port.cluster = made
        }
        if isExternalLocal || treatments.contains(where: { $0.scope == .local }) {
            let known = old.map { GroupHint($0.local) } ?? hint?.local
            guard let made = group(spec.localEndpoints, known ?? nil, port.hasAffinity) else { return nil }
            port.local = made
        }
        for frontend in spec.frontends {
            guard let row = row(frontend, spec, port, hint, &changes) else { return nil }
            port.rows.append(row)
        }
        if isExternalLocal, let cluster = port.cluster {
            // Only local pods and the node itself get there, and of these the node is masqueraded. Affinity uses the
            // mark on the way, so that is for the chains at the end to say, and not for those before.
            let inside = ServiceClass(
                treatment: rules.isLocalPod() == nil ? .masquerade : .masqueradeOutside,
                shape: cluster.shape,
                affinitySeconds: spec.affinitySeconds,
                isInside: true
            )
            guard let id = classes.use(inside, rules, preferredID: hint?.insideClassID, &changes) else { return nil }
            port.inside = ProgrammedPort.Inside(serviceClass: inside, classID: id)
        }
        return port
    }

    private mutating func row(
        _ frontend: Frontend,
        _ spec: ServicePortSpec,
        _ port: ProgrammedPort,
        _ hint: PortHint?,
        _ changes: inout LayoutChanges
    ) -> ProgrammedPort.Row? {
        var row = ProgrammedPort.Row(kind: frontend.kind, address: frontend.address, port: frontend.port)
        row.sourceRanges = frontend.sourceRanges
        row.isCounted = rules.options.countsPackets
        let wanted: ServiceClass
        switch frontend.treatment {
        case .reject: return row
        case .drop: wanted = ServiceClass(treatment: .discard, shape: .slots(0))
        case .externalLocal:
            guard let local = port.local else { return nil }
            row.group = local.id
            // Without an endpoint there is nothing to remember, and nobody to remember it.
            let affinity = local.places.isEmpty ? nil : spec.affinitySeconds
            wanted = ServiceClass(treatment: .externalLocal, shape: local.shape, affinitySeconds: affinity)
        case .balance(let scope, let masquerade):
            guard let group = scope == .cluster ? port.cluster : port.local else { return nil }
            row.group = group.id
            wanted = ServiceClass(
                treatment: ServiceClass.Treatment(masquerade),
                shape: group.shape,
                affinitySeconds: spec.affinitySeconds
            )
        }
        let key = PortHint.FrontendKey(address: frontend.address, port: frontend.port)
        guard let id = classes.use(wanted, rules, preferredID: hint?.classIDs[key], &changes) else { return nil }
        row.serviceClass = wanted
        row.classID = id
        return row
    }

    /// The group for some endpoints, as like the present one as can be.
    private mutating func group(
        _ wanted: [PlanEndpoint],
        _ present: GroupHint?,
        _ hasAffinity: Bool
    ) -> EndpointGroup? {
        let isLarge = wanted.count > EndpointGroup.slotLimit
        let known = present.flatMap { $0.isLarge == isLarge ? $0 : nil }
        let places = EndpointGroup.places(for: wanted, keeping: known?.places ?? [])
        guard !isLarge else {
            let id = known.flatMap { keepRange($0.id, wanted.count) ? $0.id : nil } ?? ranges.take(wanted.count)
            return id.map { EndpointGroup(id: $0, places: places) }
        }
        guard let id = known?.id ?? groupNumbers.take() else { return nil }
        var group = EndpointGroup(id: id, places: places)
        guard hasAffinity else { return group }
        for (index, place) in places.enumerated() {
            let isSame = known?.places.indices.contains(index) == true && known?.places[index] == place.endpoint
            let kept = isSame && known?.numbers.indices.contains(index) == true ? known?.numbers[index] : nil
            guard let number = kept ?? endpointNumbers.takeUnused() else { return nil }
            group.numbers.append(number)
        }
        return group
    }

    private mutating func keepRange(_ first: UInt32, _ count: Int) -> Bool {
        ranges.holds(first, count) || ranges.reserve(first, count)
    }

    // MARK: Differences

    private mutating func replace(
        _ identity: ServicePortIdentity,
        _ old: ProgrammedPort?,
        _ new: ProgrammedPort?,
        _ changes: inout LayoutChanges
    ) {
        let before = old?.elements(identity) ?? []
        let after = new?.elements(identity) ?? []
        for element in before where !after.contains(element) { changes.remove(element) }
        for element in after where !before.contains(element) { changes.add(element) }
        for scope in [\ProgrammedPort.cluster, \ProgrammedPort.local] {
            Self.replace(
                (old?[keyPath: scope], old?.hasAffinity ?? false),
                (new?[keyPath: scope], new?.hasAffinity ?? false),
                &changes
            )
            release(old?[keyPath: scope], for: new?[keyPath: scope])
        }
        Self.count(&hairpins, old?.hairpins ?? [], new?.hairpins ?? [], &changes, Self.hairpin)
        Self.count(&clusterIPs, old?.clusterIPs ?? [], new?.clusterIPs ?? [], &changes, Self.clusterIP)
    }

    /// Compares two groups place by place.
    private static func replace(
        _ old: (group: EndpointGroup?, hasAffinity: Bool),
        _ new: (group: EndpointGroup?, hasAffinity: Bool),
        _ changes: inout LayoutChanges
    ) {
        func elements(_ side: (group: EndpointGroup?, hasAffinity: Bool), _ place: Int) -> [PlacedElement] {
            guard let group = side.group, place < group.places.count else { return [] }
            return group.elements(at: place, hasAffinity: side.hasAffinity)
        }
        let isAlike = old.group?.id == new.group?.id && old.hasAffinity == new.hasAffinity
        for place in 0..<max(old.group?.places.count ?? 0, new.group?.places.count ?? 0) {
            if isAlike, let first = old.group, let second = new.group, place < first.places.count,
                place < second.places.count, first.places[place].endpoint == second.places[place].endpoint,
                first.isLarge == second.isLarge
            {
                continue
            }
            let before = elements(old, place)
            let after = elements(new, place)
            for element in before where !after.contains(element) { changes.remove(element) }
            for element in after where !before.contains(element) { changes.add(element) }
        }
    }

    private mutating func release(_ old: EndpointGroup?, for new: EndpointGroup?) {
        guard let old, old.id != new?.id else { return }
        if old.isLarge { ranges.release(old.id) } else { groupNumbers.release(old.id) }
    }

    /// Counts addresses that several ports share: the first brings the element, the last takes it.
    private static func count(
        _ counts: inout [IPAddress: Int],
        _ old: Set<IPAddress>,
        _ new: Set<IPAddress>,
        _ changes: inout LayoutChanges,
        _ element: (IPAddress) -> PlacedElement
    ) {
        for address in new.subtracting(old).sorted() {
            counts[address, default: 0] += 1
            if counts[address] == 1 { changes.add(element(address)) }
        }
        for address in old.subtracting(new).sorted() {
            counts[address, default: 1] -= 1
            guard counts[address] == 0 else { continue }
            counts[address] = nil
            changes.remove(element(address))
        }
    }
}

extension FrontendTreatment {
    /// The endpoints of a treatment that is the same for everybody.
    fileprivate var scope: EndpointScope? {
        if case .balance(let scope, _) = self { scope } else { nil }
    }
}
