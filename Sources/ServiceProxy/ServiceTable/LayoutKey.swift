import NFTables
import NetworkTypes

/// The keys and data of the table's elements.
enum LayoutKey {
    static func frontend(_ address: IPAddress, _ transport: TransportProtocol, _ port: Port) -> ElementValue {
        ElementValue(.address(address), .transport(transport), .port(port))
    }

    static func nodePort(_ transport: TransportProtocol, _ port: Port) -> ElementValue {
        ElementValue(.transport(transport), .port(port))
    }

    /// A class, a group or the number of an endpoint.
    static func number(_ number: UInt32) -> ElementValue { ElementValue(.host32(number)) }

    static func endpoint(_ endpoint: IPEndpoint) -> ElementValue {
        ElementValue(.address(endpoint.address), .port(endpoint.port))
    }

    static func pair(_ address: IPAddress) -> ElementValue { ElementValue(.address(address), .address(address)) }

    static func address(_ address: IPAddress) -> ElementValue { ElementValue(.address(address)) }

    static func alive(_ number: UInt32, group: UInt32) -> ElementValue {
        ElementValue(.host32(number), .host32(group))
    }

    /// The element that lets a range of sources in to a frontend.
    static func sources(
        _ range: IPPrefix,
        to address: IPAddress,
        _ transport: TransportProtocol,
        _ port: Port,
        comment: String
    ) -> SetElement {
        SetElement(
            ElementValue(.address(address), .transport(transport), .port(port), .address(range.first)),
            through: ElementValue(.address(address), .transport(transport), .port(port), .address(range.last)),
            comment: comment
        )
    }
}

extension ElementValue {
    /// Reads an endpoint as ``LayoutKey/endpoint(_:)`` writes it; nil for a value of another length.
    func endpoint(_ family: IPFamily) -> IPEndpoint? {
        let bytes = bytes
        guard bytes.count == family.addressLength + 4,
            let address = IPAddress(bytes: bytes.prefix(family.addressLength))
        else { return nil }
        let high = UInt16(bytes[family.addressLength])
        let low = UInt16(bytes[family.addressLength + 1])
        return IPEndpoint(address: address, port: Port(rawValue: high << 8 | low))
    }
}

/// An element and the set that it is in.
struct PlacedElement: Hashable, Sendable {
    var set: LayoutSet
    var element: SetElement

    init(_ set: LayoutSet, _ element: SetElement) {
        self.set = set
        self.element = element
    }
}
