import NFTables
import NetworkTypes
import ServicePlan

/// The table of an earlier run, read by its meaning: which groups it has for which frontends, and what is in them.
struct AdoptionHints {
    /// The sets that are there.
    let sets: Set<LayoutSet>
    /// The lasting classes that are there.
    let lastingClasses: [ServiceClass]
    /// The highest number of an endpoint with affinity.
    let highestNumber: UInt32

    private let family: IPFamily
    private var numbers: [LayoutSet: [ElementValue: UInt32]] = [:]
    private var endpoints: [LayoutSet: [UInt32: IPEndpoint]] = [:]

    /// Reads a table; nil if a set of the layout is missing, or one is there that the layout does not have.
    init?(_ present: PresentTable, _ family: IPFamily) {
        let named = present.sets.keys.map(LayoutSet.init(name:))
        guard named.allSatisfy({ $0 != nil }) else { return nil }
        sets = Set(named.compactMap(\.self))
        guard sets.isSuperset(of: LayoutSet.fixed) else { return nil }
        self.family = family
        var numbers: [LayoutSet: [ElementValue: UInt32]] = [:]
        var endpoints: [LayoutSet: [UInt32: IPEndpoint]] = [:]
        for set in sets {
            for element in present.sets[set.name] ?? [] {
                guard case .value(let value) = element.data else { continue }
                if let number = value.host32 { numbers[set, default: [:]][element.key] = number }
                if let endpoint = value.endpoint(family), let key = element.key.host32 {
                    endpoints[set, default: [:]][key] = endpoint
                }
            }
        }
        lastingClasses = [(LayoutSet.classes, false), (.insideClasses, true)].flatMap { set, isInside in
            (present.sets[set.name] ?? []).compactMap { Self.lastingClass($0, isInside: isInside) }
        }
        highestNumber = (endpoints[.endpoints] ?? [:]).keys.max() ?? 0
        self.numbers = numbers
        self.endpoints = endpoints
    }

    private static func lastingClass(_ element: SetElement, isInside: Bool) -> ServiceClass? {
        guard let id = element.key.host32, let found = ServiceClass(lastingID: id, isInside: isInside),
            element.data == .verdict(.goto(found.chain))
        else { return nil }
        return found
    }

    /// What is there for each Service port.
    ///
    /// No group is given to two of them.
    func ports(_ specs: [ServicePortSpec]) -> [ServicePortIdentity: PortHint] {
        var given: Set<UInt32> = []
        var hints: [ServicePortIdentity: PortHint] = [:]
        for spec in specs {
            let hint = hint(spec, &given)
            if let hint { hints[spec.identity] = hint }
        }
        return hints
    }

    private func hint(_ spec: ServicePortSpec, _ given: inout Set<UInt32>) -> PortHint? {
        var hint = PortHint()
        for frontend in spec.frontends {
            let transport = spec.identity.transport
            let key =
                frontend.address.map { LayoutKey.frontend($0, transport, frontend.port) }
                ?? LayoutKey.nodePort(transport, frontend.port)
            let isNodePort = frontend.address == nil
            let place = PortHint.FrontendKey(address: frontend.address, port: frontend.port)
            hint.classIDs[place] = numbers[isNodePort ? .nodePorts : .services]?[key]
            guard let id = numbers[isNodePort ? .nodePortGroups : .groups]?[key] else { continue }
            switch frontend.treatment {
            case .balance(.cluster, _): take(id, into: &hint.cluster, &given)
            case .balance(.local, _): take(id, into: &hint.local, &given)
            case .externalLocal:
                take(id, into: &hint.local, &given)
                hint.insideClassID = numbers[.insideClass]?[LayoutKey.number(id)]
                if let cluster = numbers[.insideGroups]?[LayoutKey.number(id)] {
                    take(cluster, into: &hint.cluster, &given)
                }
            case .drop, .reject: continue
            }
        }
        return hint.classIDs.isEmpty && hint.cluster == nil && hint.local == nil ? nil : hint
    }

    private func take(_ id: UInt32, into group: inout GroupHint?, _ given: inout Set<UInt32>) {
        guard group == nil, id > 0, given.insert(id).inserted else { return }
        group = self.group(id)
    }

    private func group(_ id: UInt32) -> GroupHint? {
        guard id < RangePool.start else {
            guard id < RangePool.end else { return nil }
            let members = (id..<RangePool.end).lazy.map { endpoints[.endpoints]?[$0] }.prefix { $0 != nil }
            return GroupHint(id: id, places: members.compactMap(\.self), numbers: [])
        }
        let slots = (0..<EndpointGroup.slotLimit).lazy.map { endpoints[.slot($0)]?[id] }.prefix { $0 != nil }
        let places = slots.compactMap(\.self)
        let key = LayoutKey.number(id)
        let numbered = (0..<places.count).lazy.map { numbers[.affinitySlot($0)]?[key] }.prefix { $0 != nil }
        return GroupHint(id: id, places: Array(places), numbers: numbered.compactMap(\.self))
    }
}
