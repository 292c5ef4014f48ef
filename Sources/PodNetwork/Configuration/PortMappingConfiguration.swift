import JSONTree
import NetworkTypes

/// A port of the host that leads to one of the container.
struct PortMapping: Hashable, Sendable {
    /// `hostPort`.
    var hostPort: Port
    /// `containerPort`.
    var containerPort: Port
    /// `protocol`: tcp when nothing is said.
    var transport: TransportProtocol
    /// `hostIP`: the only address of the host on which it is published; nil for all.
    var hostAddress: IPAddress?
    /// The only family in which it is published: that of an unspecified `hostIP` (0.0.0.0, ::); nil for both.
    var family: IPFamily?

    /// Whether it is published in a family.
    func isPublished(in family: IPFamily) -> Bool {
        (hostAddress?.family ?? self.family).map { $0 == family } ?? true
    }
}

extension PortMapping: CustomStringConvertible {
    /// "192.0.2.1:8080/tcp".
    var description: String {
        let address = hostAddress.map { "\($0.family == .ipv6 ? "[\($0)]" : "\($0)"):" } ?? ""
        return "\(address)\(hostPort)/\(transport)"
    }
}

/// The published ports of a container, with the reference portmap plugin's keys.
struct PortMappingConfiguration: Hashable, Sendable {
    /// `runtimeConfig.portMappings`.
    var mappings: [PortMapping] = []
    /// `snat` (true unless said otherwise): connections from the network itself, and from the host's loopback addresses,
    /// get an address of the host, so that the answers come back to it.
    var masquerades = true
    /// `masqAll`: all connections get an address of the host.
    var masqueradesAll = false

    /// Reads the mappings and how they are made.
    ///
    /// - Parameters:
    ///   - network: the whole configuration.
    ///   - section: where the plugin's own keys are.
    /// - Throws: code 2 for keys that can't be met, 6 and 7 for malformed ones.
    init(_ network: KeyReader, section: KeyReader) throws(CNIError) {
        for entry in try network.reader("runtimeConfig")?.readers("portMappings") ?? [] {
            let mapping = try Self.mapping(entry)
            if mappings.contains(where: { $0.isInTheWay(of: mapping) }) {
                throw entry.invalid("hostPort", "\(mapping) is there twice")
            }
            mappings.append(mapping)
        }
        if section.value("snat") != nil { masquerades = try section.bool("snat") }
        masqueradesAll = try section.bool("masqAll")
        for key in ["conditionsV4", "conditionsV6"] {
            let conditions = try section.strings(key)
            guard !conditions.isEmpty else { continue }
            throw section.unsupported(
                key,
                JSONValue(conditions).description,
                "weft-cni publishes with nftables, which knows no conditions of iptables; name a hostIP instead"
            )
        }
        try Self.validateMarks(section)
    }

    /// Marks are iptables' way to have a connection masqueraded later; nothing depends on them here.
    private static func validateMarks(_ section: KeyReader) throws(CNIError) {
        let bit = try section.integer("markMasqBit")
        if let bit, !(0...31).contains(bit) { throw section.invalid("markMasqBit", "\(bit) is not within 0 to 31") }
        if bit != nil, try section.string("externalSetMarkChain") != nil {
            throw section.invalid("externalSetMarkChain", "it can't be there together with markMasqBit")
        }
        if let backend = try section.string("backend"), !["iptables", "nftables"].contains(backend) {
            throw section.invalid("backend", "\"\(backend)\" is neither iptables nor nftables")
        }
    }

    private static func mapping(_ reader: KeyReader) throws(CNIError) -> PortMapping {
        let name = try reader.string("protocol") ?? "tcp"
        guard let transport = TransportProtocol(name: name.lowercased()) else {
            throw reader.invalid("protocol", "\"\(name)\" is none of tcp, udp, sctp")
        }
        var mapping = PortMapping(
            hostPort: try port("hostPort", reader),
            containerPort: try port("containerPort", reader),
            transport: transport
        )
        if let address = try reader.address("hostIP") {
            if address.isUnspecified {
                mapping.family = address.family
            } else {
                mapping.hostAddress = address
            }
        }
        return mapping
    }

    private static func port(_ key: String, _ reader: KeyReader) throws(CNIError) -> Port {
        let number = try reader.integer(key) ?? 0
        guard (1...65535).contains(number) else { throw reader.invalid(key, "\(number) is not within 1 to 65535") }
        return Port(rawValue: UInt16(number))
    }
}

extension PortMapping {
    /// Whether both can't be.
    fileprivate func isInTheWay(of other: PortMapping) -> Bool {
        hostPort == other.hostPort && transport == other.transport && hostAddress == other.hostAddress
            && (family == other.family || family == nil || other.family == nil)
    }
}
