import NetworkTypes

/// Addresses with the ports that are allowed with them: a box of one address range and one port range.
public struct AllowedBlock: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The addresses.
    public let addresses: AddressRange
    /// The ports; nil: everything.
    public let ports: PortRange?

    /// Orders by address, then by port; everything comes first.
    public static func < (left: AllowedBlock, right: AllowedBlock) -> Bool {
        if left.addresses != right.addresses { return left.addresses < right.addresses }
        switch (left.ports, right.ports) {
        case (nil, let other): return other != nil
        case (_, nil): return false
        case (let one?, let other?): return one < other
        }
    }

    /// "10.0.0.0-10.0.0.255 tcp 80".
    public var description: String { "\(addresses) \(ports.map(\.description) ?? "everything")" }

    /// Whether an address and a port are in it.
    func contains(_ address: IPAddress, _ transport: TransportProtocol?, _ port: Port) -> Bool {
        addresses.contains(address) && (ports?.contains(transport, port) ?? true)
    }
}

/// Collects address ranges with ports, and makes of them boxes that nowhere overlap, as sets of intervals demand.
struct BlockSet {
    private var everything: [AddressRange] = []
    private var limited: [TransportProtocol: [(ports: PortRange, addresses: AddressRange)]] = [:]

    mutating func insert(_ addresses: [AddressRange], _ ports: PortSet) {
        if ports.isEverything { everything += addresses }
        for range in ports.ranges {
            limited[range.transport, default: []] += addresses.map { (range, $0) }
        }
    }

    /// The boxes, ordered.
    var boxes: [AllowedBlock] {
        let all = AddressRange.merged(everything).map { AllowedBlock(addresses: $0, ports: nil) }
        return (all + limited.flatMap { Self.boxes($0.key, $0.value) }).sorted()
    }

    /// Cuts the ports into segments in which the same addresses are allowed throughout.
    private static func boxes(
        _ transport: TransportProtocol,
        _ items: [(ports: PortRange, addresses: AddressRange)]
    ) -> [AllowedBlock] {
        let starts = items.map { UInt32($0.ports.first.rawValue) }
        let ends = items.map { UInt32($0.ports.last.rawValue) + 1 }
        let bounds = Set(starts + ends).sorted()
        var segments: [(first: UInt32, end: UInt32, addresses: [AddressRange])] = []
        for (start, end) in zip(bounds, bounds.dropFirst()) {
            let inside = items.filter {
                UInt32($0.ports.first.rawValue) <= start && start <= UInt32($0.ports.last.rawValue)
            }
            let addresses = AddressRange.merged(inside.map(\.addresses))
            if addresses.isEmpty { continue }
            if let last = segments.last, last.end == start, last.addresses == addresses {
                segments[segments.count - 1].end = end
            } else {
                segments.append((start, end, addresses))
            }
        }
        return segments.flatMap { segment in
            let ports = PortRange(
                transport,
                Port(rawValue: UInt16(truncatingIfNeeded: segment.first)),
                Port(rawValue: UInt16(truncatingIfNeeded: segment.end - 1))
            )
            return segment.addresses.map { AllowedBlock(addresses: $0, ports: ports) }
        }
    }
}
