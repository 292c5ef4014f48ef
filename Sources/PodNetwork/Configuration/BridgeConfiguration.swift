import JSONTree
import NetworkTypes

/// The keys of the reference's bridge plugin that are about the bridge and the port on it.
struct BridgeConfiguration: Hashable, Sendable {
    /// The reference's bridge when nothing is said.
    static let defaultName = "cni0"

    /// `bridge`: the bridge's name.
    var name = BridgeConfiguration.defaultName
    /// `isGateway` (implied by `isDefaultGateway`): the bridge gets the gateway's address, and the host forwards.
    var isGateway = false
    /// `isDefaultGateway`: the container's default routes go through the bridge.
    var isDefaultGateway = false
    /// `forceAddress`: another address on the bridge is replaced instead of refused.
    var forceAddress = false
    /// `hairpinMode`: a container may reach itself through a Service.
    var hairpin = false
    /// `promiscMode`: the bridge takes in all frames.
    var promiscuous = false
    /// `portIsolation`: frames between isolated ports are dropped.
    var isolatesPort = false
    /// `macspoofchk`: frames from the container with another sender than its own are dropped.
    var checksSender = false
    /// `enabledad`: IPv6 addresses are used only after looking for duplicates.
    var looksForDuplicates = false
    /// `disableContainerInterface`: the container's end stays down.
    var leavesContainerDown = false
    /// `vlan`, `vlanTrunk`, `preserveDefaultVlan`.
    var vlans = PortVLANs()

    /// Reads the keys.
    ///
    /// - Throws: code 6 for a value of the wrong kind, 7 for one that makes no sense.
    init(_ reader: KeyReader) throws(CNIError) {
        name = try Self.name(reader)
        isDefaultGateway = try reader.bool("isDefaultGateway")
        let isPlainGateway = try reader.bool("isGateway")
        isGateway = isPlainGateway || isDefaultGateway
        forceAddress = try reader.bool("forceAddress")
        hairpin = try reader.bool("hairpinMode")
        promiscuous = try reader.bool("promiscMode")
        if hairpin && promiscuous {
            throw reader.invalid("promiscMode", "hairpinMode and promiscMode can't both be true")
        }
        isolatesPort = try reader.bool("portIsolation")
        checksSender = try reader.bool("macspoofchk")
        looksForDuplicates = try reader.bool("enabledad")
        leavesContainerDown = try reader.bool("disableContainerInterface")
        vlans = try PortVLANs(reader)
    }

    /// The bridge's name.
    static func name(_ reader: KeyReader) throws(CNIError) -> String {
        let name = try reader.string("bridge") ?? defaultName
        if let fault = NameRules.faultOfInterface(name) { throw reader.invalid("bridge", "\"\(name)\": \(fault)") }
        return name
    }
}

/// The VLANs of a container's port on the bridge.
struct PortVLANs: Hashable, Sendable {
    /// `vlan`: that of the container's untagged frames; nil for the bridge's own.
    var untagged: UInt16?
    /// `vlanTrunk`: those that pass with their tag, in order, each once.
    var tagged: [UInt16] = []
    /// Whether the bridge's default VLAN stays on the port beside them (`preserveDefaultVlan`).
    var keepsDefault = false

    /// None.
    init() {}

    init(_ reader: KeyReader) throws(CNIError) {
        if let vlan = try reader.integer("vlan"), vlan != 0 { untagged = try Self.identifier(vlan, "vlan", reader) }
        var identifiers: Set<UInt16> = []
        for trunk in try reader.readers("vlanTrunk") {
            if let id = try trunk.integer("id") { identifiers.insert(try Self.identifier(id, "id", trunk)) }
            let minimum = try trunk.integer("minID")
            let maximum = try trunk.integer("maxID")
            if minimum == nil, maximum == nil { continue }
            guard let minimum else { throw trunk.invalid("minID", "it is missing, although maxID is there") }
            guard let maximum else { throw trunk.invalid("maxID", "it is missing, although minID is there") }
            let first = try Self.identifier(minimum, "minID", trunk)
            let last = try Self.identifier(maximum, "maxID", trunk)
            guard first <= last else { throw trunk.invalid("minID", "\(first) is above maxID \(last)") }
            identifiers.formUnion(first...last)
        }
        tagged = identifiers.sorted()
        // As the reference: the default VLAN stays unless said otherwise, and only a vlan or a trunk takes it away.
        let isSaid = reader.value("preserveDefaultVlan") != nil
        keepsDefault = isSaid ? try reader.bool("preserveDefaultVlan") : true
    }

    /// Whether the bridge must tell VLANs apart.
    var isEmpty: Bool { untagged == nil && tagged.isEmpty }

    private static func identifier(_ number: Int, _ key: String, _ reader: KeyReader) throws(CNIError) -> UInt16 {
        guard (1...4094).contains(number) else { throw reader.invalid(key, "\(number) is not within 1 to 4094") }
        return UInt16(number)
    }
}
