/// An address and a port.
public struct IPEndpoint: Hashable, Sendable {
    /// The address.
    public var address: IPAddress
    /// The port.
    public var port: Port

    /// Makes an endpoint of its parts.
    public init(address: IPAddress, port: Port) {
        self.address = address
        self.port = port
    }

    /// Parses "10.0.0.1:80" or "[fd00::1]:80"; nil for anything else.
    public init?(_ text: some StringProtocol) {
        guard let colon = text.lastIndex(of: ":"),
            let port = Port(text[text.index(after: colon)...])
        else { return nil }
        let host = text[..<colon]
        if host.first == "[", host.last == "]" {
            guard let address = IPv6Address(host.dropFirst().dropLast()) else { return nil }
            self.init(address: .v6(address), port: port)
        } else {
            guard let address = IPv4Address(host) else { return nil }
            self.init(address: .v4(address), port: port)
        }
    }

    /// The IP version.
    public var family: IPFamily { address.family }
}

extension IPEndpoint: Comparable, CustomStringConvertible {
    /// Orders by address, then by port.
    public static func < (left: IPEndpoint, right: IPEndpoint) -> Bool {
        (left.address, left.port) < (right.address, right.port)
    }

    /// "10.0.0.1:80" or "[fd00::1]:80".
    public var description: String {
        switch address {
        case .v4(let address): "\(address):\(port)"
        case .v6(let address): "[\(address)]:\(port)"
        }
    }
}
