import NFTables
import NetworkTypes
import ServicePlan

/// The endpoints of one scope of a Service port, each in its place.
struct EndpointGroup: Hashable, Sendable {
    /// The group's number; for a large group also the number of its first endpoint.
    var id: UInt32
    /// The endpoints by slot, without holes.
    var places: [PlanEndpoint]
    /// The numbers that affinity remembers the endpoints by, by slot; empty without affinity, and for large groups,
    /// whose endpoints have consecutive numbers.
    var numbers: [UInt32] = []

    /// More endpoints than this are a large group: a chain and a range of numbers of their own.
    ///
    /// Sets are looked up by name one by one in the kernel, so there should not be many slot maps.
    static let slotLimit = 64

    /// Whether the endpoints are in a range instead of slots.
    var isLarge: Bool { places.count > Self.slotLimit }

    var shape: ServiceClass.Shape {
        isLarge ? .range(first: id, count: places.count) : .slots(places.count)
    }

    /// Puts the wanted endpoints into places: one that had a place keeps it if the place remains, and the others fill
    /// the gaps in their order.
    ///
    /// One endpoint exchanged touches one place, one gone at most two.
    static func places(for wanted: [PlanEndpoint], keeping present: [IPEndpoint]) -> [PlanEndpoint] {
        guard !present.isEmpty else { return wanted }
        var waiting: [IPEndpoint: PlanEndpoint] = [:]
        for endpoint in wanted { waiting[endpoint.endpoint] = endpoint }
        var places = present.prefix(wanted.count).map { waiting.removeValue(forKey: $0) }
        places += Array(repeating: nil, count: wanted.count - places.count)
        var rest = wanted.filter { waiting[$0.endpoint] != nil }.makeIterator()
        return places.compactMap { $0 ?? rest.next() }
    }

    /// What stands in the maps for the endpoint in a place.
    func elements(at place: Int, hasAffinity: Bool) -> [PlacedElement] {
        let endpoint = LayoutKey.endpoint(places[place].endpoint)
        let key = LayoutKey.number(id)
        let number = isLarge ? id &+ UInt32(truncatingIfNeeded: place) : hasAffinity ? numbers[place] : 0
        var elements: [PlacedElement] = []
        if !isLarge { elements.append(PlacedElement(.slot(place), SetElement(key, value: endpoint))) }
        if isLarge || hasAffinity {
            elements.append(PlacedElement(.endpoints, SetElement(LayoutKey.number(number), value: endpoint)))
        }
        guard hasAffinity else { return elements }
        let value = LayoutKey.number(number)
        if !isLarge { elements.append(PlacedElement(.affinitySlot(place), SetElement(key, value: value))) }
        elements.append(
            PlacedElement(.affinityAlive, SetElement(LayoutKey.alive(number, group: id), value: value))
        )
        return elements
    }
}
