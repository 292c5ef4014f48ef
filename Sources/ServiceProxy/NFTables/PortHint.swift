import NetworkTypes
import ServicePlan

/// What the kernel's table has for a Service port, as far as it helps to program the port alike.
struct PortHint: Sendable {
    struct FrontendKey: Hashable, Sendable {
        var address: IPAddress?
        var port: Port
    }

    var cluster: GroupHint?
    var local: GroupHint?
    var classIDs: [FrontendKey: UInt32] = [:]
    var insideClassID: UInt32?
}

/// A group that is there already: its number, and its endpoints by place.
struct GroupHint: Sendable {
    var id: UInt32
    var places: [IPEndpoint]
    var numbers: [UInt32]

    var isLarge: Bool { id >= RangePool.start }

    init(id: UInt32, places: [IPEndpoint], numbers: [UInt32]) {
        self.id = id
        self.places = places
        self.numbers = numbers
    }

    init?(_ group: EndpointGroup?) {
        guard let group else { return nil }
        self.init(id: group.id, places: group.places.map(\.endpoint), numbers: group.numbers)
    }
}
